//! Queuescope's own document.

use super::definitions::ONLY_VIRTUAL_HOST;
use super::reader::Reader;
use super::servers::check_paths;
use super::sockets::check_sockets;
use super::{
    BrowserDocument, Carrier, Condition, ConsumerDocument, Definitions, Format, LinkDocument,
    ProducerDocument, ScenarioError, ScheduledCommand, ServerDocument, SocketDocument,
};
use crate::broker::Version;
use crate::parts::{self, Part};
use litemap::LiteMap;

/// The version of the form that this program reads and writes.
const VERSION: u64 = 1;

/// What is set up: a broker, who sends, who receives, and what lies between. Times are whole microseconds.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// A name for the reader.
    pub title: String,
    /// A paragraph for the reader.
    pub about: String,
    /// Where all randomness comes from. At most 2^53 - 1, so that JavaScript holds it exactly.
    pub seed: u64,
    /// The end of the timeline.
    pub until_us: u64,
    /// What came before this time does not count in the numbers of the run: the queues were empty at the start.
    pub warm_up_us: u64,
    /// Simulated seconds per second at which the page plays it at first.
    pub speed: f64,
    /// The broker.
    pub broker: BrokerDocument,
    /// Who publishes.
    pub producers: Vec<ProducerDocument>,
    /// Who consumes.
    pub consumers: Vec<ConsumerDocument>,
    /// How all links carry what is sent; without it each says so itself.
    pub carrier: Option<Carrier>,
    /// Links between nodes: producers and consumers with the broker, and all others that talk with each other. Where
    /// there is none, what is sent arrives at once.
    pub links: Vec<LinkDocument>,
    /// What is done to it, and when.
    pub schedule: Vec<ScheduledCommand>,
    /// What the run stops at, until somebody sets others. They change nothing of what happens.
    pub breakpoints: Vec<Condition>,
    /// Servers of browsers. A scenario that has some need not have a broker; then it has one without anything in it.
    pub servers: Vec<ServerDocument>,
    /// Browsers that talk to them.
    pub browsers: Vec<BrowserDocument>,
    /// Programs with plain sockets.
    pub sockets: Vec<SocketDocument>,
}

/// The broker of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct BrokerDocument {
    /// Its name.
    pub id: String,
    /// The RabbitMQ that it follows: `3.10` or `4`.
    pub rabbitmq: Version,
    /// What is declared in it, in the form of RabbitMQ's definitions.
    pub definitions: Definitions,
}

impl BrokerDocument {
    fn read(broker: &Reader) -> Result<BrokerDocument, ScenarioError> {
        broker.only(&["id", "rabbitmq", "definitions"])?;
        let version = |field: &Reader| match Version::from_name(&field.text()?) {
            Some(version) => Ok(version),
            None => field.invalid("there must be \"3.10\" or \"4\" here"),
        };
        Ok(BrokerDocument {
            id: broker.field("id", DEFAULT_BROKER.to_owned(), Reader::name)?,
            rabbitmq: broker.field("rabbitmq", Version::default(), version)?,
            definitions: broker.field("definitions", Definitions::default(), Definitions::read)?,
        })
    }
}

/// The virtual host of a producer or a consumer.
pub(super) fn virtual_host(client: &Reader) -> Result<String, ScenarioError> {
    client.field("virtual_host", ONLY_VIRTUAL_HOST.to_owned(), Reader::name)
}

/// As whom a producer or a consumer logs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginDocument {
    /// The name of the user.
    pub user: String,
    /// The password; the name again when the document gives none, as it is with guest.
    pub password: String,
}

/// As whom a producer or a consumer logs in; one that does not may do everything.
pub(super) fn login(client: &Reader) -> Result<Option<LoginDocument>, ScenarioError> {
    let user = client.optional("user")?.map(|user| user.short_text()).transpose()?;
    let password = client.optional("password")?;
    match (user, password) {
        (None, Some(password)) => password.invalid("a password needs a \"user\" beside it"),
        (None, None) => Ok(None),
        (Some(user), password) => {
            let password = password.map_or(Ok(user.clone()), |password| password.short_text())?;
            Ok(Some(LoginDocument { user, password }))
        }
    }
}

/// Complains of a virtual host that is not there.
pub(super) fn check_virtual_host(
    place: &str,
    name: &str,
    definitions: &Definitions,
) -> Result<(), ScenarioError> {
    if definitions.virtual_hosts().contains(&name) {
        return Ok(());
    }
    let what = format!("there is no virtual host '{name}'; add it to broker.definitions.vhosts");
    invalid(format!("{place}.virtual_host"), what)
}

