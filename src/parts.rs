//! Which parts of the library are in this build.
//!
//! All of them are, natively and in the wasm that can do everything. A wasm file that is made for less leaves parts
//! out: what stands behind a constant that is false is not compiled into it. Each part is a feature of Cargo.toml.
//!
//! A scenario that needs a part that is not there is refused when it is read or set up, by the code [`CODE`]: whoever
//! has the whole engine at hand goes there with it.

use std::fmt;

/// Facts are kept: the log, what moves, biographies, the hash, going back. Without them a run has its numbers alone.
pub const FACTS: bool = cfg!(feature = "facts");

/// Links can carry packets: hosts with TCP and UDP, and AMQP in their segments.
pub const PACKETS: bool = cfg!(feature = "packets");

/// Browsers and servers, and programs with plain sockets.
pub const BROWSERS: bool = cfg!(feature = "browsers");

/// Streams of octets between nodes: for packets, for browsers, and for plain sockets.
pub const STREAMS: bool = PACKETS || BROWSERS;

/// The code of the error that says that a part is missing.
pub const CODE: &str = "needs-whole-engine";

/// The proof that a part is in this build. What has one in it there can be only with the part; without it the compiler
/// knows that lists of such things are empty, and needs no code to copy them into checkpoints.
macro_rules! proof {
    ($name:ident, $feature:literal, $what:literal) => {
        #[doc = concat!("The proof that ", $what, " are in this build; it belongs into what is of them alone.")]
        #[cfg(feature = $feature)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name(());

        #[doc = concat!("The proof that ", $what, " are in this build, which there is not.")]
        #[cfg(not(feature = $feature))]
        #[derive(Copy, Debug, PartialEq, Eq)]
        pub enum $name {}

        #[cfg(not(feature = $feature))]
        #[allow(clippy::non_canonical_clone_impl, reason = "what copies it must be known never to be run")]
        impl Clone for $name {
            fn clone(&self) -> $name {
                match *self {}
            }
        }

        impl $name {
            /// The proof, if there is one.
            pub const fn find() -> Option<$name> {
                #[cfg(feature = $feature)]
                return Some($name(()));
                #[cfg(not(feature = $feature))]
                None
            }
        }
    };
}

proof!(HasPackets, "packets", "packets");
proof!(HasBrowsers, "browsers", "browsers");

/// A part that can be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// [`FACTS`].
    Facts,
    /// [`PACKETS`].
    Packets,
    /// [`BROWSERS`].
    Browsers,
}

impl Part {
    /// Whether it is in this build.
    pub const fn is_here(self) -> bool {
        match self {
            Part::Facts => FACTS,
            Part::Packets => PACKETS,
            Part::Browsers => BROWSERS,
        }
    }
}

/// What is missing, and what to do.
impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self {
            Part::Facts => "keep facts",
            Part::Packets => "carry packets on links",
            Part::Browsers => "run browsers, servers and programs with sockets",
        };
        write!(
            f,
            "This build of Queuescope cannot {what}: load the whole one, which the package `queuescope` has."
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_in_the_usual_build() {
        assert!([Part::Facts, Part::Packets, Part::Browsers].iter().all(|part| part.is_here()));
    }
}
