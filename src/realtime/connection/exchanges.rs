//! Requests that wait for their responses, which go out in the order of the requests (RFC 9112 section 9.3.2).

use crate::fifo::Fifo;
use crate::realtime::ExchangeId;
use crate::realtime::http::{Answering, BodyForm, ReceivedRequest, Response, write_response};

/// The exchanges of a connection, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Exchanges(Fifo<Exchange>);

#[derive(Clone, Debug)]
struct Exchange {
    /// Nothing for the answer to octets that are no request.
    id: Option<ExchangeId>,
    answering: Answering,
    /// The response, if it is there before its turn.
    response: Option<Response>,
}

impl Exchanges {
    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A request has been handed over.
    pub fn begin(&mut self, id: ExchangeId, received: &ReceivedRequest) {
        let answering = Answering {
            is_head: received.request.method == "HEAD",
            version: received.version,
            is_persistent: received.is_persistent,
        };
        self.0.push_back(Exchange { id: Some(id), answering, response: None });
    }

    /// The last answer on this connection, behind all others.
    pub fn refuse(&mut self, response: Response, answering: Answering) {
        self.0.push_back(Exchange { id: None, answering, response: Some(response) });
    }

    /// The service has answered. Gives whether there was a request to answer.
    pub fn respond(&mut self, id: ExchangeId, response: Response) -> bool {
        let waiting = |each: &&mut Exchange| each.id == Some(id) && each.response.is_none();
        let exchange = self.0.iter_mut().find(waiting);
        exchange.map(|exchange| exchange.response = Some(response)).is_some()
    }

    /// Whether this exchange waits for its response.
    pub fn is_waiting(&self, id: ExchangeId) -> bool {
        self.0.iter().any(|each| each.id == Some(id) && each.response.is_none())
    }

    /// Takes an exchange out that becomes a WebSocket.
    pub fn remove(&mut self, id: ExchangeId) {
        self.0.retain(|each| each.id != Some(id));
    }

    /// Appends the responses whose turn it is. Gives whether the connection goes on.
    pub fn write(&mut self, out: &mut Fifo<Vec<u8>>) -> bool {
        while let Some(Exchange { response: Some(_), .. }) = self.0.first() {
            let Some(Exchange { answering, response: Some(response), .. }) = self.0.pop_front() else {
                break;
            };
            let is_persistent =
                answering.is_persistent && !response.headers.has_member("Connection", "close");
            let answering = Answering { is_persistent, ..answering };
            let mut octets = Vec::new();
            if let Err(error) = write_response(&mut octets, &response, BodyForm::Whole, answering) {
                // The service has made a response that is none.
                let instead = Response::of_text(500, error.to_string());
                let _ = write_response(&mut octets, &instead, BodyForm::Whole, answering);
            }
            out.push_back(octets);
            if !is_persistent {
                return false;
            }
        }
        true
    }

    /// The exchanges that get no response any more.
    pub fn abandon(&mut self) -> impl Iterator<Item = ExchangeId> {
        std::mem::take(&mut self.0)
            .into_iter()
            .filter(|each| each.response.is_none())
            .filter_map(|each| each.id)
    }
}
