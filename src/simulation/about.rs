//! What a simulation was made from, for the reader.

use super::Simulation;
use super::rights::{UserRights, users};
use crate::broker::{Difference, Version};
use crate::scenario::{Format, NotSimulated};
use serde::Serialize;

/// What a simulation was made from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct About<'a> {
    /// The title of the scenario.
    pub title: &'a str,
    /// A paragraph for the reader.
    pub about: &'a str,
    /// The form of the document.
    pub format: Format,
    /// The RabbitMQ that the broker follows.
    pub rabbitmq: &'a str,
    /// The rules that are not the same in all versions of RabbitMQ: a key of the catalogue, title and path of a page.
    pub differences: &'static [Difference],
    /// The seed.
    pub seed: u64,
    /// The end of the timeline, in microseconds.
    pub until: u64,
    /// Simulated seconds per second at which it is to be played at first.
    pub speed: f64,
    /// What is not acted on.
    pub not_simulated: &'a [NotSimulated],
    /// The users of the broker and what they may do now; empty where nobody need log in.
    pub users: Vec<UserRights<'a>>,
}

impl Simulation {
    /// What it was made from.
    pub fn about(&self) -> About<'_> {
        let scenario = self.scenario();
        About {
            title: &scenario.title,
            about: &scenario.about,
            format: self.format(),
            rabbitmq: scenario.broker.rabbitmq.name(),
            differences: Version::differences(),
            seed: scenario.seed,
            until: scenario.until_us,
            speed: scenario.speed,
            not_simulated: self.not_simulated(),
            users: users(scenario, &self.world.broker),
        }
    }
}
