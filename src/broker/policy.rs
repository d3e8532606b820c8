//! Policies: settings for queues and exchanges by the pattern of their names.
//!
//! Source: rabbitmq.com/docs/policies, /docs/parameters ("Operator Policies"). Of the policies that match, the
//! one of the highest priority holds, alone. An operator policy is laid over it: of numbers the lower holds, of
//! everything else the operator's.

use super::pattern::{Pattern, mistake_in};
use super::policy_check::{check_definition, unknown_to};
use super::settings::{Overflow, QueueSettings, QueueType};
use super::{Broker, Context, Queue};
use crate::amqp::{Table, Value};
use crate::ids::{Name, Names, QueueId};

/// What a policy is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppliesTo {
    /// Queues of every type.
    Queues,
    /// Exchanges.
    Exchanges,
    /// Both.
    All,
}

impl AppliesTo {
    /// What `apply-to` says.
    pub fn from_name(name: &str) -> Option<AppliesTo> {
        match name {
            "queues" | "classic_queues" | "quorum_queues" | "streams" => Some(AppliesTo::Queues),
            "exchanges" => Some(AppliesTo::Exchanges),
            "all" => Some(AppliesTo::All),
            _ => None,
        }
    }
}

/// A policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// Its name.
    pub name: String,
    /// The pattern of names that it is for.
    pub pattern: String,
    /// What it is for.
    pub applies_to: AppliesTo,
    /// The higher holds.
    pub priority: i64,
    /// What it sets, by the names of arguments without `x-`.
    pub definition: Table,
}

#[derive(Clone, Debug)]
struct Rule {
    policy: Policy,
    pattern: Pattern,
}

/// The policies of a virtual host.
#[derive(Clone, Debug, Default)]
pub struct Policies {
    user: Vec<Rule>,
    operator: Vec<Rule>,
}

impl Policies {
    /// What holds for something of that name: the user's policy with the operator's laid over it. A policy that
    /// sets one thing that the type of a queue does not know does not hold for the queue at all (`rabbit_policy`,
    /// `is_applicable`).
    fn effective(&self, kind: AppliesTo, name: &str, unknown: &[&str]) -> Table {
        let matching = |rules: &[Rule]| {
            let matching = rules.iter().filter(|rule| {
                (rule.policy.applies_to == AppliesTo::All || rule.policy.applies_to == kind)
                    && !rule.policy.definition.iter().any(|(key, _)| unknown.contains(&key))
                    && rule.pattern.matches(name)
            });
            let highest = matching.max_by_key(|rule| rule.policy.priority);
            highest.map_or_else(Table::default, |rule| rule.policy.definition.clone())
        };
        let mut definition = matching(&self.user);
        for (name, limit) in matching(&self.operator).0 {
            match definition.0.iter_mut().find(|(known, _)| *known == name) {
                None => definition.0.push((name, limit)),
                Some((_, value)) => match (value.as_integer(), limit.as_integer()) {
                    (Some(wanted), Some(most)) if wanted <= most => {}
                    _ => *value = limit,
                },
            }
        }
        definition
    }

    /// What holds for a queue.
    pub(super) fn for_queue(&self, name: &str, kind: QueueType) -> Table {
        self.effective(AppliesTo::Queues, name, unknown_to(kind))
    }

    /// The alternate exchange that a policy gives an exchange.
    pub(super) fn alternate(&self, name: &str, names: &mut Names) -> Option<Name> {
        let definition = self.effective(AppliesTo::Exchanges, name, &[]);
        definition.get("alternate-exchange").and_then(Value::as_text).map(|name| names.intern(name))
    }
}

impl Broker {
    /// Sets a policy or an operator policy of a virtual host; it holds at once.
    ///
    /// # Errors
    /// When its pattern is no regular expression, its definition is refused, or there is no such virtual host; then
    /// nothing changes.
    pub fn set_policy(
        &mut self,
        cx: &mut Context,
        virtual_host: &str,
        policy: Policy,
        is_operator: bool,
    ) -> Result<(), String> {
        let pattern = check_pattern(&policy)?;
        check_definition(&policy.definition, is_operator, self.version)?;
        let policies = self.policies_of(cx, virtual_host).ok_or("there is no such virtual host")?;
        let list = if is_operator { &mut policies.operator } else { &mut policies.user };
        // What replaces a policy takes its place at once: between them the queue is not without one.
        list.retain(|rule| rule.policy.name != policy.name);
        list.push(Rule { policy, pattern });
        self.apply_policies(cx, virtual_host);
        Ok(())
    }

