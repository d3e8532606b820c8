//! Exchanges and bindings come and go.
//!
//! Source: AMQP 0-9-1 reference, class `exchange`; rabbitmq.com/docs/exchanges, /docs/e2e, /docs/ae; texts of errors
//! as recorded from RabbitMQ 3.10.8.

use super::access::Action;
use super::connection::ChannelKey;
use super::equivalence::{check_arguments, check_equivalent, truth};
use super::exchange::{Binding, Destination, Exchange, ExchangeKind};
use super::{Broker, Context, Handled, Refusal, answer, headers};
use crate::amqp::{Method, ReplyCode, Value};
use crate::ids::Name;

impl Broker {
    pub(super) fn handle_exchange_method(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        host: Name,
        method: Method,
    ) -> Handled {
        match method {
            Method::ExchangeDeclare { exchange, passive: true, no_wait, .. } => {
                self.check_exchange(cx, host, exchange)?;
                answer(no_wait, Method::ExchangeDeclareOk {})
            }
            Method::ExchangeDeclare {
                exchange,
                kind,
                passive: false,
                durable,
                auto_delete,
                internal,
                no_wait,
                arguments,
            } => {
                let kind = ExchangeKind::from_name(cx.names.text(kind)).ok_or_else(|| {
                    let name = cx.names.text(kind);
                    let code = match self.version.refuses_type_on_channel() {
                        true => ReplyCode::PreconditionFailed,
                        false => ReplyCode::CommandInvalid,
                    };
                    Refusal::new(code, format_args!("unknown exchange type '{name}'"))
                })?;
                if exchange == Name::EMPTY {
                    return Err(default_exchange_is_locked());
                }
                self.check_permission(cx, key, host, Action::Configure, ("exchange", exchange))?;
                let is_new = !self.virtual_hosts[&host].exchanges.contains_key(&exchange);
                let alternate = match arguments.get("alternate-exchange") {
                    Some(value) if is_new && value.as_text().is_none() => {
                        let kind = value.described().0;
                        let (name, host) = (cx.names.text(exchange), cx.names.text(host));
                        let what = format!(
                            "invalid type '{kind}' for arg 'alternate-exchange' in exchange '{name}' in vhost '{host}'"
                        );
                        return Err(Refusal::new(ReplyCode::PreconditionFailed, what));
                    }
                    value => value.and_then(Value::as_text).map(|name| cx.names.intern(name)),
                };
                if let Some(alternate) = alternate.filter(|_| is_new) {
                    self.check_permission(cx, key, host, Action::Read, ("exchange", exchange))?;
                    self.check_permission(cx, key, host, Action::Write, ("exchange", alternate))?;
                }
                let wanted = Exchange {
                    kind,
                    is_durable: durable,
                    is_auto_delete: auto_delete,
                    is_internal: internal,
                    alternate,
                    policy_alternate: None,
                    arguments,
                    bindings: Vec::new(),
                    received: 0,
                    unroutable: 0,
                };
                self.declare_exchange(cx, host, exchange, wanted)?;
                answer(no_wait, Method::ExchangeDeclareOk {})
            }
            Method::ExchangeDelete { exchange, if_unused, no_wait } => {
                if exchange == Name::EMPTY {
                    return Err(default_exchange_is_locked());
                }
                self.check_permission(cx, key, host, Action::Configure, ("exchange", exchange))?;
                self.delete_exchange(cx, host, exchange, if_unused)?;
                answer(no_wait, Method::ExchangeDeleteOk {})
            }
            Method::ExchangeBind { destination, source, routing_key, no_wait, arguments } => {
                let binding =
                    Binding { destination: Destination::Exchange(destination), routing_key, arguments };
                self.check_binding_of_exchanges(cx, key, host, (destination, source), routing_key)?;
                self.check_exchange(cx, host, source)?;
                self.check_exchange(cx, host, destination)?;
                self.bind(cx, host, source, binding)?;
                answer(no_wait, Method::ExchangeBindOk {})
            }
            Method::ExchangeUnbind { destination, source, routing_key, no_wait, arguments } => {
                let binding =
                    Binding { destination: Destination::Exchange(destination), routing_key, arguments };
                self.check_binding_of_exchanges(cx, key, host, (destination, source), routing_key)?;
                self.unbind(host, source, &binding)?;
                answer(no_wait, Method::ExchangeUnbindOk {})
            }
            other => unreachable!("{} is not of the class exchange", other.name()),
        }
    }

    fn check_binding_of_exchanges(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        host: Name,
        (destination, source): (Name, Name),
        routing_key: Name,
    ) -> Result<(), Refusal> {
        if destination == Name::EMPTY || source == Name::EMPTY {
            return Err(default_exchange_is_locked());
        }
        self.check_permission(cx, key, host, Action::Write, ("exchange", destination))?;
        self.check_permission(cx, key, host, Action::Read, ("exchange", source))?;
        self.check_topic(cx, key, host, Action::Read, (source, routing_key))
    }

