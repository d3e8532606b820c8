//! Which RabbitMQ is followed.

/// The versions of RabbitMQ that can be followed. Where they differ, the rule asks for the version, in one place:
///
/// | rule | 3.10 | 4 | source |
/// | --- | --- | --- | --- |
/// | delivery limit of a quorum queue that sets none | none | 20 | rabbitmq.com/docs/quorum-queues, "Poison Message Handling" |
/// | credit for a message over its delivery limit | given twice | given once | recorded from 3.10.8; `rabbit_fifo` |
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Version {
    /// RabbitMQ 3.10, from which the recorded runs are.
    #[default]
    V3_10,
    /// RabbitMQ 4.
    V4,
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
}
