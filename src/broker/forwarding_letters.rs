//! Dead letters that a queue keeps are published, until every queue they go to has confirmed them.
//!
//! Source: RabbitMQ 3.10.8's `rabbit_fifo_dlx_worker`, and runs recorded from it.

use super::dead_lettering::{DeadLetter, Death, dead_letter};
use super::enqueuers::Enqueuer;
use super::expiring::Timer;
use super::kept_letters::{Forwarded, Kept, next_try};
use super::queue::QueuedMessage;
use super::settings::{QueueType, Strategy};
use super::{Broker, Context};
use crate::facts::{Event, ExchangeName, QueueName, Rule};
use crate::ids::QueueId;
use crate::time::Span;

impl Broker {
    /// How long a dead letter is awaited to be confirmed, and how many of a queue's may be awaited at a time.
    pub fn set_dead_letter_worker(&mut self, timeout: Span, most_unconfirmed: usize) {
        self.confirm_timeout = timeout;
        self.most_unconfirmed = most_unconfirmed;
    }

    /// How long a dead letter is awaited to be confirmed before it is forwarded again.
    pub fn confirm_timeout(&self) -> Span {
        self.confirm_timeout
    }

    /// A message becomes a dead letter that its queue keeps. It is forwarded when the present command is done.
    pub(super) fn keep(&mut self, cx: &mut Context, id: QueueId, copy: &QueuedMessage, death: Death) {
        let queue = self.queue_mut(id);
        let kept = queue.kept.get_or_insert_default();
        kept.count += 1;
        kept.bytes += copy.message.size();
        kept.waiting.push_back(Kept { copy: copy.clone(), death, is_told: false });
        let (message, queue, rule) = (copy.message.content.origin.message, queue.name, death.rule());
        cx.record(Event::DeadLetterKept { message, queue, rule });
        self.dead_letters.push_back(DeadLetter::Kept(id));
    }

    /// Forwards the oldest dead letter that waits, if there may be one more.
    pub(super) fn forward_kept(&mut self, cx: &mut Context, id: QueueId) {
        let (most, version, seconds) = (self.most_unconfirmed, self.version, self.clock_ms(cx.now) / 1_000);
        if self.queue(id).is_none() {
            return;
        }
        self.look_at_limit(cx, id);
        let queue = self.queues[id.index()].as_mut().expect("it is there");
        let Some(kept) = queue.kept.as_mut() else { return };
        if kept.forwarded.len() >= most {
            let (queue, unconfirmed) = (queue.name, kept.forwarded.len() as u64);
            for each in kept.waiting.iter_mut().filter(|each| !each.is_told) {
                each.is_told = true;
                let (message, rule) = (each.copy.message.content.origin.message, Rule::UnconfirmedLetters);
                cx.record(Event::DeadLetterWaits { message, queue, unconfirmed, rule });
            }
            return;
        }
        let Some(next) = kept.waiting.pop_front() else { return };
        let letter = dead_letter(cx.names, queue, &next.copy.message, next.death, (version, seconds));
        let mut forwarded = Forwarded::new(next, letter);
        self.forward(cx, id, &mut forwarded, true);
        self.hold_or_settle(cx, id, forwarded);
        self.set_kept_timer(cx, id);
    }

    /// The timer runs while something is forwarded and not confirmed.
    fn set_kept_timer(&mut self, cx: &Context, id: QueueId) {
        let due = cx.now + self.confirm_timeout;
        let kept = self.queue_mut(id).kept.as_mut().expect("it keeps or has kept something");
        if kept.forwarded.is_empty() {
            kept.timer = None;
        } else if kept.timer.is_none() {
            kept.timer = Some(due);
            self.timers.enter(due, Timer::KeptLetters(id));
        }
    }

    /// A dead letter was forwarded: it is done with, or stays until it is tried again.
    fn hold_or_settle(&mut self, cx: &mut Context, id: QueueId, forwarded: Forwarded) {
        if forwarded.is_confirmed() {
            return self.let_kept_go(cx, id, &forwarded.kept.copy);
        }
        let kept = self.queue_mut(id).kept.as_mut().expect("it keeps what is forwarded");
        kept.forwarded.push(forwarded);
        self.tell_why_not_confirmed(cx, id);
    }