    fn declare_exchange(
        &mut self,
        cx: &mut Context,
        host: Name,
        name: Name,
        mut wanted: Exchange,
    ) -> Result<(), Refusal> {
        let text = cx.names.text(name).to_owned();
        let virtual_host = self.host_mut(host);
        let Some(current) = virtual_host.exchanges.get(&name) else {
            if text.starts_with("amq.") {
                return Err(reserved_prefix("exchange", &text));
            }
            wanted.policy_alternate = virtual_host.policies.alternate(&text, cx.names);
            virtual_host.exchanges.insert(name, wanted);
            self.topology_changed(host);
            return Ok(());
        };
        let same = [
            ("type", wanted.kind.name(), current.kind.name()),
            ("durable", truth(wanted.is_durable), truth(current.is_durable)),
            ("auto_delete", truth(wanted.is_auto_delete), truth(current.is_auto_delete)),
            ("internal", truth(wanted.is_internal), truth(current.is_internal)),
        ];
        check_equivalent("exchange", &text, cx.names.text(host), &same)?;
        let arguments = (&wanted.arguments, &current.arguments);
        check_arguments("exchange", &text, cx.names.text(host), arguments, &["alternate-exchange"])
    }

    fn delete_exchange(
        &mut self,
        cx: &Context,
        host: Name,
        name: Name,
        if_unused: bool,
    ) -> Result<(), Refusal> {
        let (text, host_text) = (cx.names.text(name), cx.names.text(host));
        if text.starts_with("amq.") {
            let what = format!("deletion of system exchange '{text}' in vhost '{host_text}' not allowed");
            return Err(Refusal::new(ReplyCode::AccessRefused, what));
        }
        // Deleting what is not there is no error in RabbitMQ.
        let Some(exchange) = self.virtual_hosts[&host].exchanges.get(&name) else { return Ok(()) };
        if if_unused && !exchange.bindings.is_empty() {
            let what = format!("exchange '{text}' in vhost '{host_text}' in use");
            return Err(Refusal::new(ReplyCode::PreconditionFailed, what));
        }
        self.remove_exchange(host, name);
        Ok(())
    }

    /// Removes an exchange and the bindings to it.
    pub(super) fn remove_exchange(&mut self, host: Name, name: Name) {
        self.host_mut(host).exchanges.remove(&name);
        self.remove_bindings_to(host, Destination::Exchange(name));
    }

    pub(super) fn check_exchange(&self, cx: &Context, host: Name, name: Name) -> Result<(), Refusal> {
        if name == Name::EMPTY {
            return Err(default_exchange_is_locked());
        }
        if self.virtual_hosts[&host].exchanges.contains_key(&name) {
            return Ok(());
        }
        Err(Refusal::not_found("exchange", cx.names.text(name), cx.names.text(host)))
    }

    /// Adds a binding; nothing happens if the same is there.
    pub(super) fn bind(
        &mut self,
        cx: &Context,
        host: Name,
        source: Name,
        binding: Binding,
    ) -> Result<(), Refusal> {
        self.check_exchange(cx, host, source)?;
        let exchange = self.host_mut(host).exchanges.get_mut(&source).expect("it is there");
        if exchange.kind == ExchangeKind::Headers {
            headers::check_arguments(&binding.arguments)
                .map_err(|what| Refusal::new(ReplyCode::PreconditionFailed, what))?;
        }
        if !exchange.bindings.contains(&binding) {
            exchange.bindings.push(binding);
            self.topology_changed(host);
        }
        Ok(())
    }

    /// Removes a binding; it is no error in RabbitMQ if it or its exchange is not there.
    pub(super) fn unbind(&mut self, host: Name, source: Name, binding: &Binding) -> Result<(), Refusal> {
        let Some(exchange) = self.host_mut(host).exchanges.get_mut(&source) else { return Ok(()) };
        let before = exchange.bindings.len();
        exchange.bindings.retain(|other| other != binding);
        if exchange.bindings.len() < before {
            self.remove_unused_exchange(host, source);
            self.topology_changed(host);
        }
        Ok(())
    }

    /// Removes every binding to a destination that is gone, and the auto-delete exchanges that lose their last
    /// binding by it.
    pub(super) fn remove_bindings_to(&mut self, host: Name, destination: Destination) {
        let exchanges = &mut self.host_mut(host).exchanges;
        let mut losing = Vec::new();
        for (name, exchange) in exchanges.iter_mut() {
            let before = exchange.bindings.len();
            exchange.bindings.retain(|binding| binding.destination != destination);
            if exchange.bindings.len() < before {
                losing.push(*name);
            }
        }
        for name in losing {
            self.remove_unused_exchange(host, name);
        }
        self.topology_changed(host);
    }

    fn remove_unused_exchange(&mut self, host: Name, name: Name) {
        let exchanges = &mut self.host_mut(host).exchanges;
        if exchanges
            .get(&name)
            .is_some_and(|exchange| exchange.is_auto_delete && exchange.bindings.is_empty())
        {
            self.remove_exchange(host, name);
        }
    }

    pub(super) fn topology_changed(&mut self, host: Name) {
        self.topology_version += 1;
        self.host_mut(host).topology_changed();
    }
}

/// Nothing can be declared of, bound to or removed from the default exchange.
pub(super) fn default_exchange_is_locked() -> Refusal {
    Refusal::new(ReplyCode::AccessRefused, "operation not permitted on the default exchange")
}

/// Names that begin with `amq.` are the broker's own.
pub(super) fn reserved_prefix(kind: &str, name: &str) -> Refusal {
    Refusal::new(
        ReplyCode::AccessRefused,
        format_args!("{kind} name '{name}' contains reserved prefix 'amq.*'"),
    )
}
