//! Topic patterns: words joined by dots, `*` for exactly one word, `#` for any number of them.
//!
//! Source: rabbitmq.com/docs/exchanges, "Topic Exchange"; how empty words count is as recorded from
//! RabbitMQ 3.10.8 (the matching tables under tests/conformance).

/// Whether `pattern` lets `routing_key` through.
pub fn matches(pattern: &str, routing_key: &str) -> bool {
    let pattern: Vec<&str> = words(pattern).collect();
    let key: Vec<&str> = words(routing_key).collect();
    matches_words(&pattern, &key)
}

/// The words of a key. The empty key has none; otherwise each dot parts two words, which may be empty.
fn words(key: &str) -> impl Iterator<Item = &str> {
    let all = if key.is_empty() { None } else { Some(key.split('.')) };
    all.into_iter().flatten()
}

/// Linear matching with one place to come back to: after a `#` only the last `#` needs to give way, since
/// whatever an earlier one could take the later one can take as well.
fn matches_words(pattern: &[&str], key: &[&str]) -> bool {
    let (mut p, mut k) = (0, 0);
    let mut last_hash: Option<(usize, usize)> = None;
    loop {
        match pattern.get(p) {
            Some(&"#") => {
                last_hash = Some((p, k));
                p += 1;
                continue;
            }
            Some(&word) if k < key.len() && (word == "*" || word == key[k]) => {
                p += 1;
                k += 1;
                continue;
            }
            None if k == key.len() => return true,
            _ => {}
        }
        match last_hash {
            Some((hash, taken)) if taken < key.len() => {
                last_hash = Some((hash, taken + 1));
                p = hash + 1;
                k = taken + 1;
            }
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `*` and `#` mean, word by word, without any cleverness.
    fn brute_force(pattern: &[&str], key: &[&str]) -> bool {
        match pattern.split_first() {
            None => key.is_empty(),
            Some((&"#", rest)) => (0..=key.len()).any(|taken| brute_force(rest, &key[taken..])),
            Some((&word, rest)) => key
                .split_first()
                .is_some_and(|(&first, others)| (word == "*" || word == first) && brute_force(rest, others)),
        }
    }

    fn sequences(alphabet: &[&'static str], longest: usize) -> Vec<Vec<&'static str>> {
        let mut all: Vec<Vec<&str>> = vec![vec![]];
        let mut last = all.clone();
        for _ in 0..longest {
            last = last
                .iter()
                .flat_map(|start| alphabet.iter().map(move |word| [start.as_slice(), &[*word]].concat()))
                .collect();
            all.extend(last.iter().cloned());
        }
        all
    }

    #[test]
    fn every_pattern_and_key_of_up_to_four_words_agrees_with_brute_force() {
        let patterns = sequences(&["a", "b", "*", "#"], 4);
        let keys = sequences(&["a", "b", "c"], 4);
        for pattern in &patterns {
            for key in &keys {
                assert_eq!(matches_words(pattern, key), brute_force(pattern, key), "{pattern:?} and {key:?}");
            }
        }
        assert_eq!(patterns.len() * keys.len(), 341 * 121);
    }

    /// The examples of RabbitMQ's tutorial five.
    #[test]
    fn the_examples_of_the_tutorial() {
        assert!(matches("*.orange.*", "quick.orange.rabbit"));
        assert!(matches("*.*.rabbit", "lazy.pink.rabbit"));
        assert!(matches("lazy.#", "lazy.orange.new.rabbit"));
        assert!(!matches("*.orange.*", "orange"));
        assert!(!matches("*.*.rabbit", "quick.orange.new.rabbit"));
        assert!(matches("lazy.#", "lazy"));
    }
}
