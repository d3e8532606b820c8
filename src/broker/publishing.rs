//! A message comes in: checked, routed, offered to queues, returned, confirmed.
//!
//! Sources: rabbitmq.com/docs/publishers, /docs/confirms, /docs/sender-selected (CC and BCC), /docs/validated-user-id,
//! /docs/ttl. A message that cannot be routed is confirmed at once, a mandatory one is returned first. A routed one
//! is confirmed when every queue has taken it; one that a queue refuses is confirmed negatively.

use super::access::Action;
use super::connection::ChannelKey;
use super::enqueuers::Enqueuer;
use super::exchange::Destination;
use super::handover::Handover;
use super::replying::is_address;
use super::routes::Lane;
use super::settings::QueueType;
use super::{Broker, Context, Entrance, Refusal, Route};
use crate::amqp::{Command, Content, Message, Method, Properties, Publish, ReplyCode, Table, Value};
use crate::facts::{Event, ExchangeName, Rule};
use crate::ids::{Name, Names, QueueId};
use crate::sorting::sort_by_key;
use crate::time::Span;
use std::rc::Rc;

/// A message that was accepted from a publisher and is not yet routed.
#[derive(Clone, Debug)]
pub(super) struct Publishing {
    pub message: Rc<Message>,
    mandatory: bool,
}

