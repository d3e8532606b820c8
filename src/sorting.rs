//! Sorting with little code.
//!
//! The standard library's sorts are compiled for each type anew, four to seven kilobytes of wasm each time. Lists here
//! are mostly short and in order already. So the numbers of their places are sorted, by one sort for all types, and
//! the things go where these say.

use std::cmp::Ordering;

/// Sorts a list; what is equal keeps its order.
pub fn sort_by<T>(list: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    if list.is_sorted_by(|one, other| compare(one, other).is_le()) {
        return;
    }
    let mut order = order(list.len(), &|one, other| compare(&list[one], &list[other]));
    for start in 0..list.len() {
        // What is at the start goes along to the last place of its cycle. Each place is done once.
        let mut place = start;
        loop {
            let from = std::mem::replace(&mut order[place], place);
            if from == start {
                break;
            }
            list.swap(place, from);
            place = from;
        }
    }
}

/// Sorts a list by a key; what has the same keeps its order.
pub fn sort_by_key<T, K: Ord>(list: &mut [T], key: impl Fn(&T) -> K) {
    sort_by(list, |one, other| key(one).cmp(&key(other)));
}

/// The places in which things are found in order.
fn order(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    places.sort_by(|one, other| compare(*one, *other));
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Stream;

    #[test]
    fn it_sorts_as_the_standard_library_does() {
        let mut random = Stream::new(1, "sorting");
        for length in 0..60 {
            let list: Vec<(u64, usize)> =
                (0..length).map(|place| ((random.unit() * 10.0) as u64, place)).collect();
            let (mut ours, mut theirs) = (list.clone(), list);
            sort_by_key(&mut ours, |(number, _)| *number);
            theirs.sort_by_key(|(number, _)| *number);
            assert_eq!(ours, theirs);
        }
    }
}
