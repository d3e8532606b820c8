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
    let first = field.required("first_us")?.whole(0, LARGEST_EXACT)?;
    let most = field.field("most_us", LARGEST_EXACT, |most| most.whole(first, LARGEST_EXACT))?;
    let attempts = field.optional("most_attempts")?;
    let timeout = field.optional("confirm_timeout_us")?;
    Ok(RetryPolicy {
        first: Span::from_us(first),
        factor: field.field("factor", FACTOR, |factor| factor.number((1.0, 1000.0), "from 1 to 1000"))?,
        most: Span::from_us(most),
        jitter: field.field("jitter", 0.0, |jitter| jitter.number((0.0, 1.0), "from 0 to 1"))?,
        most_attempts: attempts.map(|attempts| attempts.whole(1, LARGEST_EXACT)).transpose()?,
        confirm_timeout: timeout.map(|span| span.whole(1, LARGEST_EXACT).map(Span::from_us)).transpose()?,
    })
}
