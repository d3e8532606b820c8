//! A learning switch: it sends a frame out of the port behind which its receiver is.

use super::lane::ETHERNET_HEADER;
use std::collections::BTreeMap;

/// A switch that knows behind which port an Ethernet address is from the frames that came from there.
#[derive(Clone, Debug, Default)]
pub(super) struct Switch {
    ports: BTreeMap<[u8; 6], usize>,
}

/// Where a frame goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Out of one port.
    To(usize),
    /// Out of all ports but the one where it came in: it is for all, or nobody knows where its receiver is.
    ToAllBut(usize),
    /// Nowhere: its receiver is where it comes from, or it is no Ethernet frame.
    Nowhere,
}

impl Switch {
    /// Takes a frame from a port; says where it goes.
    pub(super) fn direct(&mut self, port: usize, frame: &[u8]) -> Way {
        let Some((addresses, _)) = frame.split_first_chunk::<ETHERNET_HEADER>() else { return Way::Nowhere };
        let [d0, d1, d2, d3, d4, d5, s0, s1, s2, s3, s4, s5, _, _] = *addresses;
        self.ports.insert([s0, s1, s2, s3, s4, s5], port);
        match self.ports.get(&[d0, d1, d2, d3, d4, d5]) {
            Some(other) if *other == port => Way::Nowhere,
            Some(other) => Way::To(*other),
            None => Way::ToAllBut(port),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(destination: u8, source: u8) -> [u8; 14] {
        [2, 0, 0, 0, 0, destination, 2, 0, 0, 0, 0, source, 8, 0]
    }

    /// IEEE 802.1D section 7.8: a bridge learns from source addresses, and floods what it does not know.
    #[test]
    fn a_switch_learns_where_each_host_is_and_floods_until_then() {
        let mut switch = Switch::default();
        assert_eq!(switch.direct(0, &frame(2, 1)), Way::ToAllBut(0));
        assert_eq!(switch.direct(1, &frame(1, 2)), Way::To(0));
        assert_eq!(switch.direct(0, &frame(2, 1)), Way::To(1));
        assert_eq!(switch.direct(1, &frame(2, 3)), Way::Nowhere);
        assert_eq!(switch.direct(1, &[0; 13]), Way::Nowhere);
    }
}
