//! The operations of a case, one method or intervention each (tests/conformance/README.md, section 1.2).

use super::player::Player;
use super::values::{properties, table};
use crate::amqp::{Command, Method};
use crate::broker::{AppliesTo, Destination, Policy};
use crate::scenario::Definitions;
use crate::time::Span;
use serde_json::{Value, json};

/// The fields of a step.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a>(pub &'a Value);

impl<'a> Step<'a> {
    /// A text, empty when absent.
    pub fn text(&self, name: &str) -> &'a str {
        self.0.get(name).and_then(Value::as_str).unwrap_or("")
    }

    fn text_or(&self, name: &str, absent: &'a str) -> &'a str {
        self.0.get(name).and_then(Value::as_str).unwrap_or(absent)
    }

    fn flag(&self, name: &str) -> bool {
        self.0.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    fn flag_or(&self, name: &str, absent: bool) -> bool {
        self.0.get(name).and_then(Value::as_bool).unwrap_or(absent)
    }

    fn whole(&self, name: &str) -> u64 {
        self.0.get(name).and_then(Value::as_u64).unwrap_or(0)
    }

    fn arguments(&self) -> crate::amqp::Table {
        table(self.0.get("arguments"))
    }
}

/// The answer of a step: none when the channel or the connection was closed instead.
type Reply = Option<Value>;

impl Player {
    /// Performs a step.
    ///
    /// # Errors
    /// When the step is not described.
    pub fn perform(&mut self, step: Step) -> Result<Reply, String> {
        let channel = step.text("channel");
        let nothing = Ok(Some(json!({})));
        match step.text("op") {
            "connect" => {
                let user = step.text_or("user", "guest").to_owned();
                let known = self.passwords.get(&user).cloned().unwrap_or_default();
                let password = step.text_or("password", &known).to_owned();
                let is_in =
                    self.connect(step.text("connection"), &user, &password, step.text_or("vhost", "/"));
                Ok(is_in.then(|| json!({})))
            }
            "disconnect" => {
                let name = step.text("connection");
                if let Some(&id) = self.connections.get(name) {
                    let close = Method::ConnectionClose {
                        reply_code: 200,
                        reply_text: "bye".to_owned(),
                        class_id: 0,
                        method_id: 0,
                    };
                    self.act(|broker, cx| broker.handle(cx, id, 0, close.into()));
                    // One that is not read still gets no answer, and listens to nothing else any more.
                    self.forget_connection(name);
                }
                nothing
            }
            "drop" => {
                let name = step.text("connection");
                if let Some(id) = self.connections.get(name).copied() {
                    self.forget_connection(name);
                    self.act(|broker, cx| broker.disconnected(cx, id));
                }
                nothing
            }
            "open_channel" => {
                let is_open = self.open_channel(channel, step.text("connection"));
                if is_open && step.flag("confirm") {
                    self.request(channel, Method::ConfirmSelect { no_wait: false });
                }
                Ok(is_open.then(|| json!({})))
            }
            "publish" => {
                self.publish_step(channel, step);
                nothing
            }
            "publish_many" => {
                for message in step.0["messages"].as_array().into_iter().flatten() {
                    self.publish_step(channel, Step(message));
                }
                nothing
            }
            "ack" | "nack" | "reject" => {
                let method = self.acknowledgement(channel, step)?;
                self.send_on(channel, method);
                nothing
            }
            "wait" => {
                self.pass(Span::from_ms(step.whole("ms")));
                nothing
            }
            "list_exchanges" | "list_bindings" => Ok(Some(self.listing(step))),
            "set_policy" | "clear_policy" | "import_definitions" | "alarm" | "restart_broker" => {
                self.intervene(step)
            }
            _ => {
                let method = self.method(step)?;
                let is_generated = step.text("name").is_empty() && step.text("consumer").is_empty();
                let Some(answer) = self.request(channel, method) else { return Ok(None) };
                if is_generated {
                    self.name_generated(&answer, step);
                }
                Ok(Some(self.reply(&answer)))
            }
        }
    }

    fn publish_step(&mut self, channel: &str, step: Step) {
        let method = Method::BasicPublish {
            exchange: self.name(step.text("exchange")),
            routing_key: self.name(step.text("routing_key")),
            mandatory: step.flag("mandatory"),
            immediate: step.flag("immediate"),
        };
        self.publish(channel, method, properties(step.0.get("properties")), step.text("body"));
    }

    fn acknowledgement(&self, channel: &str, step: Step) -> Result<Method, String> {
        let tags = self.channels.get(channel).map(|channel| &channel.tags);
        let by_body = || tags.and_then(|tags| tags.get(step.text("body"))).copied();
        let delivery_tag = step.0.get("tag").and_then(Value::as_u64).or_else(by_body);
        let delivery_tag =
            delivery_tag.ok_or_else(|| format!("no delivery of {} was seen", step.text("body")))?;
        let (multiple, requeue) = (step.flag("multiple"), step.flag("requeue"));
        Ok(match step.text("op") {
            "ack" => Method::BasicAck { delivery_tag, multiple },
            "nack" => Method::BasicNack { delivery_tag, multiple, requeue },
            _ => Method::BasicReject { delivery_tag, requeue },
        })
    }

    /// The method of a step that is a request with an answer.
    pub fn method(&mut self, step: Step) -> Result<Method, String> {
        let no_wait = false;
        Ok(match step.text("op") {
            "close_channel" => Method::ChannelClose {
                reply_code: 200,
                reply_text: "bye".to_owned(),
                class_id: 0,
                method_id: 0,
            },
            "declare_exchange" => Method::ExchangeDeclare {
                exchange: self.name(step.text("name")),
                kind: self.name(step.text("type")),
                passive: step.flag("passive"),
                durable: step.flag_or("durable", true),
                auto_delete: step.flag("auto_delete"),
                internal: step.flag("internal"),
                no_wait,
                arguments: step.arguments(),
            },
            "delete_exchange" => Method::ExchangeDelete {
                exchange: self.name(step.text("name")),
                if_unused: step.flag("if_unused"),
                no_wait,
            },
            "declare_queue" => Method::QueueDeclare {
                queue: self.name(step.text("name")),
                passive: step.flag("passive"),
                durable: step.flag_or("durable", true),
                exclusive: step.flag("exclusive"),
                auto_delete: step.flag("auto_delete"),
                no_wait,
                arguments: step.arguments(),
            },
            "delete_queue" => Method::QueueDelete {
                queue: self.name(step.text("name")),
                if_unused: step.flag("if_unused"),
                if_empty: step.flag("if_empty"),
                no_wait,
            },
            "purge" => Method::QueuePurge { queue: self.name(step.text("queue")), no_wait },
            "bind" => Method::QueueBind {
                queue: self.name(step.text("queue")),
                exchange: self.name(step.text("exchange")),
                routing_key: self.name(step.text("routing_key")),
                no_wait,
                arguments: step.arguments(),
            },
            "unbind" => Method::QueueUnbind {
                queue: self.name(step.text("queue")),
                exchange: self.name(step.text("exchange")),
                routing_key: self.name(step.text("routing_key")),
                arguments: step.arguments(),
            },
            "bind_exchange" => Method::ExchangeBind {
                destination: self.name(step.text("destination")),
                source: self.name(step.text("source")),
                routing_key: self.name(step.text("routing_key")),
                no_wait,
                arguments: step.arguments(),
            },
            "unbind_exchange" => Method::ExchangeUnbind {
                destination: self.name(step.text("destination")),
                source: self.name(step.text("source")),
                routing_key: self.name(step.text("routing_key")),
                no_wait,
                arguments: step.arguments(),
            },
            "consume" => Method::BasicConsume {
                queue: self.name(step.text("queue")),
                consumer_tag: self.name(step.text("consumer")),
                no_local: step.flag("no_local"),
                no_ack: step.flag("no_ack"),
                exclusive: step.flag("exclusive"),
                no_wait,
                arguments: step.arguments(),
            },
            "cancel" => Method::BasicCancel { consumer_tag: self.name(step.text("consumer")), no_wait },
            "qos" => Method::BasicQos {
                prefetch_size: step.whole("size") as u32,
                prefetch_count: step.whole("count") as u16,
                global: step.flag("global"),
            },
            "get" => Method::BasicGet { queue: self.name(step.text("queue")), no_ack: step.flag("no_ack") },
            "recover" => Method::BasicRecover { requeue: step.flag_or("requeue", true) },
            "flow" => Method::ChannelFlow { active: step.flag("active") },
            "confirm_select" => Method::ConfirmSelect { no_wait },
            "tx_select" => Method::TxSelect {},
            "tx_commit" => Method::TxCommit {},
            "tx_rollback" => Method::TxRollback {},
            other => return Err(format!("the step {other} is not described")),
        })
    }

    /// A name that the broker made up is called `as` from now on.
    fn name_generated(&mut self, answer: &Command, step: Step) {
        let (name, absent) = match answer.method {
            Method::QueueDeclareOk { queue, .. } => (queue, "$gen"),
            Method::BasicConsumeOk { consumer_tag } => (consumer_tag, "$ctag"),
            _ => return,
        };
        let number = 1 + self.aliases.iter().filter(|(_, alias)| alias.starts_with(absent)).count();
        let alias = match step.text("as") {
            "" => format!("{absent}{number}"),
            alias => alias.to_owned(),
        };
        self.aliases.push((self.names.text(name).to_owned(), alias));
    }

    fn reply(&self, answer: &Command) -> Value {
        match &answer.method {
            Method::QueueDeclareOk { queue, message_count, consumer_count } => json!({
                "queue": self.shown_name(*queue), "messages": message_count, "consumers": consumer_count,
            }),
            Method::QueueDeleteOk { message_count } | Method::QueuePurgeOk { message_count } => {
                json!({ "messages": message_count })
            }
            Method::BasicConsumeOk { consumer_tag } | Method::BasicCancelOk { consumer_tag } => {
                json!({ "consumer": self.shown_name(*consumer_tag) })
            }
            Method::BasicGetOk { message_count, .. } => {
                json!({ "message": self.message_json(answer), "remaining": message_count })
            }
            Method::BasicGetEmpty {} => json!({ "empty": true }),
            Method::ChannelFlowOk { active } => json!({ "active": active }),
            _ => json!({}),
        }
    }

    fn listing(&self, step: Step) -> Value {
        let is_own = |name: &str| name.is_empty() || name.starts_with("amq.");
        let hosts = self.broker.virtual_hosts();
        let host = hosts.filter(|(name, _)| self.names.text(*name) == "/").map(|(_, host)| host).next();
        let exchanges = host.into_iter().flat_map(|host| host.exchanges.iter());
        if step.text("op") == "list_exchanges" {
            let names = exchanges.map(|(name, _)| self.names.text(*name)).filter(|name| !is_own(name));
            let mut names: Vec<&str> = names.collect();
            names.sort_unstable();
            return json!({ "exchanges": names });
        }
        let mut bindings = Vec::new();
        for (source, exchange) in exchanges {
            for binding in &exchange.bindings {
                let (destination_type, destination) = match binding.destination {
                    Destination::Exchange(name) => ("exchange", name),
                    Destination::Queue(id) => (
                        "queue",
                        self.broker.queue(id).expect("bindings lead to queues that exist").name.name,
                    ),
                };
                bindings.push(json!({
                    "source": self.names.text(*source),
                    "routing_key": self.shown_name(binding.routing_key),
                    "destination_type": destination_type,
                    "destination": self.shown_name(destination),
                }));
            }
        }
        json!({ "bindings": bindings })
    }

    /// What is done to the broker from beside AMQP.
    pub fn intervene(&mut self, step: Step) -> Result<Reply, String> {
        let nothing = Ok(Some(json!({})));
        match step.text("op") {
            "set_policy" => {
                let policy = Policy {
                    name: step.text("name").to_owned(),
                    pattern: step.text("pattern").to_owned(),
                    applies_to: AppliesTo::from_name(step.text_or("apply_to", "all"))
                        .unwrap_or(AppliesTo::All),
                    priority: step.0.get("priority").and_then(Value::as_i64).unwrap_or(0),
                    definition: table(step.0.get("definition")),
                };
                let is_operator = step.flag("operator");
                match self.act(|broker, cx| broker.set_policy(cx, "/", policy, is_operator)) {
                    Ok(()) => nothing,
                    Err(reason) => Ok(Some(json!({ "rejected": reason }))),
                }
            }
            "clear_policy" => {
                let (name, is_operator) = (step.text("name"), step.flag("operator"));
                self.act(|broker, cx| broker.clear_policy(cx, "/", name, is_operator));
                nothing
            }
            "import_definitions" => {
                let definitions =
                    Definitions::from_json(&step.0["definitions"]).map_err(|error| error.to_string())?;
                match self.act(|broker, cx| crate::scenario::import(broker, cx, &definitions)) {
                    Ok(()) => nothing,
                    Err(refused) => Err(refused.to_string()),
                }
            }
            "alarm" => {
                let is_on = step.flag("on");
                self.act(|broker, cx| broker.set_memory_alarm(cx, is_on));
                nothing
            }
            _ => {
                let crash = step.flag("crash");
                if crash {
                    let names: Vec<String> = self.connections.keys().cloned().collect();
                    for name in names {
                        self.outcome.socket_closed(&name);
                        self.forget_connection(&name);
                    }
                }
                self.act(|broker, cx| broker.restart(cx, crash));
                let names: Vec<String> = self.connections.keys().cloned().collect();
                names.iter().for_each(|name| self.forget_connection(name));
                self.pass(Span::from_ms(step.whole("down_ms")));
                nothing
            }
        }
    }
}