    /// Every queue has confirmed a dead letter: the queue that kept it lets it go.
    fn let_kept_go(&mut self, cx: &mut Context, id: QueueId, copy: &QueuedMessage) {
        let queue = self.queue_mut(id);
        let kept = queue.kept.as_mut().expect("it kept what is confirmed");
        kept.count -= 1;
        kept.bytes -= copy.message.size();
        let is_next = !kept.waiting.is_empty();
        let (message, queue, rule) = (copy.message.content.origin.message, queue.name, Rule::AtLeastOnce);
        cx.record(Event::DeadLetterConfirmed { message, queue, rule });
        self.look_at_limit(cx, id);
        if is_next {
            self.dead_letters.push_back(DeadLetter::Kept(id));
        }
    }

    /// Tells of the dead letter that was forwarded last why it stays.
    fn tell_why_not_confirmed(&self, cx: &mut Context, id: QueueId) {
        let queue = self.queue(id).expect("it keeps the dead letter");
        let Some(kept) = &queue.kept else { return };
        let Some(last) = kept.forwarded.last() else { return };
        let timer = kept.timer.unwrap_or(cx.now + self.confirm_timeout);
        let again = next_try(timer, last.published, self.confirm_timeout);
        let (message, queue, rule) = (last.letter.content.origin.message, queue.name, Rule::AtLeastOnce);
        let virtual_host = queue.virtual_host;
        let exchange = ExchangeName { virtual_host, name: last.letter.exchange };
        if !self.virtual_hosts[&virtual_host].exchanges.contains_key(&exchange.name) {
            return cx.record(Event::DeadLetterAwaitsExchange { message, queue, exchange, again, rule });
        }
        if last.refusing.is_empty() {
            return cx.record(Event::DeadLetterAwaitsRoute { message, queue, exchange, again, rule });
        }
        for &name in &last.refusing {
            let target = QueueName { virtual_host, name };
            cx.record(Event::DeadLetterAwaitsQueue { message, queue, target, again, rule });
        }
    }

    /// Publishes a kept dead letter to those of its queues that have not confirmed it.
    fn forward(&mut self, cx: &mut Context, id: QueueId, forwarded: &mut Forwarded, is_first: bool) {
        let queue = self.queue_mut(id).name;
        let host = queue.virtual_host;
        let letter = forwarded.letter.clone();
        if !self.virtual_hosts[&host].exchanges.contains_key(&letter.exchange) {
            return;
        }
        let route = self.route_dead_letter(cx, host, &letter);
        // Where no queue is left of those that it went to, it counts as confirmed by the others.
        if route.queues.is_empty() && !forwarded.confirming.is_empty() {
            forwarded.unanswered.clear();
            return forwarded.refusing.clear();
        }
        let name_of = |queue: &QueueId| self.queue(*queue).expect("a route leads to it").name.name;
        let unconfirmed: Vec<QueueId> = route
            .queues
            .iter()
            .copied()
            .filter(|queue| !forwarded.confirming.contains(&name_of(queue)))
            .collect();
        // Queues other than classic ones are trusted to answer still.
        let is_asked = |queue: &QueueId| {
            forwarded.unanswered.contains(&name_of(queue))
                && self.queue(*queue).is_some_and(|queue| queue.kind != QueueType::Classic)
        };
        let asked: Vec<QueueId> = unconfirmed.iter().copied().filter(|queue| !is_asked(queue)).collect();
        let (targets, cycling) = self.without_cycles(cx.names, &letter, &asked);
        if targets.is_empty() && cycling.is_empty() {
            return;
        }
        let beside_targets =
            unconfirmed.iter().filter(|queue| !targets.contains(queue)).map(name_of).collect();
        let (message, routing_key, publisher) =
            (letter.content.origin.message, letter.routing_key, letter.publisher());
        let (exchange, rule) =
            (ExchangeName { virtual_host: host, name: letter.exchange }, forwarded.kept.death.rule());
        cx.record(Event::DeadLetterForwarded { message, queue, exchange, routing_key, publisher, rule });
        self.record_dead_letter_route(cx, host, &letter, &route, (&targets, &cycling));
        if targets.is_empty() {
            return;
        }
        forwarded.unanswered = if is_first { Vec::new() } else { beside_targets };
        forwarded.refusing.clear();
        forwarded.published = Some(cx.now);
        let from = Some(Enqueuer::Letters(id));
        for id in self.slow_ones_last(targets) {
            let target = self.queue_mut(id).name.name;
            let is_taken = self.offer(cx, id, letter.clone(), from);
            (if is_taken { &mut forwarded.confirming } else { &mut forwarded.refusing }).push(target);
        }
    }

