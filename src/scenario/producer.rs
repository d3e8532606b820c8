//! A producer as documents give it.

use super::definitions::is_predeclared;
use super::document::{LARGEST_EXACT, check_virtual_host, invalid, virtual_host};
use super::reader::Reader;
use super::retrying::retries;
use super::{Arrivals, Definitions, MessageDocument, ScenarioError};
use crate::actors::{PublishingMode, RetryPolicy};

/// A producer of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct ProducerDocument {
    /// Its name.
    pub id: String,
    /// The virtual host it publishes in.
    pub virtual_host: String,
    /// When it publishes.
    pub arrivals: Arrivals,
    /// What it publishes, in turn.
    pub messages: Vec<MessageDocument>,
    /// How many messages it publishes at most.
    pub limit: Option<u64>,
    /// What it asks of the broker for its messages.
    pub mode: PublishingMode,
    /// After which time and how often it publishes again what was refused, came back or was not confirmed, as
    /// `{"first_us", "factor", "most_us", "jitter", "most_attempts", "confirm_timeout_us"}`, of which all but the
    /// first may be absent; it never does when all of it is absent. Only with confirms.
    pub retries: Option<RetryPolicy>,
    /// How long after its channel or its connection was lost it opens another, and how long it waits between two
    /// attempts; it never does when this is absent.
    pub recovers_after_us: Option<u64>,
}

impl ProducerDocument {
    pub(super) fn read(producer: &Reader) -> Result<ProducerDocument, ScenarioError> {
        producer.only(&[
            "id",
            "virtual_host",
            "arrivals",
            "messages",
            "limit",
            "confirms",
            "in_flight",
            "transactions",
            "retries",
            "recovers_after_us",
        ])?;
        let mode = publishing_mode(producer)?;
        let again = producer.optional("retries")?;
        if let (Some(again), false) = (&again, matches!(mode, PublishingMode::Confirms { .. })) {
            return again.invalid("only with \"confirms\": true does a producer know what to publish again");
        }
        Ok(ProducerDocument {
            id: producer.required("id")?.name()?,
            virtual_host: virtual_host(producer)?,
            arrivals: Arrivals::read(&producer.required("arrivals")?)?,
            messages: producer.list("messages", MessageDocument::read_drawn)?,
            limit: producer.optional_whole("limit", (0, LARGEST_EXACT))?,
            mode,
            retries: again.map(|again| retries(&again)).transpose()?,
            recovers_after_us: recovers_after(producer)?,
        })
    }

    /// Checks what the form alone does not show.
    pub(super) fn check(&self, place: &str, definitions: &Definitions) -> Result<(), ScenarioError> {
        check_virtual_host(place, &self.virtual_host, definitions)?;
        if self.messages.is_empty() {
            return invalid(format!("{place}.messages"), "there must be at least one message to publish");
        }
        for (number, message) in self.messages.iter().enumerate() {
            let place = format!("{place}.messages[{number}]");
            let declared = definitions.exchanges.iter().find(|exchange| {
                exchange.name == message.exchange
                    && definitions.virtual_host_of(exchange.vhost.as_deref()) == self.virtual_host
            });
            if declared.is_none() && !is_predeclared(&message.exchange) {
                let (exchange, host) = (&message.exchange, &self.virtual_host);
                let what = format!(
                    "there is no exchange '{exchange}' in virtual host '{host}'; declare it under \
                     broker.definitions.exchanges"
                );
                return invalid(format!("{place}.exchange"), what);
            }
            if declared.is_some_and(|exchange| exchange.internal) {
                let what =
                    format!("exchange '{}' is internal: clients may not publish to it", message.exchange);
                return invalid(format!("{place}.exchange"), what);
            }
        }
        Ok(())
    }
}

fn publishing_mode(producer: &Reader) -> Result<PublishingMode, ScenarioError> {
    let count = |field: Reader| field.whole(1, LARGEST_EXACT);
    let confirms = producer.flag("confirms")?;
    let in_flight = producer.optional("in_flight")?;
    let transactions = producer.optional("transactions")?;
    match (transactions, in_flight) {
        (Some(transactions), _) if confirms => {
            transactions.invalid("a channel has confirms or transactions, not both: leave out one of the two")
        }
        (_, Some(in_flight)) if !confirms => {
            in_flight.invalid("only with \"confirms\": true can unconfirmed messages be counted")
        }
        (Some(transactions), _) => Ok(PublishingMode::Transactions { messages: count(transactions)? }),
        (None, in_flight) if confirms => {
            Ok(PublishingMode::Confirms { in_flight: in_flight.map(count).transpose()? })
        }
        _ => Ok(PublishingMode::Plain),
    }
}

/// How long a client is without a channel before it opens another.
pub(super) fn recovers_after(client: &Reader) -> Result<Option<u64>, ScenarioError> {
    client.optional_whole("recovers_after_us", (1, LARGEST_EXACT))
}
