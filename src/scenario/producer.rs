//! A producer as documents give it.

use super::definitions::is_predeclared;
use super::document::{LARGEST_EXACT, LoginDocument, check_virtual_host, invalid, login, virtual_host};
use super::reader::Reader;
use super::{Definitions, MessageDocument, ScenarioError};
use crate::actors::PublishingMode;

/// A producer of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct ProducerDocument {
    /// Its name.
    pub id: String,
    /// The virtual host it publishes in.
    pub virtual_host: String,
    /// As whom it logs in when the simulation starts; one that does not log in may do everything.
    pub login: Option<LoginDocument>,
    /// When it publishes.
    pub arrivals: Arrivals,
    /// What it publishes, in turn.
    pub messages: Vec<MessageDocument>,
    /// How many messages it publishes at most.
    pub limit: Option<u64>,
    /// What it asks of the broker for its messages.
    pub mode: PublishingMode,
    /// How long after its channel or its connection was lost it opens another, and how long it waits between two
    /// attempts; it never does when this is absent.
    pub recovers_after_us: Option<u64>,
}

/// When a producer publishes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Arrivals {
    /// In a steady rhythm; the first message after one interval.
    Constant {
        /// The interval.
        interval_us: u64,
    },
    /// As a Poisson process.
    Poisson {
        /// Messages per second on average.
        per_second: f64,
    },
}

impl ProducerDocument {
    pub(super) fn read(producer: &Reader) -> Result<ProducerDocument, ScenarioError> {
        producer.only(&[
            "id",
            "virtual_host",
            "user",
            "password",
            "arrivals",
            "messages",
            "limit",
            "confirms",
            "in_flight",
            "transactions",
            "recovers_after_us",
        ])?;
        Ok(ProducerDocument {
            id: producer.required("id")?.name()?,
            virtual_host: virtual_host(producer)?,
            login: login(producer)?,
            arrivals: Arrivals::read(&producer.required("arrivals")?)?,
            messages: producer.list("messages", MessageDocument::read)?,
            limit: producer.optional("limit")?.map(|limit| limit.whole(0, LARGEST_EXACT)).transpose()?,
            mode: publishing_mode(producer)?,
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
    let confirms = producer.field("confirms", false, Reader::truth)?;
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
    client.optional("recovers_after_us")?.map(|span| span.whole(1, LARGEST_EXACT)).transpose()
}

impl Arrivals {
    pub(super) fn read(arrivals: &Reader) -> Result<Arrivals, ScenarioError> {
        match arrivals.choice()? {
            ("constant", constant) => {
                constant.only(&["interval_us"])?;
                let interval_us = constant.required("interval_us")?.whole(1, LARGEST_EXACT)?;
                Ok(Arrivals::Constant { interval_us })
            }
            ("poisson", poisson) => {
                poisson.only(&["per_second"])?;
                let rate = poisson.required("per_second")?;
                let per_second = rate.number((1e-9, 1e6), "above 0 and at most 1000000")?;
                Ok(Arrivals::Poisson { per_second })
            }
            (_, other) => other.invalid("there are the kinds constant and poisson"),
        }
    }
}
