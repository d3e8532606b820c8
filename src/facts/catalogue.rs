//! The words: one template for each sentence, in a file for each language that the page reads too.

use super::{Parameter, Sentence};
use std::collections::BTreeMap;

/// The templates of one language.
#[derive(Debug, serde::Deserialize)]
pub struct Catalogue {
    /// The language as a BCP 47 tag.
    pub language: String,
    /// A template for each key; `{name}` is a gap, and a part in brackets is left out where a gap in it stays empty.
    pub sentences: BTreeMap<String, String>,
}

impl Catalogue {
    /// The English catalogue, which is the complete one.
    pub fn english() -> Catalogue {
        // The file is part of this crate, and a test reads it.
        serde_json::from_str(include_str!("catalogue/en.json")).expect("catalogue/en.json is well formed")
    }

    /// The sentence in words; the key itself where the catalogue lacks it.
    pub fn words(&self, sentence: &Sentence) -> String {
        let Some(template) = self.sentences.get(sentence.key) else { return sentence.key.to_owned() };
        let mut words = String::with_capacity(template.len());
        let mut rest = &**template;
        while let Some((before, part)) = rest.split_once('[') {
            let (part, behind) = part.split_once(']').unwrap_or((part, ""));
            words.push_str(&filled(before, sentence));
            let filled = filled(part, sentence);
            if !filled.contains('{') {
                words.push_str(&filled);
            }
            rest = behind;
        }
        words.push_str(&filled(rest, sentence));
        words
    }
}

/// A part of a template with what goes into its gaps.
fn filled(part: &str, sentence: &Sentence) -> String {
    let mut words = part.to_owned();
    for (name, parameter) in &sentence.parameters {
        let text = match parameter {
            Parameter::Text(text) => text.clone(),
            Parameter::Number(number) => number.to_string(),
        };
        words = words.replace(&format!("{{{name}}}"), &text);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{ClientName, Event, Rule};
    use crate::ids::Names;
    use crate::time::Time;

    #[test]
    fn what_nobody_knows_is_not_said() {
        let mut names = Names::new();
        let (client, method) = (ClientName(names.intern("P")), names.intern("basic.ack"));
        let words = |arrives| {
            let event = Event::MethodSent { client, method, arrives };
            Catalogue::english().words(&Sentence::of_event(&event, &names))
        };
        assert_eq!(words(Time::from_us(1_500_000)), "P sends basic.ack. It arrives at 00:01.500.");
        assert_eq!(words(Time::UNKNOWN), "P sends basic.ack.");
    }

    #[test]
    fn every_event_and_every_rule_has_its_sentence() {
        let catalogue = Catalogue::english();
        let keys = Event::KEYS.iter().copied().chain(Rule::ALL.iter().map(|rule| rule.key()));
        let missing: Vec<&str> = keys.filter(|key| !catalogue.sentences.contains_key(*key)).collect();
        assert!(missing.is_empty(), "no template for {missing:?}");
    }
}
