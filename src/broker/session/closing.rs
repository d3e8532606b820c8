//! How a session ends: closed by either side, or dropped.

use super::{CLOSING, SILENCE, Session, State};
use crate::amqp::wire::{Consequence, Frame, FrameKind, WireError, read_method};
use crate::amqp::{Method, ReplyCode};
use crate::broker::{Broker, Context};
use crate::facts::Event;
use crate::time::Time;

impl Session {
    /// After `connection.close` only its answer is heard, and a `connection.close` that has crossed it.
    pub(super) fn handle_last_frame(&mut self, broker: &mut Broker, cx: &mut Context, frame: &Frame) {
        if frame.channel != 0 || frame.kind != FrameKind::Method {
            return;
        }
        match read_method(0, &frame.payload, cx.names) {
            Ok(Method::ConnectionClose { .. }) => self.outbox.push(0, Method::ConnectionCloseOk {}.into()),
            Ok(Method::ConnectionCloseOk {}) => self.end(broker, cx),
            _ => {}
        }
    }

    pub(super) fn handle_wire_error(&mut self, broker: &mut Broker, cx: &mut Context, error: &WireError) {
        match (self.state, error.consequence(), error.close_method()) {
            (State::Opening | State::Running, Consequence::Close, Some(close)) => {
                self.close(broker, cx, close);
            }
            (State::Opening | State::Running, Consequence::CloseUnsynchronised, Some(close)) => {
                self.close(broker, cx, close);
                self.be_silent(cx.now);
            }
            (State::Running, _, _) => {
                self.outbox.clear();
                self.end(broker, cx);
            }
            // Where the next frame begins is not known.
            (State::Closing, Consequence::CloseUnsynchronised, _) => self.be_silent(cx.now),
            (State::Closing, _, _) => {}
            _ => self.be_silent(cx.now),
        }
    }

    /// Closes the connection because of an error that the broker does not see. It hears that the client is
    /// gone; what it has already said goes out first.
    pub(super) fn close(&mut self, broker: &mut Broker, cx: &mut Context, close: Method) {
        if let Method::ConnectionClose { reply_code, reply_text, .. } = &close {
            let (reply_code, reason) = (u64::from(*reply_code), cx.names.intern(reply_text));
            cx.record(Event::ConnectionClosed { client: self.client, reply_code, reason });
        }
        if let Some(id) = self.connection.take() {
            for (channel, command) in broker.take_output_of(id) {
                self.outbox.push(channel, command);
            }
            broker.disconnected(cx, id);
        }
        self.outbox.push(0, close.into());
        self.begin_closing(cx.now);
    }

    /// The broker stops. RabbitMQ does not wait for an answer then (`rabbit_reader`: `terminate`).
    pub fn shut_down(&mut self, broker: &mut Broker, cx: &mut Context) {
        if self.state == State::Running && self.is_open(broker) {
            let what = "broker forced connection closure with reason 'shutdown'";
            self.close(broker, cx, closing(ReplyCode::ConnectionForced, what, (0, 0)));
        }
        self.end(broker, cx);
    }

    pub(super) fn begin_closing(&mut self, now: Time) {
        let interval = self.heartbeat.as_ref().map(|heartbeat| heartbeat.interval());
        self.state = State::Closing;
        self.deadline = Some(now + interval.map_or(CLOSING, |interval| interval.min(CLOSING)));
    }

    pub(super) fn be_silent(&mut self, now: Time) {
        self.state = State::Silent;
        self.heartbeat = None;
        self.deadline = Some(now + SILENCE);
    }

    pub(super) fn end(&mut self, broker: &mut Broker, cx: &mut Context) {
        if let Some(id) = self.connection.take() {
            broker.disconnected(cx, id);
        }
        self.state = State::Ended;
        self.heartbeat = None;
        self.deadline = None;
    }
}

/// A `connection.close` with RabbitMQ's form of the text.
pub(super) fn closing(code: ReplyCode, what: &str, (class_id, method_id): (u16, u16)) -> Method {
    let reply_text = format!("{} - {what}", code.name());
    Method::ConnectionClose { reply_code: code.number(), reply_text, class_id, method_id }
}
