//! Links, and the real protocols on them. Expected values come from the RFCs that the tests name.

mod cable;
mod calls;
mod closing;
mod copies;
mod datagrams;
mod lanes;
mod losing;
mod messages;
mod opening;
mod thousands;
mod windows;
