//! A message comes in: checked, routed, queued, returned, confirmed.
//!
//! Sources: rabbitmq.com/docs/publishers, /docs/confirms, /docs/sender-selected (CC and BCC), /docs/validated-user-id,
//! /docs/ttl. A message that cannot be routed is confirmed at once, a mandatory one is returned first. A routed one
//! is confirmed when every queue has taken it; one that a queue refuses is confirmed negatively.

use super::access::Action;
use super::connection::ChannelKey;
use super::dead_lettering::Death;
use super::enqueuers::Enqueuer;
use super::exchange::Destination;
use super::queue::{Message, QueuedMessage};
use super::replying::is_address;
use super::settings::{Overflow, QueueType};
use super::{Broker, Context, Refusal, Route};
use crate::amqp::{Command, Content, Method, Properties, Publish, ReplyCode, Table, Value};
use crate::facts::{Event, ExchangeName, Rule};
use crate::ids::{MessageId, Name, Names, QueueId};
use crate::sorting::sort_by_key;
use crate::time::{Span, Time};
use std::rc::Rc;

/// A message that was accepted from a publisher and is not yet routed.
#[derive(Clone, Debug)]
pub(super) struct Publishing {
    pub message: Rc<Message>,
    mandatory: bool,
}

impl Broker {
    pub(super) fn publish(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        host: Name,
        publish: Publish,
        mut content: Content,
    ) -> Result<(), Refusal> {
        let Publish { exchange, routing_key, mandatory, immediate } = publish;
        self.check_size(&content)?;
        self.check_publishing(cx, key, host, (exchange, routing_key), &content.properties)?;
        if immediate {
            return Err(Refusal::new(ReplyCode::NotImplemented, "immediate=true"));
        }
        if content.properties.reply_to.is_some() {
            content = self.with_reply_address(cx, key, content)?;
        }
        let mut further_keys = Vec::new();
        if let Some(headers) = content.headers() {
            let header = "BCC";
            let is_blind = headers.get(header).is_some();
            (further_keys, content) = sender_selected(cx.names, content)?;
            if is_blind {
                let (header, rule) = (cx.names.intern(header), Rule::SenderSelected);
                cx.record(Event::HeaderRemoved { message: content.origin.message, header, rule });
            }
        }
        let number = content.origin.message;
        let message = Message { exchange, routing_key, further_keys, content, is_dead_letter: false };
        let message = self.spare.share(message);
        let publishing = Publishing { message, mandatory };
        let connection = self.connections.get_mut(&key.connection).expect("commands come on connections");
        let producer = connection.client;
        let channel = connection.channels.get_mut(&key.number).expect("and on open channels");
        let Some(transaction) = &mut channel.transaction else {
            self.route_publishing(cx, key, host, publishing);
            return Ok(());
        };
        transaction.publishings.push(publishing);
        let (exchange, rule) = (ExchangeName { virtual_host: host, name: exchange }, Rule::Transaction);
        cx.record(Event::HeldForCommit { message: number, exchange, producer, rule });
        Ok(())
    }

    /// Refuses a message that is too large (rabbitmq.com/docs/configure, `max_message_size`; `rabbit_channel`,
    /// `check_msg_size`).
    fn check_size(&self, content: &Content) -> Result<(), Refusal> {
        let most = if self.version.has_small_messages() { 16 << 20 } else { 128 << 20 };
        let size = content.body.len();
        if size <= most {
            return Ok(());
        }
        let what = format!("message size {size} is larger than configured max size {most}");
        Err(Refusal::new(ReplyCode::PreconditionFailed, what))
    }

