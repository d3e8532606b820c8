//! What fields are called and where they are defined.

use super::definitions::DEFINITIONS;

/// A field that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Definition {
    /// The name by which Wireshark filters.
    pub filter: &'static str,
    /// The name in the standard.
    pub name: &'static str,
    /// The standard and the section in it.
    pub source: &'static str,
}

/// The definition of a field, by the name by which Wireshark filters.
pub fn definition(filter: &str) -> Option<Definition> {
    let index = DEFINITIONS.binary_search_by_key(&filter, |&(filter, _, _)| filter).ok()?;
    let &(filter, name, source) = DEFINITIONS.get(index)?;
    Some(Definition { filter, name, source })
}

#[cfg(test)]
mod tests {
    use super::super::{Problem, Protocol};
    use super::*;
    use crate::amqp::wire::{LAYOUTS, PROPERTIES};
    use crate::facts::Catalogue;

    #[test]
    fn every_definition_is_found_and_explained() {
        assert!(DEFINITIONS.is_sorted_by(|one, next| one.0 < next.0));
        let catalogue = Catalogue::english();
        for (filter, name, _) in DEFINITIONS {
            assert_eq!(definition(filter).map(|found| found.name), Some(*name));
            assert!(
                catalogue.sentences.contains_key(&format!("field.{filter}")),
                "{filter} is not explained"
            );
        }
    }

    #[test]
    fn every_protocol_layer_problem_and_remark_is_explained() {
        let catalogue = Catalogue::english();
        let problems = [Problem::CutShort, Problem::Length, Problem::Checksum, Problem::Malformed];
        let keys = Protocol::ALL
            .iter()
            .flat_map(|protocol| [protocol.key(), protocol.osi().key(), protocol.tcp_ip().key()])
            .chain(problems.iter().map(|problem| problem.key()));
        for key in keys {
            assert!(catalogue.sentences.contains_key(key), "{key}");
        }
    }

    #[test]
    fn every_argument_and_property_of_amqp_is_defined() {
        let arguments = LAYOUTS.iter().flat_map(|layout| layout.fields);
        let arguments =
            arguments.filter(|field| field.name != "no_wait").map(|field| ("arguments", field.name));
        let properties = PROPERTIES.iter().map(|field| ("properties", field.name));
        for (kind, name) in arguments.chain(properties) {
            let filter = format!("amqp.method.{kind}.{name}");
            assert!(definition(&filter).is_some(), "{filter}");
        }
    }
}
