//! What a channel remembers of what its user may do.
//!
//! Sources: rabbitmq.com/docs/access-control, "RabbitMQ may cache the results of access control checks on a
//! per-connection or per-channel basis"; `rabbit_channel`, `check_resource_access` and `handle_pre_hibernate`: a
//! channel does not ask again for what it was allowed, and forgets all of it when it has had nothing to do for a
//! second. So tried with 3.10.8: after `clear_permissions` a channel that publishes every 100 ms goes on for as long
//! as one waits, also after a pause of 0.8 s, and one that has rested for 1.5 s is refused. RabbitMQ draws the time
//! anew after each rest, from a second on (`gen_server2`); here it is a second each time.

use super::access::Action;
use crate::ids::{HoldsNames, Name};
use crate::time::{Span, Time};

/// So many of each kind are remembered (`rabbit_channel`, `MAX_PERMISSION_CACHE_SIZE`).
const MOST: usize = 12;

/// Who has had nothing to do for so long forgets.
const REST: Span = Span::from_ms(1_000);

/// What a permission is needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    Exchange(Name),
    Queue(Name),
    /// A routing key at a topic exchange.
    Topic {
        exchange: Name,
        key: Name,
    },
}

impl Subject {
    fn is_topic(self) -> bool {
        matches!(self, Subject::Topic { .. })
    }
}

#[derive(Clone, Copy, Debug)]
struct Grant {
    action: Action,
    subject: Subject,
    /// Permissions have changed since.
    is_doubtful: bool,
}

/// What a channel remembers.
#[derive(Clone, Debug, Default)]
pub(super) struct Grants {
    /// The newest first.
    all: Vec<Grant>,
    used: Time,
}

/// What a channel knows of a permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// It was granted, and nothing has changed since.
    Granted,
    /// It was granted. Whether it still would be is worth a look, once.
    GrantedBefore,
    /// It must ask.
    No,
}

impl Grants {
    /// Something happens on a channel whose client has logged in. One that has not asks for no permission.
    #[inline(always)]
    pub fn wake(&mut self, now: Time) {
        if now - self.used >= REST {
            self.all.clear();
        }
        self.used = now;
    }

    /// What is known of a permission. It is in doubt no more then.
    pub fn recall(&mut self, action: Action, subject: Subject) -> Known {
        let found = self.all.iter_mut().find(|grant| grant.action == action && grant.subject == subject);
        match found.map(|grant| std::mem::take(&mut grant.is_doubtful)) {
            Some(true) => Known::GrantedBefore,
            Some(false) => Known::Granted,
            None => Known::No,
        }
    }

    /// A permission was granted.
    pub fn remember(&mut self, action: Action, subject: Subject) {
        self.all.insert(0, Grant { action, subject, is_doubtful: false });
        let is_same_kind = |grant: &&Grant| grant.subject.is_topic() == subject.is_topic();
        if self.all.iter().filter(is_same_kind).count() > MOST
            && let Some(oldest) = self.all.iter().rposition(|grant| is_same_kind(&grant))
        {
            self.all.remove(oldest);
        }
    }

    /// Permissions have changed.
    pub fn doubt(&mut self) {
        self.all.iter_mut().for_each(|grant| grant.is_doubtful = true);
    }
}

impl HoldsNames for Grants {
    fn visit_names(&self, visit: &mut dyn FnMut(Name)) {
        for grant in &self.all {
            match grant.subject {
                Subject::Exchange(name) | Subject::Queue(name) => visit(name),
                Subject::Topic { exchange, key } => [exchange, key].into_iter().for_each(&mut *visit),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_of_a_kind_are_remembered_until_a_rest() {
        let mut grants = Grants::default();
        let topic = |number| Subject::Topic { exchange: Name::EMPTY, key: Name(number) };
        for number in 1..=13 {
            grants.remember(Action::Write, Subject::Exchange(Name(number)));
            grants.remember(Action::Write, topic(number));
        }
        let mut known = |number| {
            let subjects = [Subject::Exchange(Name(number)), topic(number)];
            subjects.map(|subject| grants.recall(Action::Write, subject))
        };
        assert_eq!(known(1), [Known::No; 2]);
        assert_eq!(known(2), [Known::Granted; 2]);
        assert_eq!(grants.recall(Action::Read, Subject::Exchange(Name(2))), Known::No);
        grants.doubt();
        assert_eq!(grants.recall(Action::Write, topic(13)), Known::GrantedBefore);
        assert_eq!(grants.recall(Action::Write, topic(13)), Known::Granted);
        grants.wake(Time::from_us(999_999));
        assert_eq!(grants.recall(Action::Write, topic(13)), Known::Granted);
        grants.wake(Time::from_us(1_999_999));
        assert_eq!(grants.recall(Action::Write, topic(13)), Known::No);
    }
}
