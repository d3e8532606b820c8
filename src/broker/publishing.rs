//! A message comes in: routed, queued, returned, confirmed.
//!
//! Sources: rabbitmq.com/docs/publishers, /docs/confirms. A message that cannot be routed is confirmed at once,
//! a mandatory one is returned first. A routed one is confirmed when every queue has taken it, which in this
//! broker is within the same step.

use super::connection::ChannelKey;
use super::exchange::Destination;
use super::queue::Message;
use super::{Broker, Context, Handled, Refusal, Route};
use crate::amqp::{Command, Content, Method, ReplyCode};
use crate::facts::{ClientName, Event, ExchangeName, Rule};
use crate::ids::Name;
use std::rc::Rc;

impl Broker {
    pub(super) fn publish(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        host: Name,
        method: &Method,
        content: Content,
    ) -> Handled {
        let Method::BasicPublish { exchange, routing_key, mandatory, immediate } = *method else {
            unreachable!("{} does not publish", method.name())
        };
        if immediate {
            return Err(Refusal::new(ReplyCode::NotImplemented, "immediate=true"));
        }
        let virtual_host = self.host_mut(host);
        let Some(found) = virtual_host.exchanges.get_mut(&exchange) else {
            return Err(Refusal::not_found("exchange", cx.names.text(exchange), cx.names.text(host)));
        };
        if found.is_internal {
            let (name, host) = (cx.names.text(exchange), cx.names.text(host));
            let what = format!("cannot publish to internal exchange '{name}' in vhost '{host}'");
            return Err(Refusal::new(ReplyCode::AccessRefused, what));
        }
        let origin = content.origin;
        let named = ExchangeName { virtual_host: host, name: exchange };
        cx.record(Event::Received { message: origin.message, exchange: named });
        let route = virtual_host.route(exchange, routing_key, content.headers(), cx.names);
        for name in &route.exchanges {
            if let Some(passed) = virtual_host.exchanges.get_mut(name) {
                passed.received += 1;
            }
        }
        let message = Rc::new(Message { exchange, routing_key, content });
        self.record_route(cx, host, &message, &route);
        if route.queues.is_empty() {
            self.host_mut(host).exchanges.entry(exchange).and_modify(|exchange| exchange.unroutable += 1);
            self.dismiss(cx, key, named, &message, mandatory);
        }
        for &queue in &route.queues {
            self.enqueue(cx, queue, message.clone());
        }
        Ok(self.confirmation(cx, key, &message))
    }

    fn record_route(&self, cx: &mut Context, host: Name, message: &Message, route: &Route) {
        let origin = message.content.origin;
        let (routing_key, publisher) = (message.routing_key, ClientName(origin.publisher));
        for hop in &route.hops {
            let exchange = ExchangeName { virtual_host: host, name: hop.from };
            let (binding, rule, message) = (hop.binding, hop.rule, origin.message);
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
        if !mandatory {
            cx.record(Event::Dropped { message, exchange, routing_key, rule: Rule::Unroutable });
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

    fn confirmation(&mut self, cx: &mut Context, key: ChannelKey, message: &Message) -> Option<Method> {
        let number = self.channel_mut(key).confirms.as_mut()?;
        *number += 1;
        let delivery_tag = *number;
        let producer = self.connections[&key.connection].client;
        cx.record(Event::Confirmed {
            message: message.content.origin.message,
            producer,
            rule: Rule::Confirm,
        });
        Some(Method::BasicAck { delivery_tag, multiple: false })
    }
}