    /// Removes a policy or an operator policy; its effects end at once.
    pub fn clear_policy(&mut self, cx: &mut Context, virtual_host: &str, name: &str, is_operator: bool) {
        let Some(policies) = self.policies_of(cx, virtual_host) else { return };
        let list = if is_operator { &mut policies.operator } else { &mut policies.user };
        list.retain(|rule| rule.policy.name != name);
        self.apply_policies(cx, virtual_host);
    }

    /// Whether a policy could be set, in a virtual host that there is.
    ///
    /// # Errors
    /// As [`Broker::set_policy`], with the field that is wrong.
    pub fn check_policy(&self, policy: &Policy, is_operator: bool) -> Result<(), (&'static str, String)> {
        check_pattern(policy).map_err(|words| ("pattern", words))?;
        check_definition(&policy.definition, is_operator, self.version).map_err(|words| ("definition", words))
    }

    /// Whether there is a policy of that name.
    pub fn has_policy(&self, names: &Names, virtual_host: &str, name: &str, is_operator: bool) -> bool {
        let host = names.find(virtual_host).and_then(|host| self.virtual_hosts.get(&host));
        host.is_some_and(|host| {
            let list = if is_operator { &host.policies.operator } else { &host.policies.user };
            list.iter().any(|rule| rule.policy.name == name)
        })
    }

    /// What policies set for a queue.
    pub fn policy_of_queue(&self, names: &Names, queue: &Queue) -> Table {
        let name = names.text(queue.name.name);
        let host = self.virtual_hosts.get(&queue.name.virtual_host);
        host.map_or_else(Table::default, |host| host.policies.for_queue(name, queue.kind))
    }

    fn policies_of(&mut self, cx: &Context, virtual_host: &str) -> Option<&mut Policies> {
        let host = cx.names.find(virtual_host)?;
        self.virtual_hosts.get_mut(&host).map(|host| &mut host.policies)
    }

    fn apply_policies(&mut self, cx: &mut Context, virtual_host: &str) {
        let Some(host) = cx.names.find(virtual_host) else { return };
        let ids: Vec<QueueId> = self.virtual_hosts[&host].queues.values().copied().collect();
        for id in ids {
            let queue = self.queue(id).expect("a virtual host knows only queues that exist");
            let policy =
                self.virtual_hosts[&host].policies.for_queue(cx.names.text(queue.name.name), queue.kind);
            let settings = QueueSettings::of(&queue.arguments, &policy, self.version, cx.names);
            let before = self.queue_mut(id).set_settings(settings);
            self.queue_used(cx, id);
            self.drop_by_old_overflow(cx, id, before.overflow);
            if before != self.queue_mut(id).settings {
                self.tell_of_strategy(cx, id, before.strategy);
                self.strategy_changed(cx, id);
                self.make_room_in_stream(cx, id);
                self.drop_segments(cx, id);
            }
            self.drop_over_limit(cx, id);
            self.dispatch(cx, id);
        }
        let names: Vec<Name> = self.virtual_hosts[&host].exchanges.keys().copied().collect();
        for name in names {
            let text = cx.names.text(name).to_owned();
            let alternate = self.virtual_hosts[&host].policies.alternate(&text, cx.names);
            let exchange = self.host_mut(host).exchanges.get_mut(&name).expect("it is there");
            exchange.policy_alternate = alternate;
        }
        self.topology_changed(host);
        self.publish_dead_letters(cx);
    }

    /// A classic queue takes its limits over before it takes over what happens beyond them
    /// (`rabbit_amqqueue_process`, `process_args_policy`; recorded from 3.10.8).
    fn drop_by_old_overflow(&mut self, cx: &mut Context, id: QueueId, old: Overflow) {
        let queue = self.queue_mut(id);
        if queue.kind == QueueType::Classic {
            let new = std::mem::replace(&mut queue.settings.overflow, old);
            self.drop_over_limit(cx, id);
            self.queue_mut(id).settings.overflow = new;
        }
    }
}

fn check_pattern(policy: &Policy) -> Result<Pattern, String> {
    let read = match mistake_in(&policy.pattern) {
        None => Pattern::new(&policy.pattern),
        Some((mistake, place)) => {
            // A term that does not fit into the line is broken.
            let gap = if mistake.len() > 20 { " " } else { "" };
            Err(format!("{{\"{mistake}\",{gap}{place}}}"))
        }
    };
    read.map_err(|reason| {
        format!("Validation failed pattern should be regular expression but is invalid: {reason}")
    })
}

crate::ids::nameless!(Policies);