    /// Leaves what waits to be forwarded for the next time.
    pub(super) fn postpone_kept(&mut self, cx: &Context, id: QueueId) {
        let due = cx.now + self.confirm_timeout;
        let Some(queue) = self.queues.get_mut(id.index()).and_then(Option::as_mut) else { return };
        if let Some(kept) = queue.kept.as_mut().filter(|kept| kept.timer.is_none()) {
            kept.timer = Some(due);
            self.timers.enter(due, Timer::KeptLetters(id));
        }
    }

    /// The timer of a queue's dead letters rings.
    pub(super) fn kept_timer(&mut self, cx: &mut Context, id: QueueId) {
        let Some(queue) = self.queues.get_mut(id.index()).and_then(Option::as_mut) else { return };
        let Some(kept) = queue.kept.as_mut().filter(|kept| kept.timer.is_some_and(|timer| timer <= cx.now))
        else {
            return;
        };
        kept.timer = None;
        let letters = vec![DeadLetter::Kept(id); kept.waiting.len()];
        self.dead_letters.extend(letters);
        self.forward_again(cx, id);
    }

    /// Forwards again what was not confirmed in time or could not be forwarded at all.
    pub(super) fn forward_again(&mut self, cx: &mut Context, id: QueueId) {
        let (now, timeout) = (cx.now, self.confirm_timeout);
        let queue = self.queue_mut(id);
        let (exchange, key) = (queue.settings.dead_letter_exchange, queue.settings.dead_letter_routing_key);
        let (Some(kept), Some(exchange)) = (queue.kept.as_mut(), exchange) else { return };
        for mut each in std::mem::take(&mut kept.forwarded) {
            if each.is_due(now, timeout) {
                each.address(exchange, key);
                self.forward(cx, id, &mut each, false);
                self.hold_or_settle(cx, id, each);
            } else {
                let kept = self.queue_mut(id).kept.as_mut().expect("it keeps what is not due");
                kept.forwarded.push(each);
            }
        }
        self.set_kept_timer(cx, id);
    }

    /// Tells when a queue cannot do at least once what it was told to.
    pub(super) fn tell_of_strategy(&mut self, cx: &mut Context, id: QueueId, before: Strategy) {
        let queue = self.queue_mut(id);
        if queue.settings.strategy == Strategy::FallenBack && before != Strategy::FallenBack {
            let (queue, rule) = (queue.name, Rule::NotAtLeastOnce);
            cx.record(Event::StrategyFellBack { queue, rule });
        }
    }

    /// What the queue is told of its dead letters has changed: what it keeps goes, or goes elsewhere.
    pub(super) fn strategy_changed(&mut self, cx: &mut Context, id: QueueId) {
        let queue = self.queue_mut(id);
        if queue.settings.strategy == Strategy::AtLeastOnce {
            return self.forward_again(cx, id);
        }
        let name = queue.name;
        for copy in queue.take_kept() {
            let (message, rule) = (copy.message.content.origin.message, Rule::StrategyChanged);
            cx.record(Event::Removed { message, queue: name, rule });
        }
    }

    /// The broker has started: nobody knows any more which queues have confirmed what is kept.
    pub(super) fn forward_from_the_beginning(&mut self, id: QueueId) {
        let Some(kept) = self.queue_mut(id).kept.as_mut() else { return };
        let before = std::mem::take(&mut kept.waiting);
        let forwarded = std::mem::take(&mut kept.forwarded).into_iter().map(|each| each.kept);
        kept.waiting = forwarded.chain(before).collect();
        kept.timer = None;
        let letters = vec![DeadLetter::Kept(id); kept.waiting.len()];
        self.dead_letters.extend(letters);
    }
}
