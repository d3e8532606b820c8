//! A link as documents give it.

use super::ScenarioError;
use super::document::LARGEST_EXACT;
use super::reader::Reader;

/// A link of a producer or a consumer to the broker.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkDocument {
    /// The names of its two ends.
    pub between: [String; 2],
    /// The delay in each direction.
    pub latency_us: u64,
}

impl LinkDocument {
    pub(super) fn read(link: &Reader) -> Result<LinkDocument, ScenarioError> {
        link.only(&["between", "latency_us"])?;
        let between = link.required("between")?;
        let ends = between.entries()?.map(|end| end.name()).collect::<Result<Vec<_>, _>>()?;
        let Ok(ends) = <[String; 2]>::try_from(ends) else {
            return between.invalid("a link is between two: there must be two names here");
        };
        let latency_us = link.field("latency_us", 0, |latency| latency.whole(0, LARGEST_EXACT))?;
        Ok(LinkDocument { between: ends, latency_us })
    }
}
