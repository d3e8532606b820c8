//! How a producer publishes again, as documents give it.

use super::ScenarioError;
use super::document::LARGEST_EXACT;
use super::reader::Reader;
use crate::actors::RetryPolicy;
use crate::time::Span;

/// The growth of the back-off when a document names none: it doubles.
const FACTOR: f64 = 2.0;

/// Reads `"retries": {"first_us": …}`.
pub(super) fn retries(field: &Reader) -> Result<RetryPolicy, ScenarioError> {
    field.only(&["first_us", "factor", "most_us", "jitter", "most_attempts", "confirm_timeout_us"])?;
    let first = field.required_whole("first_us", (0, LARGEST_EXACT))?;
    let most = field.whole_or("most_us", LARGEST_EXACT, (first, LARGEST_EXACT))?;
    let at_least_one = |name| field.optional_whole(name, (1, LARGEST_EXACT));
    Ok(RetryPolicy {
        first: Span::from_us(first),
        factor: field.number_or("factor", FACTOR, (1.0, 1000.0), "from 1 to 1000")?,
        most: Span::from_us(most),
        jitter: field.number_or("jitter", 0.0, (0.0, 1.0), "from 0 to 1")?,
        most_attempts: at_least_one("most_attempts")?,
        confirm_timeout: at_least_one("confirm_timeout_us")?.map(Span::from_us),
    })
}
