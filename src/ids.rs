//! Small numbers that stand for things with names, and the table of names.
//!
//! Names are looked up once, when a scenario is compiled or a frame is decoded; from then on the rules
//! compare integers. What leaves the simulation (facts, reports, bytes) has the text again.

use std::collections::BTreeMap;
use std::rc::Rc;

macro_rules! numbered {
    ($($(#[$doc:meta])* $name:ident($number:ty);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(pub $number);

        impl $name {
            /// The number as an index into the list of its kind.
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

numbered! {
    /// A text known to a [`Names`] table: the name of a queue, a routing key, a consumer tag.
    Name(u32);
    /// A message from its publishing to its end, through every copy of it. Numbered from 1 in the order of
    /// publishing. It is for people and facts; AMQP carries no such number.
    MessageId(u32);
    /// A connection of a client to the broker.
    ConnectionId(u32);
    /// A producer or a consumer of the scenario, in the order of the document.
    ActorId(u32);
    /// A queue of the broker. No two queues of a run have the same.
    QueueId(u32);
}

impl Name {
    /// The empty text, which has the same number in every table.
    pub const EMPTY: Name = Name(0);
}

/// The table of names. It only grows, so a number never changes its meaning.
#[derive(Clone, Debug)]
pub struct Names {
    by_text: BTreeMap<Rc<str>, Name>,
    texts: Vec<Rc<str>>,
}

impl Names {
    /// A table that knows [`Name::EMPTY`] alone.
    pub fn new() -> Names {
        let empty: Rc<str> = "".into();
        Names { by_text: BTreeMap::from([(empty.clone(), Name::EMPTY)]), texts: vec![empty] }
    }

    /// The number of `text`, a new one if the table did not know it.
    pub fn intern(&mut self, text: &str) -> Name {
        if let Some(&name) = self.by_text.get(text) {
            return name;
        }
        let name = Name(self.texts.len() as u32);
        let text: Rc<str> = text.into();
        self.by_text.insert(text.clone(), name);
        self.texts.push(text);
        name
    }

    /// The number of `text`, if the table knows it.
    pub fn find(&self, text: &str) -> Option<Name> {
        self.by_text.get(text).copied()
    }

    /// The text behind a number that this table gave out.
    pub fn text(&self, name: Name) -> &str {
        &self.texts[name.index()]
    }
}

impl Default for Names {
    fn default() -> Self {
        Names::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_has_the_same_number() {
        let mut names = Names::new();
        let orders = names.intern("orders");
        assert_eq!(names.intern("orders"), orders);
        assert_ne!(names.intern("invoices"), orders);
        assert_eq!(names.text(orders), "orders");
        assert_eq!(names.find(""), Some(Name::EMPTY));
        assert_eq!(names.find("never seen"), None);
    }
}