    fn check_publishing(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        host: Name,
        (exchange, routing_key): (Name, Name),
        properties: &Properties,
    ) -> Result<(), Refusal> {
        let has_user = self.connections[&key.connection].user.is_some();
        if has_user {
            self.check_permission(cx, key, host, Action::Write, ("exchange", exchange))?;
        }
        let Some(found) = self.virtual_hosts[&host].exchanges.get(&exchange) else {
            return Err(Refusal::not_found("exchange", cx.names.text(exchange), cx.names.text(host)));
        };
        if found.is_internal {
            let (name, host) = (cx.names.text(exchange), cx.names.text(host));
            let what = format!("cannot publish to internal exchange '{name}' in vhost '{host}'");
            return Err(Refusal::new(ReplyCode::AccessRefused, what));
        }
        if has_user {
            self.check_topic(cx, key, host, Action::Write, (exchange, routing_key))?;
        }
        let user = self.connections[&key.connection].user.as_deref();
        if let (Some(claimed), Some(user)) = (properties.user_id.as_deref(), user)
            && claimed != user
        {
            let what = format!("user_id property set to '{claimed}' but authenticated user was '{user}'");
            return Err(Refusal::new(ReplyCode::PreconditionFailed, what));
        }
        if let Some(expiration) = properties.expiration.as_deref() {
            milliseconds(expiration).map_err(|reason| {
                let what = format!("invalid expiration '{expiration}': {reason}");
                Refusal::new(ReplyCode::PreconditionFailed, what)
            })?;
        }
        Ok(())
    }

    /// Routes a message that was accepted, and tells its publisher what has become of it. Says whether every queue
    /// on its way has taken it.
    pub(super) fn route_publishing(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        host: Name,
        publishing: Publishing,
    ) -> bool {
        let Publishing { message, mandatory } = publishing;
        let number = message.content.origin.message;
        let exchange = ExchangeName { virtual_host: host, name: message.exchange };
        cx.record(Event::Received { message: number, exchange });
        let is_reply = message.exchange == Name::EMPTY
            && self.deliver_reply(cx, host, message.routing_key, &message.content);
        let virtual_host = self.host_mut(host);
        let route = virtual_host.route_message(&message, cx.names);
        for name in &route.exchanges {
            if let Some(passed) = virtual_host.exchanges.get_mut(name) {
                passed.received += 1;
            }
        }
        self.record_route(cx, host, &message, &route);
        // An answer goes to no queue: in 3.10 one that is mandatory comes back besides (recorded from 3.10.8).
        let is_done = is_reply && (!mandatory || self.is_late_reply(cx, &message));
        if route.queues.is_empty() && !is_done {
            if let Some(exchange) = self.host_mut(host).exchanges.get_mut(&message.exchange) {
                exchange.unroutable += 1;
            }
            self.dismiss(cx, key, exchange, &message, mandatory);
        }
        let stores = self.stores_first(key, &message, &route.queues);
        let mut is_taken = true;
        let from = Some(Enqueuer::Channel(key));
        if let [only] = route.queues[..] {
            is_taken = self.offer(cx, only, &message, from);
        } else {
            for queue in self.slow_ones_last(route.queues.clone()) {
                is_taken &= self.offer(cx, queue, &message, from);
            }
        }
        self.confirm(cx, key, &message, is_taken, &stores);
        is_taken
    }

    pub(super) fn record_route(&self, cx: &mut Context, host: Name, message: &Message, route: &Route) {
        if !cx.facts.keeps_facts() {
            return;
        }
        let (number, routing_key, publisher) =
            (message.content.origin.message, message.routing_key, message.publisher());
        for hop in &route.hops {
            let exchange = ExchangeName { virtual_host: host, name: hop.from };
            let (binding, rule, message) = (hop.binding, hop.rule, number);
            cx.record(match hop.to {
                Destination::Queue(queue) => {
                    let queue = self.queue(queue).expect("routes lead to queues that exist").name;
                    Event::RoutedToQueue { message, exchange, queue, binding, routing_key, publisher, rule }
                }
                Destination::Exchange(name) => {
                    let destination = ExchangeName { virtual_host: host, name };
                    Event::RoutedToExchange {
                        message,
                        exchange,
                        destination,
                        binding,
                        routing_key,
                        publisher,
                        rule,
                    }
                }
            });
        }
    }

