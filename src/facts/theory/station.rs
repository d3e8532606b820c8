//! A station as the theory sees it, and the model that fits it.

use std::fmt;

/// How long services take: what the formulas ask of their distribution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Service {
    /// Always the same time: D.
    Constant,
    /// Exponential: M.
    Exponential,
    /// Any other: G.
    General {
        /// The variance, in square seconds.
        variance: f64,
    },
}

/// A queue with its consumers. Arrivals are a Poisson process, services are independent of it and of each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Station {
    /// Arrivals in a second, on average.
    pub arrival_rate: f64,
    /// How services are distributed.
    pub service: Service,
    /// How long a service takes on average, in seconds; more than nothing.
    pub service_mean: f64,
    /// How many messages can be in service at once; at least one.
    pub servers: u64,
    /// How many messages can be there at most, those in service among them; what comes besides is refused.
    pub capacity: Option<u64>,
}

/// A model of queueing theory with a formula.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Model {
    /// M/M/1, M/M/c, and with a capacity M/M/1/K, M/M/c/K.
    Markovian {
        /// c.
        servers: u64,
        /// K.
        capacity: Option<u64>,
    },
    /// M/D/1.
    Deterministic,
    /// M/G/1.
    General,
}

impl Station {
    /// How much of the servers' time arrivals ask for: λ E(S) / c. From 1 on an unlimited queue grows for ever.
    pub fn offered_load(&self) -> f64 {
        self.arrival_rate * self.service_mean / self.servers as f64
    }

    /// The model that it fits; nothing when there is none with a formula.
    pub fn model(&self) -> Option<Model> {
        match (self.service, self.servers, self.capacity) {
            (Service::Exponential, servers, capacity) => Some(Model::Markovian { servers, capacity }),
            (Service::Constant, 1, None) => Some(Model::Deterministic),
            (Service::General { .. }, 1, None) => Some(Model::General),
            _ => None,
        }
    }
}

/// Kendall's notation.
impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Model::Markovian { servers, capacity: None } => write!(f, "M/M/{servers}"),
            Model::Markovian { servers, capacity: Some(capacity) } => write!(f, "M/M/{servers}/{capacity}"),
            Model::Deterministic => f.write_str("M/D/1"),
            Model::General => f.write_str("M/G/1"),
        }
    }
}