/// The seed when a document names none.
pub(super) const DEFAULT_SEED: u64 = 1;

/// The end of the timeline when a document names none: 30 s.
pub(super) const DEFAULT_UNTIL_US: u64 = 30_000_000;

/// The name of a broker that has none.
pub(super) const DEFAULT_BROKER: &str = "broker";

/// The largest whole number that JavaScript holds exactly.
pub(crate) const LARGEST_EXACT: u64 = (1 << 53) - 1;

/// A list of what belongs to the part of browsers. Without that part there may be nothing in it.
fn with_browsers<T>(
    document: &Reader,
    name: &str,
    read: impl Fn(&Reader) -> Result<T, ScenarioError>,
) -> Result<Vec<T>, ScenarioError> {
    if parts::BROWSERS {
        return document.list(name, read);
    }
    let is_empty = document.list(name, |_| Ok(()))?.is_empty();
    if is_empty { Ok(Vec::new()) } else { Err(ScenarioError::Missing(Part::Browsers)) }
}

impl Scenario {
    /// Reads a scenario. A field that is not known is an error.
    pub(super) fn read(document: &Reader) -> Result<Scenario, ScenarioError> {
        document.only(&[
            "queuescope",
            "title",
            "about",
            "seed",
            "until_us",
            "warm_up_us",
            "speed",
            "broker",
            "producers",
            "consumers",
            "carrier",
            "links",
            "schedule",
            "breakpoints",
            "servers",
            "browsers",
            "sockets",
        ])?;
        let sockets = with_browsers(document, "sockets", SocketDocument::read)?;
        let servers = with_browsers(document, "servers", ServerDocument::read)?;
        let broker = match document.optional("broker")? {
            None if !servers.is_empty() || !sockets.is_empty() => BrokerDocument {
                id: DEFAULT_BROKER.to_owned(),
                rabbitmq: Version::default(),
                definitions: Definitions::default(),
            },
            _ => BrokerDocument::read(&document.required("broker")?)?,
        };
        document.required("queuescope")?.whole(VERSION, VERSION)?;
        Ok(Scenario {
            title: document.field("title", String::new(), Reader::text)?,
            about: document.field("about", String::new(), Reader::text)?,
            seed: document.whole_or("seed", DEFAULT_SEED, (0, LARGEST_EXACT))?,
            until_us: document.whole_or("until_us", DEFAULT_UNTIL_US, (1, LARGEST_EXACT))?,
            warm_up_us: document.whole_or("warm_up_us", 0, (0, LARGEST_EXACT))?,
            speed: document
                .field("speed", 1.0, |speed| speed.number((0.001, 1e6), "from 0.001 to 1000000"))?,
            broker,
            producers: document.list("producers", ProducerDocument::read)?,
            consumers: document.list("consumers", ConsumerDocument::read)?,
            carrier: document.optional("carrier")?.map(|carrier| Carrier::read(&carrier)).transpose()?,
            links: document.list("links", LinkDocument::read)?,
            schedule: document.list("schedule", ScheduledCommand::read)?,
            breakpoints: document.list("breakpoints", Condition::read)?,
            servers,
            browsers: with_browsers(document, "browsers", BrowserDocument::read)?,
            sockets,
        })
    }

    /// Checks what the form alone does not show.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place.
    pub fn check(&self) -> Result<(), ScenarioError> {
        self.broker.definitions.check("broker.definitions.")?;
        self.check_names()?;
        for (place, producer) in self.producers.iter().enumerate() {
            producer.check(&format!("producers[{place}]"), &self.broker.definitions)?;
        }
        for (place, consumer) in self.consumers.iter().enumerate() {
            consumer.check(&format!("consumers[{place}]"), &self.broker.definitions)?;
        }
        check_paths(&self.servers)?;
        for (place, browser) in self.browsers.iter().enumerate() {
            browser.check(&format!("browsers[{place}]"), &self.servers)?;
        }
        check_sockets(self)?;
        self.check_links()
    }

    /// The places of all names and the names, the broker's first.
    fn names(&self) -> Vec<(String, &str)> {
        let mut names = vec![("broker.id".to_owned(), self.broker.id.as_str())];
        for (place, producer) in self.producers.iter().enumerate() {
            names.push((format!("producers[{place}].id"), &producer.id));
        }
        for (place, consumer) in self.consumers.iter().enumerate() {
            names.push((format!("consumers[{place}].id"), &consumer.id));
        }
        names
    }

