//! Sequences that failed once.