impl Broker {
    /// A client publishes a message.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub(super) fn publish(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        entrance: Entrance,
        publish: Publish,
        message: Rc<Message>,
    ) -> Result<(), Refusal> {
        let message = match self.publish_plainly(cx, entrance, publish, message) {
            Ok(()) => return Ok(()),
            Err(message) => message,
        };
        if let Some(route) = self.unquestioned_route(entrance, publish, &message) {
            let publishing = Publishing { message, mandatory: publish.mandatory };
            self.send_along(cx, key, entrance, publishing, &route);
            return Ok(());
        }
        self.publish_if_allowed(cx, key, entrance.host, publish, message)
    }

    /// Publishes a message about which there is nothing to be asked or told on a remembered route to a plain queue alone.
    /// Any other is handed back.
    #[cfg_attr(not(feature = "small"), inline(always))]
    fn publish_plainly(
        &mut self,
        cx: &mut Context,
        entrance: Entrance,
        publish: Publish,
        message: Rc<Message>,
    ) -> Result<(), Rc<Message>> {
        let is_untold = !entrance.awaits_confirm && !cx.facts.keeps_facts();
        if !is_untold || !self.is_unquestioned(entrance, publish, &message) {
            return Err(message);
        }
        let patience = (self.consumer_timeout, self.channel_tick);
        let Broker { version, virtual_hosts, queues, connections, timers, output, .. } = self;
        let host = virtual_hosts.get_mut(&entrance.host);
        let lane = host.as_ref().and_then(|host| host.lane(message.exchange, message.routing_key));
        let (Some(host), Some(Lane { place, queue: id })) = (host, lane) else { return Err(message) };
        let queue = queues.get_mut(id.index()).and_then(Option::as_mut);
        let Some(queue) = queue.filter(|queue| queue.is_plain() && !queue.is_down) else {
            return Err(message);
        };
        host.pass_through(message.exchange, place);
        let mut handover = Handover { version: *version, patience, connections, timers, output };
        handover.take_in_plainly(cx, id, queue, message);
        Ok(())
    }

    /// Whether there is nothing to be asked about a message before it is routed: its publisher may do everything, and it
    /// asks for nothing.
    #[cfg_attr(not(feature = "small"), inline(always))]
    fn is_unquestioned(&self, entrance: Entrance, publish: Publish, message: &Message) -> bool {
        entrance.is_free
            && !publish.immediate
            && message.content.properties.are_for_consumers_alone()
            && message.content.body.len() <= self.most_octets()
    }

    /// The route that a message takes about which there is nothing to be asked: its publisher may do everything, it asks for
    /// nothing, and messages like it have been routed before.
    #[cfg_attr(not(feature = "small"), inline)]
    fn unquestioned_route(
        &mut self,
        entrance: Entrance,
        publish: Publish,
        message: &Message,
    ) -> Option<Rc<Route>> {
        let is_unquestioned = self.is_unquestioned(entrance, publish, message);
        let host = self.virtual_hosts.get_mut(&entrance.host).filter(|_| is_unquestioned)?;
        let route = host.known_route(message.exchange, message.routing_key);
        let route = route.filter(|route| route.is_for_clients)?;
        host.count_passage(&route);
        Some(route)
    }

    /// The same for a message about which there may be.
    #[inline(never)]
    pub(super) fn publish_if_allowed(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        host: Name,
        publish: Publish,
        mut message: Rc<Message>,
    ) -> Result<(), Refusal> {
        let Publish { mandatory, immediate } = publish;
        let Message { exchange, routing_key, .. } = *message;
        self.check_size(&message.content)?;
        self.check_publishing(cx, key, host, (exchange, routing_key), &message.content.properties)?;
        if immediate {
            return Err(Refusal::new(ReplyCode::NotImplemented, "immediate=true"));
        }
        if message.content.properties.reply_to.is_some() {
            let content = message.content.clone();
            Rc::make_mut(&mut message).content = self.with_reply_address(cx, key, content)?;
        }
        let number = message.number();
        if let Some(headers) = message.content.headers() {
            let header = "BCC";
            let is_blind = headers.get(header).is_some();
            let (further_keys, content) = sender_selected(cx.names, message.content.clone())?;
            message = Rc::new(Message { further_keys, content, ..Message::clone(&message) });
            if is_blind {
                let (header, rule) = (cx.names.intern(header), Rule::SenderSelected);
                cx.record(Event::HeaderRemoved { message: number, header, rule });
            }
        }
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
        let (size, most) = (content.body.len(), self.most_octets());
        if size <= most {
            return Ok(());
        }
        let what = format!("message size {size} is larger than configured max size {most}");
        Err(Refusal::new(ReplyCode::PreconditionFailed, what))
    }

    /// How many octets the body of a message may have.
    #[inline]
    fn most_octets(&self) -> usize {
        if self.version.has_small_messages() { 16 << 20 } else { 128 << 20 }
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
        let virtual_host = self.host_mut(host);
        let route = virtual_host.route_message(&publishing.message, cx.names);
        virtual_host.count_passage(&route);
        let awaits_confirm = self.channel(key).confirms.is_some();
        self.send_along(cx, key, Entrance { host, is_free: false, awaits_confirm }, publishing, &route)
    }

    /// The same for a message that is on a route already.
    fn send_along(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        Entrance { host, awaits_confirm, .. }: Entrance,
        publishing: Publishing,
        route: &Route,
    ) -> bool {
        let Publishing { message, mandatory } = publishing;
        let number = message.number();
        let exchange = ExchangeName { virtual_host: host, name: message.exchange };
        cx.record(Event::Received { message: number, exchange });
        let is_reply =
            route.is_to_address && self.deliver_reply(cx, host, message.routing_key, &message.content);
        if cx.facts.keeps_facts() {
            self.record_route(cx, host, &message, route);
        }
        // An answer goes to no queue: in 3.10 one that is mandatory comes back besides (recorded from 3.10.8).
        if route.queues.is_empty() && !(is_reply && (!mandatory || self.is_late_reply(cx, &message))) {
            self.dismiss(cx, key, exchange, &message, mandatory);
        }
        let stores = if awaits_confirm { self.stores_first(&message, &route.queues) } else { Vec::new() };
        let from = Some(Enqueuer::Channel(key));
        let is_taken = match route.queues[..] {
            [only] => self.offer(cx, only, message, from),
            _ => self.offer_to_all(cx, &route.queues, &message, from),
        };
        if awaits_confirm {
            self.confirm(cx, key, number, is_taken, &stores);
        }
        is_taken
    }

    fn offer_to_all(
        &mut self,
        cx: &mut Context,
        queues: &[QueueId],
        message: &Rc<Message>,
        from: Option<Enqueuer>,
    ) -> bool {
        let mut is_taken = true;
        for queue in self.slow_ones_last(queues.to_vec()) {
            is_taken &= self.offer(cx, queue, message.clone(), from);
        }
        is_taken
    }

    pub(super) fn record_route(&self, cx: &mut Context, host: Name, message: &Message, route: &Route) {
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
    #[cold]
    fn dismiss(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        exchange: ExchangeName,
        dismissed: &Message,
        mandatory: bool,
    ) {
        let (message, routing_key) = (dismissed.number(), dismissed.routing_key);
        if let Some(exchange) = self.host_mut(exchange.virtual_host).exchanges.get_mut(&exchange.name) {
            exchange.unroutable += 1;
        }
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
}

/// The span that an `expiration` means: a whole number of milliseconds, not negative. The reason otherwise is in
/// RabbitMQ's words (`rabbit_basic`, `parse_expiration`).
pub(super) fn milliseconds(expiration: &str) -> Result<Span, String> {
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
