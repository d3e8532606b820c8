//! The words: one template for each sentence, in a file for each language that the page reads too.

use super::{Parameter, Sentence};
use std::collections::BTreeMap;

/// The templates of one language.
#[derive(Debug, serde::Deserialize)]
pub struct Catalogue {
    /// The language as a BCP 47 tag.
    pub language: String,
    /// A template for each key; `{name}` is a gap.
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
        let mut words = template.clone();
        for (name, parameter) in &sentence.parameters {
            let text = match parameter {
                Parameter::Text(text) => text.clone(),
                Parameter::Number(number) => number.to_string(),
            };
            words = words.replace(&format!("{{{name}}}"), &text);
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Event, Rule};

    #[test]
    fn every_event_and_every_rule_has_its_sentence() {
        let catalogue = Catalogue::english();
        let keys = Event::KEYS.iter().copied().chain(Rule::ALL.iter().map(|rule| rule.key()));
        let missing: Vec<&str> = keys.filter(|key| !catalogue.sentences.contains_key(*key)).collect();
        assert!(missing.is_empty(), "no template for {missing:?}");
    }
}