    /// No queue takes the message: it is dropped, or returned if it is mandatory.
    fn dismiss(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        exchange: ExchangeName,
        dismissed: &Message,
        mandatory: bool,
    ) {
        let message = dismissed.content.origin.message;
        let routing_key = dismissed.routing_key;
        if !mandatory || self.is_late_reply(cx, dismissed) {
            let is_reply = exchange.name == Name::EMPTY && is_address(cx.names.text(routing_key));
            let rule = if is_reply { Rule::ReplyAddressGone } else { Rule::Unroutable };
            cx.record(Event::Dropped { message, exchange, routing_key, rule });
            return;
        }
        let producer = self.connections[&key.connection].client;
        cx.record(Event::Returned { message, exchange, producer, rule: Rule::Mandatory });
        let code = ReplyCode::NoRoute;
        let method = Method::BasicReturn {
            reply_code: code.number(),
            reply_text: code.name().to_owned(),
            exchange: exchange.name,
            routing_key,
        };
        self.send(key, Command { method, content: Some(dismissed.content.clone()) });
    }

    /// A classic queue has a message before those that agree on it with others (recorded from 3.10.8).
    pub(super) fn slow_ones_last(&self, mut queues: Vec<QueueId>) -> Vec<QueueId> {
        sort_by_key(&mut queues, |id| self.queue(*id).is_some_and(|queue| queue.kind != QueueType::Classic));
        queues
    }

    /// A routed message reaches a queue from there. Says whether the queue takes it.
    pub(super) fn offer(
        &mut self,
        cx: &mut Context,
        id: QueueId,
        message: &Rc<Message>,
        from: Option<Enqueuer>,
    ) -> bool {
        let queue = self.queue_mut(id);
        if queue.is_plain() && !queue.is_down && message.content.properties.expiration.is_none() {
            let number = message.content.origin.message;
            let level = self.put_in(cx, id, message.clone(), None);
            self.measure_depth(cx, id);
            self.explain_wait(cx, id, number, level);
            return true;
        }
        let (name, number) = (queue.name, message.content.origin.message);
        let refuses = match (queue.kind, queue.settings.overflow) {
            (QueueType::Quorum, _) => !queue.takes_from(from),
            (QueueType::Stream, _) | (_, Overflow::DropHead) => false,
            (QueueType::Classic, _) => queue.would_overflow(message),
        };
        if queue.is_down {
            let rule = Rule::QueueFailed;
            cx.record(Event::RefusedWhileDown { message: number, queue: name, rule });
            return false;
        }
        if refuses {
            cx.record(match queue.is_over_limit() || queue.kind == QueueType::Classic {
                true => Event::Refused { message: number, queue: name, rule: Rule::MaximumLength },
                false => {
                    Event::RefusedToStopped { message: number, queue: name, rule: Rule::StoppedPublisher }
                }
            });
            if queue.settings.overflow == Overflow::RejectPublishDeadLetter
                && queue.settings.dead_letter_exchange.is_some()
            {
                let copy = QueuedMessage {
                    position: 0,
                    message: message.clone(),
                    is_redelivered: false,
                    delivery_count: 0,
                    acquired_count: 0,
                    expires: None,
                    came: cx.now,
                    since: cx.now,
                };
                self.bury(cx, id, &copy, Death::MaximumLength);
            }
            return false;
        }
        if self.fails_on_next(id) {
            self.fail_queue(cx, id, number);
            // What is not persistent was confirmed before.
            return !message.is_persistent();
        }
        self.enqueue(cx, id, message.clone());
        true
    }

