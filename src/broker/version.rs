//! Which RabbitMQ is followed, and where the versions differ.

/// The versions of RabbitMQ that can be followed. Where they differ, the rule asks for the version, in one place:
/// [`Version::differences`] lists these places.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Version {
    /// RabbitMQ 3.10, from which the recorded runs are.
    #[default]
    V3_10,
    /// RabbitMQ 4, as the documentation of 4.3 has it.
    V4,
}

/// A rule that is not the same in all versions. What it says stands in the catalogue: `version.KEY.rule` names
/// it, `version.KEY.v3_10` and `version.KEY.v4` say how it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Difference {
    /// The part of the catalogue's keys that is its own.
    pub key: &'static str,
    /// Title and path, on rabbitmq.com, of the page that states it.
    pub source: (&'static str, &'static str),
}

impl Version {
    /// All of them.
    pub const ALL: [Version; 2] = [Version::V3_10, Version::V4];

    /// How a scenario names it.
    pub const fn name(self) -> &'static str {
        match self {
            Version::V3_10 => "3.10",
            Version::V4 => "4",
        }
    }

    /// The version that a scenario names so.
    pub fn from_name(name: &str) -> Option<Version> {
        Version::ALL.into_iter().find(|version| version.name() == name)
    }

    /// The release that a broker of this version says it is.
    pub const fn release(self) -> &'static str {
        match self {
            Version::V3_10 => "3.10.8",
            Version::V4 => "4.3.0",
        }
    }

    /// Every rule that is not the same in all versions.
    pub const fn differences() -> &'static [Difference] {
        DIFFERENCES
    }
}

macro_rules! differences {
    ($($(#[$doc:meta])* $holds:ident = $key:literal, $page:literal, $path:literal;)*) => {
        const DIFFERENCES: &[Difference] = &[$(Difference { key: $key, source: ($page, $path) },)*];

        /// What holds from some release of RabbitMQ 4 on and not in 3.10. Each is asked in one place.
        impl Version {
            $($(#[$doc])* pub(super) const fn $holds(self) -> bool { matches!(self, Version::V4) })*
        }
    };
}

differences! {
    /// A quorum queue that sets no delivery limit has one of 20 (4.0).
    has_default_delivery_limit = "delivery-limit", "Quorum Queues", "docs/quorum-queues";
    /// A policy may lift the delivery limit with a negative number (4.0).
    lifts_delivery_limits = "delivery-limit-policy", "Quorum Queues", "docs/quorum-queues";
    /// Towards the delivery limit counts what failed: `basic.reject` and a client that is gone, and not
    /// `basic.nack` (4.3; until 4.2 everything that was given back).
    counts_failures_alone = "failures", "Negative Acknowledgements", "docs/nack";
    /// A quorum queue says in `x-acquired-count` how often a message was given back (4.3).
    shows_acquired_count = "acquired-count", "Quorum Queues", "docs/quorum-queues";
    /// A message over its delivery limit gives its consumer credit once (recorded from 3.10.8: twice;
    /// `rabbit_fifo`, `return_one` and `return`).
    gives_credit_once = "delivery-limit-credit", "Quorum Queues", "docs/quorum-queues";
    /// Quorum queues deliver by 32 priorities (4.3; from 4.0 on by two).
    has_quorum_priorities = "quorum-priorities", "Priority Support in Queues", "docs/priority";
    /// The active consumer of a quorum queue gives way to one of a higher priority (4.0; `rabbit_fifo`,
    /// `activate_next_consumer`).
    activates_by_priority = "single-active-priority", "Consumers", "docs/consumers";
    /// When the active consumer of a classic queue is cancelled, the next one gets what waits at once (recorded from
    /// 3.10.8: not before something else moves the queue, and the next message makes it fail).
    serves_after_cancel = "single-active-cancel", "Consumers", "docs/consumers";
    /// A queue must be durable or exclusive (4.3; until then it need not be by default).
    refuses_transient_queues = "transient-queues", "Deprecated Features", "docs/deprecated-features";
    /// A message has at most 16 MiB by default (4.0).
    has_small_messages = "message-size", "Configuration", "docs/configure";
    /// A client must take frames of 8192 octets (4.1).
    has_large_frames = "frame-size", "Configuration", "docs/configure";
    /// `x-death` in a message that a client publishes says nothing to the broker (4.0).
    ignores_deaths_of_clients = "client-deaths", "Dead Letter Exchanges", "docs/dlx";
    /// The newest death stands first in `x-death`, and the others keep their order (3.13; recorded from 3.10.8: the
    /// others are turned round with every death).
    keeps_order_of_deaths = "death-order", "Dead Letter Exchanges", "docs/dlx";
    /// A dead letter says in `x-last-death-*` how it died the last time (3.13).
    shows_last_death = "last-death", "Dead Letter Exchanges", "docs/dlx";
    /// `basic.qos` with `global` is taken as one without (4.3, `rabbit_channel`; until then as it is).
    ignores_global_qos = "global-qos", "Consumer Prefetch", "docs/consumer-prefetch";
    /// The first storage of classic queues is gone, and with it `x-queue-mode` and `x-queue-version` 1 (4.3).
    has_new_storage_alone = "queue-storage", "Classic Queues", "docs/classic-queues";
    /// Only quorum queues watch over the time that deliveries stay unacknowledged; they cancel the consumer
    /// and take back what is late (4.3).
    has_timeouts_of_queues = "consumer-timeout", "Consumers", "docs/consumers";
    /// A mandatory reply counts as routed also when nobody waits for it any more (4.2).
    takes_late_replies = "late-replies", "Direct Reply-to", "docs/direct-reply-to";
    /// An exchange of an unknown type is an error of the channel, not of the connection (4; `rabbit_exchange`,
    /// `check_type`; pika's acceptance tests).
    refuses_type_on_channel = "exchange-type", "Exchanges", "docs/exchanges";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Catalogue;

    #[test]
    fn every_difference_is_in_the_catalogue_with_a_page_of_the_documentation() {
        let catalogue = Catalogue::english();
        for Difference { key, source: (page, path) } in Version::differences() {
            for part in ["rule", "v3_10", "v4"] {
                let key = format!("version.{key}.{part}");
                assert!(catalogue.sentences.contains_key(&key), "{key}");
            }
            assert!(!page.is_empty() && path.starts_with("docs/"), "{key}: {page}, {path}");
        }
    }

    #[test]
    fn every_difference_is_asked_in_one_place() {
        let mut sources = String::new();
        let folders = ["src/broker", "src/broker/session"];
        for folder in folders.map(|folder| format!("{}/{folder}", env!("CARGO_MANIFEST_DIR"))) {
            for file in std::fs::read_dir(folder).expect("the sources are there").flatten() {
                if file.path().is_file() && file.file_name() != "version.rs" {
                    sources += &std::fs::read_to_string(file.path()).expect("a text");
                }
            }
        }
        let holds: Vec<&str> = include_str!("version.rs")
            .lines()
            .filter_map(|line| line.strip_prefix("    ")?.split_once(" = \""))
            .map(|(holds, _)| holds)
            .filter(|holds| holds.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_'))
            .collect();
        assert_eq!(holds.len(), Version::differences().len());
        for holds in holds {
            assert_eq!(sources.matches(&format!(".{holds}()")).count(), 1, "{holds}");
        }
    }
}
