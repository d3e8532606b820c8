//! What queueing theory has to say beside a chart.

use super::{Drawing, Line};
use crate::facts::theory::Prediction;
use crate::facts::{Parameter, Sentence};
use crate::ids::QueueId;
use crate::simulation::Fit;

/// A model that applies.
pub(super) struct Model {
    pub name: String,
    pub prediction: Prediction,
}

impl Drawing<'_> {
    /// The model that applies to a queue; says which, or why none does.
    pub(super) fn theory(&mut self, id: QueueId) -> Option<Model> {
        match self.simulation.fit(id)? {
            Fit::None(why) => {
                self.charts.theory = Some(why);
                None
            }
            Fit::Model { name, station, prediction } => {
                let parameters = vec![
                    ("model", Parameter::Text(name.clone())),
                    ("servers", Parameter::Number(station.servers)),
                    ("percent", Parameter::Number((prediction.utilisation * 100.0).round() as u64)),
                ];
                self.charts.theory = Some(Sentence { key: "theory.applies", parameters });
                Some(Model { name, prediction })
            }
        }
    }
}

/// A line at what a model says.
pub(super) fn line(model: Option<&Model>, key: &'static str, value: fn(&Prediction) -> f64) -> Vec<Line> {
    let line = |model: &Model| Line { key, model: Some(model.name.clone()), value: value(&model.prediction) };
    model.map(line).into_iter().collect()
}

/// The mean of times that a model says, in microseconds.
pub(super) fn mean(model: Option<&Model>, seconds: fn(&Prediction) -> f64) -> Vec<Line> {
    let mut lines = line(model, "line.theory-mean", seconds);
    lines.iter_mut().for_each(|line| line.value *= 1e6);
    lines
}