    fn enqueue(&mut self, cx: &mut Context, id: QueueId, message: Rc<Message>) {
        let own = message.content.properties.expiration.as_deref().and_then(|text| milliseconds(text).ok());
        let written = (self.queue_mut(id).kind == QueueType::Stream).then(|| message.clone());
        if written.is_some() {
            self.make_room_in_stream(cx, id);
        }
        let lives = own.into_iter().chain(self.queue_mut(id).settings.message_ttl).min();
        let (number, expires) = (message.content.origin.message, lives.map(|lives| cx.now + lives));
        let level = self.put_in(cx, id, message, expires);
        if let Some(written) = written {
            self.measure_depth(cx, id);
            return self.write_to_segment(cx, id, &written);
        }
        self.drop_over_limit(cx, id);
        self.drop_expired(cx, id);
        self.look_at_limit(cx, id);
        self.measure_depth(cx, id);
        self.explain_wait(cx, id, number, level);
    }

    /// Puts a message into a queue. A consumer that is free gets it before its time is looked at: with a time to live
    /// of 0 it is delivered or expires. Says at which level it came in.
    fn put_in(
        &mut self,
        cx: &mut Context,
        id: QueueId,
        message: Rc<Message>,
        expires: Option<Time>,
    ) -> usize {
        let queue = self.queue_mut(id);
        let (name, number) = (queue.name, message.content.origin.message);
        let level = queue.append(cx.now, message, expires);
        let ready = queue.ready_count();
        cx.facts.numbers_mut().queue(id, name).arrived();
        cx.record(Event::Queued { message: number, queue: name, ready });
        self.hand_out(cx, id);
        level
    }

    /// Unless a message has gone out at once, says why it stays.
    #[inline]
    fn explain_wait(&mut self, cx: &mut Context, id: QueueId, message: MessageId, level: usize) {
        self.explain_head(cx, id);
        self.explain_newest(cx, id, message, level);
    }
}

/// The span that an `expiration` means: a whole number of milliseconds, not negative. The reason otherwise is in
/// RabbitMQ's words (`rabbit_basic`, `parse_expiration`).
fn milliseconds(expiration: &str) -> Result<Span, String> {
    let (sign, unsigned) = match expiration.strip_prefix(['+', '-']) {
        Some(rest) => (&expiration[..1], rest),
        None => ("", expiration),
    };
    let digits = unsigned.find(|character: char| !character.is_ascii_digit()).unwrap_or(unsigned.len());
    if digits == 0 {
        return Err("no_integer".to_owned());
    }
    if digits < unsigned.len() {
        return Err(format!("{{leftover_string,\"{}\"}}", &unsigned[digits..]));
    }
    let number: u64 = unsigned.parse().unwrap_or(u64::MAX);
    if sign == "-" && number > 0 {
        return Err(format!("{{value_negative,-{number}}}"));
    }
    Ok(Span::from_ms(number))
}

/// The further keys in the headers CC and BCC, and the content without BCC.
fn sender_selected(names: &mut Names, mut content: Content) -> Result<(Vec<Name>, Content), Refusal> {
    let mut keys = Vec::new();
    let Some(headers) = content.headers() else { return Ok((keys, content)) };
    for name in ["CC", "BCC"] {
        match headers.get(name) {
            None => {}
            Some(Value::Array(values)) => {
                // What is no text among them counts for nothing (recorded from 3.10.8).
                keys.extend(values.iter().filter_map(Value::as_text).map(|key| names.intern(key)));
            }
            Some(value) => {
                let (kind, _) = value.described();
                let what = format!("invalid message: {{unacceptable_type_in_header,\"{name}\",{kind}}}");
                return Err(Refusal::new(ReplyCode::PreconditionFailed, what));
            }
        }
    }
    if headers.get("BCC").is_some() {
        let rest = headers.0.iter().filter(|(name, _)| name != "BCC").cloned().collect();
        let properties = Properties { headers: Some(Table(rest)), ..Properties::clone(&content.properties) };
        content.properties = Rc::new(properties);
    }
    Ok((keys, content))
}

crate::ids::holds_names!(Publishing { message, mandatory });
