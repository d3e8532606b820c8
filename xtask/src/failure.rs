use std::fmt;
use std::path::Path;

/// Why a command stopped: one sentence for the person who typed it. It goes to standard error as it stands.
#[derive(Debug, PartialEq)]
pub struct Failure(pub String);

/// What every step gives back.
pub type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    /// A failure in these words.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }

    /// A file or folder with which something could not be done.
    pub fn with_file(doing: &str, path: &Path, error: &std::io::Error) -> Self {
        Self(format!("Cannot {doing} {}: {error}.", path.display()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
