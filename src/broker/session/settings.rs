//! What a broker says of itself, and the limits it offers.

use crate::amqp::wire::FRAME_MIN_SIZE;
use crate::amqp::{Method, Table, Value};
use crate::broker::Version;

/// What a broker says of itself in `connection.start`, and what it offers in `connection.tune`.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionSettings {
    /// The version, which clients may look at.
    pub version: String,
    /// The name of the cluster.
    pub cluster_name: String,
    /// How many channels a connection may have at most.
    pub channel_max: u16,
    /// How many octets a frame may have at most.
    pub frame_max: u32,
    /// Seconds between heartbeats, as a suggestion.
    pub heartbeat: u16,
}

impl SessionSettings {
    /// Those of a broker of that version as it comes.
    pub fn of_version(version: Version) -> SessionSettings {
        let mut settings = SessionSettings::default();
        settings.follow(version);
        settings
    }

    /// The first thing that the broker says.
    pub fn start(&self) -> Method {
        Method::ConnectionStart {
            version_major: 0,
            version_minor: 9,
            server_properties: self.server_properties(),
            mechanisms: MECHANISMS.to_owned(),
            locales: LOCALES.to_owned(),
        }
    }

    /// What it offers.
    pub fn tune(&self) -> Method {
        let SessionSettings { channel_max, frame_max, heartbeat, .. } = *self;
        Method::ConnectionTune { channel_max, frame_max, heartbeat }
    }

    /// Says what a broker of that version says, unless something else was asked for.
    pub(super) fn follow(&mut self, version: Version) {
        if self.version == Version::default().release() {
            version.release().clone_into(&mut self.version);
        }
    }
}

/// How many octets every client must take in a frame (4.1.0 release notes; before that AMQP 0-9-1, section 2.3.5).
pub(super) fn least_frame_max(version: Version) -> u32 {
    if version.has_large_frames() { 8192 } else { FRAME_MIN_SIZE }
}

impl Default for SessionSettings {
    /// Those of RabbitMQ 3.10.8 as it comes.
    fn default() -> SessionSettings {
        SessionSettings {
            version: Version::default().release().to_owned(),
            cluster_name: "rabbit@queuescope".to_owned(),
            channel_max: 2047,
            frame_max: 131_072,
            heartbeat: 60,
        }
    }
}

/// The mechanisms of login, in RabbitMQ's order.
const MECHANISMS: &str = "AMQPLAIN PLAIN";

/// The only locale.
const LOCALES: &str = "en_US";

/// What RabbitMQ 3.10.8 can do beyond AMQP 0-9-1, in its order (`rabbit_reader:server_capabilities`).
const CAPABILITIES: [&str; 9] = [
    "publisher_confirms",
    "exchange_exchange_bindings",
    "basic.nack",
    "consumer_cancel_notify",
    "connection.blocked",
    "consumer_priorities",
    "authentication_failure_close",
    "per_consumer_qos",
    "direct_reply_to",
];

impl SessionSettings {
    /// The server properties. Clients look at `product` and `version` to know what they may ask for, so these
    /// are RabbitMQ's; `platform` and `information` say what this is.
    fn server_properties(&self) -> Table {
        let capabilities = CAPABILITIES.map(|name| (name.to_owned(), Value::Boolean(true)));
        let texts = [
            ("cluster_name", self.cluster_name.as_str()),
            ("information", "Simulated by Queuescope"),
            ("platform", "Queuescope"),
            ("product", "RabbitMQ"),
            ("version", &self.version),
        ];
        let capabilities = ("capabilities".to_owned(), Value::Table(Table(capabilities.into())));
        let texts = texts.map(|(name, text)| (name.to_owned(), Value::text(text)));
        Table([capabilities].into_iter().chain(texts).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Release notes of 4.1.0, "Initial AMQP 0-9-1 Maximum Frame Size".
    #[test]
    fn frames_of_8192_octets_are_the_least_from_4_1_on() {
        assert_eq!(Version::ALL.map(least_frame_max), [4096, 8192]);
    }

    #[test]
    fn a_broker_says_which_release_it_follows_unless_told_otherwise() {
        let mut settings = SessionSettings::default();
        settings.follow(Version::V4);
        assert_eq!(settings.version, "4.3.0");
        let mut settings = SessionSettings { version: "4.0.1".to_owned(), ..SessionSettings::default() };
        settings.follow(Version::V3_10);
        assert_eq!(settings.version, "4.0.1");
    }
}
