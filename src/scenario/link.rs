//! A link as documents give it.

use super::document::LARGEST_EXACT;
use super::reader::Reader;
use super::{Format, ScenarioError};
use crate::network::{Jitter, LinkSettings};
use crate::time::Span;
use serde_json::Value;
use std::num::NonZeroU64;

/// The fields that say what a link does. At the top they are for both ways, in `forward` and `back` for one.
///
/// | field | what it does to whole messages, which TCP carries |
/// | --- | --- |
/// | `latency_us` | how long the way takes |
/// | `jitter` | `{"uniform": {"most_us"}}`, `{"exponential": {"mean_us"}}` or `{"normal": {"deviation_us"}}`: how that varies; never the order |
/// | `bandwidth_bits_per_s` | how long sending takes; what is sent later waits for it. 0 is no limit |
/// | `queue_limit_octets` | nothing: TCP slows down before a queue is full. For packets, what may wait |
/// | `loss`, `corruption` | how probably a segment must be sent again, after the retransmission time-out |
/// | `duplication`, `reordering` | nothing: TCP sorts it out. For packets, how probably one goes twice or overtakes |
/// | `mtu` | how many segments a message is cut into; each of them can be lost |
/// | `is_up` | whether anything gets through; if not, the sender's socket keeps it |
const FIELDS: [&str; 10] = [
    "latency_us",
    "jitter",
    "bandwidth_bits_per_s",
    "queue_limit_octets",
    "loss",
    "duplication",
    "reordering",
    "corruption",
    "mtu",
    "is_up",
];

/// The smallest and the largest maximum transmission unit of IPv4 (RFC 791: 68 octets pass everywhere).
const MTU: (u64, u64) = (68, 65_535);

/// How what is sent over a link gets across.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Carrier {
    /// Whole: quick, and as TCP lets it be seen.
    #[default]
    Messages,
    /// In real segments and datagrams, in Ethernet frames that are lost one by one.
    Packets,
}

impl Carrier {
    pub(super) fn read(field: &Reader) -> Result<Carrier, ScenarioError> {
        match field.text()?.as_str() {
            "messages" => Ok(Carrier::Messages),
            "packets" => Ok(Carrier::Packets),
            _ => field.invalid("there must be \"messages\" or \"packets\" here"),
        }
    }
}

/// A link between two nodes.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkDocument {
    /// The names of its two ends.
    pub between: [String; 2],
    /// How it carries what is sent, unless the scenario says it for all.
    pub carrier: Carrier,
    /// Whether AMQP on it goes through a WebSocket, as a browser must do it. Only packets show that.
    pub is_websocket: bool,
    /// What it does on the way from the first end to the second.
    pub forward: LinkSettings,
    /// What it does on the way back.
    pub back: LinkSettings,
}

impl LinkDocument {
    /// A link that only takes time.
    pub fn with_latency(between: [String; 2], latency: Span) -> LinkDocument {
        let settings = LinkSettings::with_latency(latency);
        LinkDocument {
            between,
            carrier: Carrier::default(),
            is_websocket: false,
            forward: settings.clone(),
            back: settings,
        }
    }

    pub(super) fn read(link: &Reader) -> Result<LinkDocument, ScenarioError> {
        let between = link.required("between")?;
        let ends = between.each(Reader::name)?;
        let Ok(ends) = <[String; 2]>::try_from(ends) else {
            return between.invalid("a link is between two: there must be two names here");
        };
        let mut settings = [LinkSettings::default(), LinkSettings::default()];
        read_both(link, &mut settings, &["between", "carrier", "websocket"])?;
        let carrier = link.field("carrier", Carrier::default(), Carrier::read)?;
        let is_websocket = link.field("websocket", false, Reader::truth)?;
        let [forward, back] = settings;
        Ok(LinkDocument { between: ends, carrier, is_websocket, forward, back })
    }
}

/// Changes the settings of both ways of a link, forward and back, by the fields that `changes` has; the others stay.
///
/// # Errors
/// When a field is not known or has a wrong value, with its place.
pub fn change_link(changes: &Value, settings: &mut [LinkSettings; 2]) -> Result<(), ScenarioError> {
    read_both(&Reader::new(Format::Scenario, changes), settings, &["command", "node", "at_us"])
}

/// `beside` are the fields that may stand there too.
pub(super) fn read_both(
    reader: &Reader,
    settings: &mut [LinkSettings; 2],
    beside: &[&str],
) -> Result<(), ScenarioError> {
    reader.only(&[beside, &FIELDS, &["forward", "back"]].concat())?;
    for (way, settings) in ["forward", "back"].into_iter().zip(settings) {
        read_way(reader, settings)?;
        if let Some(own) = reader.optional(way)? {
            own.only(&FIELDS)?;
            read_way(&own, settings)?;
        }
    }
    Ok(())
}

fn read_way(reader: &Reader, settings: &mut LinkSettings) -> Result<(), ScenarioError> {
    let span = |field: &Reader| field.whole(0, LARGEST_EXACT).map(Span::from_us);
    let probability = |field: &Reader| field.number((0.0, 1.0), "from 0 to 1");
    settings.latency = reader.field("latency_us", settings.latency, span)?;
    settings.jitter = reader.field("jitter", settings.jitter, jitter)?;
    settings.bandwidth = reader.field("bandwidth_bits_per_s", settings.bandwidth, |bandwidth| {
        bandwidth.whole(0, LARGEST_EXACT).map(NonZeroU64::new)
    })?;
    settings.queue_limit = reader
        .field("queue_limit_octets", settings.queue_limit, |limit| limit.whole(0, LARGEST_EXACT).map(Some))?;
    settings.loss = reader.field("loss", settings.loss, probability)?;
    settings.duplication = reader.field("duplication", settings.duplication, probability)?;
    settings.reordering = reader.field("reordering", settings.reordering, probability)?;
    settings.corruption = reader.field("corruption", settings.corruption, probability)?;
    // The range fits into the type.
    settings.mtu = reader.field("mtu", settings.mtu, |mtu| mtu.whole(MTU.0, MTU.1).map(|mtu| mtu as u32))?;
    settings.is_up = reader.field("is_up", settings.is_up, Reader::truth)?;
    Ok(())
}

fn jitter(reader: &Reader) -> Result<Jitter, ScenarioError> {
    let (kind, value) = reader.choice()?;
    let span = |name| {
        value.only(&[name])?;
        value.required(name)?.whole(0, LARGEST_EXACT).map(Span::from_us)
    };
    Ok(match kind {
        "uniform" => Jitter::Uniform { half_width: span("most_us")? },
        "exponential" => Jitter::Exponential { mean: span("mean_us")? },
        "normal" => Jitter::Normal { deviation: span("deviation_us")? },
        _ => return value.invalid("there are the distributions uniform, exponential, normal"),
    })
}