    fn check_names(&self) -> Result<(), ScenarioError> {
        let mut seen = LiteMap::new_vec();
        let is_taken = |place, name: &str| {
            invalid(place, format!("'{name}' is the name of something else already; choose another"))
        };
        for (place, name) in self.names().into_iter().chain(self.other_names()) {
            if seen.insert(name, ()).is_some() {
                return is_taken(place, name);
            }
        }
        // A server may have the name of its host, and of nothing else.
        for (number, server) in self.servers.iter().enumerate() {
            let is_same = self.servers[..number].iter().any(|before| before.id == server.id);
            let is_host =
                self.servers.iter().any(|other| other.host == server.id) && server.host != server.id;
            if is_same || is_host || (server.host != server.id && seen.contains_key(server.id.as_str())) {
                return is_taken(format!("servers[{number}].id"), &server.id);
            }
        }
        Ok(())
    }

    /// The places and the names of those who have nothing to do with the broker.
    fn other_names(&self) -> Vec<(String, &str)> {
        let hosts = self.hosts().into_iter().map(|(place, host)| {
            let field = if self.servers[place].id == host { "id" } else { "host" };
            (format!("servers[{place}].{field}"), host)
        });
        let browsers = self.browsers.iter().enumerate();
        let browsers =
            browsers.map(|(place, browser)| (format!("browsers[{place}].id"), browser.id.as_str()));
        let sockets = self.sockets.iter().enumerate();
        let sockets = sockets.map(|(place, socket)| (format!("sockets[{place}].id"), socket.id.as_str()));
        hosts.chain(browsers).chain(sockets).collect()
    }

    /// The machines on which servers run, each with the place of the first of them.
    pub fn hosts(&self) -> Vec<(usize, &str)> {
        let mut hosts: Vec<(usize, &str)> = Vec::new();
        for (place, server) in self.servers.iter().enumerate() {
            if hosts.iter().all(|(_, host)| *host != server.host) {
                hosts.push((place, &server.host));
            }
        }
        hosts
    }

    fn check_links(&self) -> Result<(), ScenarioError> {
        let clients: Vec<&str> = self.names().into_iter().skip(1).map(|(_, name)| name).collect();
        let others: Vec<&str> = self.other_names().into_iter().map(|(_, name)| name).collect();
        let mut seen = LiteMap::new_vec();
        for (place, link) in self.links.iter().enumerate() {
            let place = format!("links[{place}].between");
            let [first, second] = link.between.each_ref().map(String::as_str);
            let is_of_broker = |one: &str, other: &str| *one == self.broker.id && clients.contains(&other);
            let is_of_others = others.contains(&first) && others.contains(&second) && first != second;
            if !is_of_broker(first, second) && !is_of_broker(second, first) && !is_of_others {
                let what = format!(
                    "a link joins the broker ('{}') with a producer or a consumer, or two of the others; '{first}' \
                     and '{second}' are not that",
                    self.broker.id
                );
                return invalid(place, what);
            }
            let is_in_packets = self.carrier.unwrap_or(link.carrier) == Carrier::Packets;
            let is_of_client = is_of_broker(first, second) || is_of_broker(second, first);
            if link.is_websocket && !(is_in_packets && is_of_client) {
                let what = "AMQP goes through a WebSocket on links of producers and consumers that carry packets: add \
                            \"carrier\": \"packets\", or leave this out";
                return invalid(place.replace("between", "websocket"), what);
            }
            if seen.insert((first.min(second), first.max(second)), ()).is_some() {
                return invalid(place, format!("'{first}' and '{second}' are linked already"));
            }
        }
        Ok(())
    }

    /// The link between a client and the broker, if the document has one.
    pub fn link(&self, client: &str) -> Option<&LinkDocument> {
        self.link_between([client, &self.broker.id])
    }

    /// The link between two nodes, if the document has one.
    pub fn link_between(&self, [first, second]: [&str; 2]) -> Option<&LinkDocument> {
        let has = |link: &&LinkDocument, name: &str| link.between.iter().any(|end| end == name);
        self.links.iter().find(|link| has(link, first) && has(link, second))
    }

    /// How what two nodes say to each other gets across.
    pub fn carrier_between(&self, ends: [&str; 2]) -> Carrier {
        self.carrier
            .unwrap_or_else(|| self.link_between(ends).map_or(Carrier::default(), |link| link.carrier))
    }

    /// The delay on the way forward between a client and the broker.
    pub fn latency_us(&self, client: &str) -> u64 {
        self.link(client).map_or(0, |link| link.forward.latency.as_us())
    }
}

/// An error at a place of the document.
pub(super) fn invalid<T>(place: impl Into<String>, what: impl Into<String>) -> Result<T, ScenarioError> {
    Err(ScenarioError::invalid(Format::Scenario, place.into(), what.into()))
}
