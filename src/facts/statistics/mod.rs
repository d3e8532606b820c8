//! Statistics: what can be said of many values in little memory, exactly where that is possible and within a known
//! error elsewhere. Nothing here knows what the values mean.

mod batches;
mod estimate;
mod histogram;
mod level;
mod moments;
mod student;

pub use batches::{Batches, Truncation, mser};
pub use estimate::Estimate;
pub use histogram::Histogram;
pub use level::Level;
pub use moments::Moments;
pub use student::two_sided_quantile;
