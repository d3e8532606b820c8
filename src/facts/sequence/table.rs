//! Which events are drawn as what: the one place to which a new kind of event is added.
//!
//! What moves in the picture ([`Move::begun_by`]) is an arrow without being named here again, and what ends the
//! way of a message there ([`end_of_way`]) a mark; here stands what the diagram shows beyond that.

use super::{Event, Label, MarkKind, Place, StayKind};
use crate::facts::moves::{Move, end_of_way};
use crate::facts::{ClientName, Fact, Leg, Rule, Shape};
use crate::ids::{MessageId, Name};
use crate::time::Time;

/// Something that is sent.
pub(super) struct Sent {
    pub from: Place,
    pub to: Place,
    pub arrives: Time,
    pub label: Label,
    pub message: Option<MessageId>,
    pub shape: Option<Shape>,
    pub routing_key: Name,
    pub publisher: Name,
    /// The delivery that it answers.
    pub tag: Option<u64>,
}

/// What an event sends, if it sends something.
pub(super) fn sent(fact: &Fact) -> Option<Sent> {
    if let Some(moved) = Move::begun_by(fact) {
        return Some(sent_by(&moved, Some(&fact.event)));
    }
    if let Some(frame) = frame(&fact.event) {
        return Some(frame);
    }
    let (client, label, arrives) = match fact.event {
        Event::PrefetchChanged { consumer, arrives, .. } => (consumer, Label::Method("basic.qos"), arrives),
        Event::Connecting { client, arrives } => (client, Label::Method("connection.open"), arrives),
        Event::Disconnecting { client, arrives } => (client, Label::Method("connection.close"), arrives),
        Event::OpeningChannel { client, arrives } => (client, Label::Method("channel.open"), arrives),
        Event::ClosingChannel { client, arrives } => (client, Label::Method("channel.close"), arrives),
        Event::CommitSent { producer, arrives, .. } => (producer, Label::Method("tx.commit"), arrives),
        Event::MethodSent { client, method, arrives } => (client, Label::Named(method), arrives),
        _ => return None,
    };
    Some(Sent {
        from: Place::Client(client),
        to: Place::Broker,
        arrives,
        label,
        message: None,
        shape: None,
        routing_key: Name::EMPTY,
        publisher: client.0,
        tag: None,
    })
}

/// What an event says of the sending of a frame, or of a message in a plain socket.
fn frame(event: &Event) -> Option<Sent> {
    let (message, sender, receiver, label, tag, arrives) = match *event {
        Event::SegmentSent { sender, receiver, frame, flags, octets, arrives, .. } => {
            (MessageId(0), sender, receiver, Label::Segment(flags, octets), Some(frame), arrives)
        }
        Event::DatagramSent { message, sender, receiver, frame, octets, arrives } => {
            (message, sender, receiver, Label::Datagram(octets), Some(frame), arrives)
        }
        Event::FrameSent { sender, receiver, frame, protocol, arrives } => {
            (MessageId(0), sender, receiver, Label::Named(protocol), Some(frame), arrives)
        }
        Event::FrameDoubled { sender, receiver, frame, arrives, .. } => {
            (MessageId(0), sender, receiver, Label::Nothing, Some(frame), arrives)
        }
        Event::SocketSends { message, sender, receiver, .. } => {
            (message, sender, receiver, Label::Nothing, None, Time::UNKNOWN)
        }
        _ => return None,
    };
    Some(Sent {
        from: Place::Client(sender),
        to: Place::Client(receiver),
        arrives,
        label,
        message: (message.0 > 0).then_some(message),
        shape: Some(if tag.is_some() { Shape::Packet } else { Shape::Message }),
        routing_key: Name::EMPTY,
        publisher: sender.0,
        tag,
    })
}

/// What a move sends; `event` is what let it go, where that is known.
pub(super) fn sent_by(moved: &Move, event: Option<&Event>) -> Sent {
    let (from, to) = moved.leg.ends();
    Sent {
        from,
        to,
        arrives: moved.arrives,
        label: label(moved, event),
        // Signs of life and bare segments are no messages.
        message: Some(moved.message).filter(|message| message.0 > 0),
        shape: Some(moved.shape),
        routing_key: moved.routing_key,
        publisher: moved.publisher,
        tag: event.and_then(tag),
    }
}

/// What stands on the arrow of something that moves.
fn label(moved: &Move, event: Option<&Event>) -> Label {
    match (moved.leg, moved.shape) {
        (Leg::Publish(..), _) => Label::Method("basic.publish"),
        (Leg::Delivery(..), _) => Label::Method("basic.deliver"),
        (Leg::BackToProducer(..), Shape::Returned) => Label::Method("basic.return"),
        (Leg::BackToProducer(..), Shape::NotConfirmed) => Label::Method("basic.nack"),
        (Leg::BackToProducer(..), _) => Label::Method("basic.ack"),
        (Leg::Acknowledgement(..), Shape::Acknowledgement) => Label::Method("basic.ack"),
        (Leg::Acknowledgement(..), _) => match event {
            Some(Event::RejectSent { .. }) => Label::Method("basic.reject"),
            Some(_) => Label::Method("basic.nack"),
            None => Label::Nothing,
        },
        (Leg::ToQueue(..) | Leg::ToExchange(..), _) => Label::RoutingKey(moved.routing_key),
        (Leg::DeadLetter(..), _) => Label::DeadLetter(moved.routing_key),
        (Leg::Packet(..), _) => match event {
            Some(Event::RequestSent { method, .. }) => Label::Named(*method),
            Some(Event::ResponseSent { status, .. }) => Label::Status(*status),
            Some(Event::EventSent { event, .. }) => Label::Named(*event),
            Some(Event::HeartbeatSent { packet, .. }) => Label::Named(*packet),
            _ => Label::Nothing,
        },
        (Leg::AtExchange(_) | Leg::AtQueue(_) | Leg::AtClient(_), _) => Label::Nothing,
    }
}

fn tag(event: &Event) -> Option<u64> {
    match *event {
        Event::AcknowledgementSent { delivery_tag, .. }
        | Event::RequeueSent { delivery_tag, .. }
        | Event::RejectSent { delivery_tag, .. } => Some(delivery_tag),
        _ => None,
    }
}

/// Something that was sent and is at its end now, or never will be.
pub(super) enum Came {
    /// A message comes to the broker.
    Published(MessageId),
    /// A message comes to a client.
    Delivered(MessageId, ClientName),
    /// The broker takes an answer of a consumer in.
    Answered(MessageId),
    /// A method that has to do with no message, or with the delivery of that tag.
    Method(ClientName, Option<u64>),
}

/// What an event says to have come to its end, and whether somebody listens there.
pub(super) fn came(event: &Event) -> Option<(Came, bool)> {
    Some(match *event {
        Event::Received { message, .. }
        | Event::HeldForCommit { message, .. }
        | Event::NotRead { message, .. }
        | Event::NotAccepted { message, .. } => (Came::Published(message), true),
        Event::PublishingLost { message, .. } => (Came::Published(message), false),
        Event::Taken { message, consumer, .. } => (Came::Delivered(message, consumer), true),
        Event::Forgotten { message, consumer, .. } => (Came::Delivered(message, consumer), false),
        Event::Lost { message, client, .. } => (Came::Delivered(message, client), false),
        Event::Acknowledged { message, .. }
        | Event::Requeued { message, .. }
        | Event::Rejected { message, .. }
        | Event::StreamAcknowledged { message, .. }
        | Event::AnswerHeld { message, .. } => (Came::Answered(message), true),
        Event::AcknowledgementLost { consumer, delivery_tag, .. } => {
            (Came::Method(consumer, Some(delivery_tag)), false)
        }
        Event::MethodLost { client, .. } => (Came::Method(client, None), false),
        _ => return None,
    })
}

/// A change of what stays where. A message stays in one way at a time at each place.
pub(super) enum Change {
    /// It stays there from now on.
    Begins(Place, MessageId, StayKind),
    /// It stays there no longer.
    Ends(Place, MessageId),
    /// Nothing stays there any longer.
    AllEnd(Place),
}

/// What an event changes in what stays where.
pub(super) fn change(event: &Event) -> Option<Change> {
    Some(match *event {
        Event::Queued { message, queue, .. } | Event::Requeued { message, queue, .. } => {
            Change::Begins(Place::Queue(queue), message, StayKind::Ready)
        }
        // A stream keeps what it delivers, and a reply to a private address was never in a queue.
        Event::Delivered { rule: Rule::StreamOffset | Rule::DirectReplyTo, .. } => return None,
        Event::Delivered { message, queue, .. } => {
            Change::Begins(Place::Queue(queue), message, StayKind::Unacknowledged)
        }
        Event::DeadLetterKept { message, queue, .. } => {
            Change::Begins(Place::Queue(queue), message, StayKind::Kept)
        }
        Event::Acknowledged { message, queue, .. }
        | Event::Rejected { message, queue, .. }
        | Event::Removed { message, queue, .. }
        | Event::NoLongerRetained { message, queue, .. }
        | Event::DeadLetterConfirmed { message, queue, .. }
        | Event::Expired { message, queue, .. }
        | Event::DroppedFromHead { message, queue, .. }
        | Event::DeliveryLimitReached { message, queue, .. }
        | Event::DeadLettered { message, queue, .. } => Change::Ends(Place::Queue(queue), message),
        Event::QueueGone { queue, .. } | Event::QueueExpired { queue, .. } => {
            Change::AllEnd(Place::Queue(queue))
        }
        Event::Taken { message, consumer, .. } => {
            Change::Begins(Place::Client(consumer), message, StayKind::Buffered)
        }
        Event::WorkBegan { message, consumer, .. } => {
            Change::Begins(Place::Client(consumer), message, StayKind::Work)
        }
        Event::WorkEnded { message, consumer, .. }
        | Event::CrashCaused { message, consumer, .. }
        | Event::Forgotten { message, consumer, .. } => Change::Ends(Place::Client(consumer), message),
        Event::Lost { message, client, .. } => Change::Ends(Place::Client(client), message),
        Event::Crashed { client } => Change::AllEnd(Place::Client(client)),
        Event::HeldForCommit { message, .. } | Event::NotRead { message, .. } => {
            Change::Begins(Place::Broker, message, StayKind::Held)
        }
        Event::RequestHeld { message, server, .. } => {
            Change::Begins(Place::Client(server), message, StayKind::Unanswered)
        }
        Event::ResponseSent { message, server, .. } | Event::RequestFailed { message, server, .. } => {
            Change::Ends(Place::Client(server), message)
        }
        Event::ServerStopped { server, .. } => Change::AllEnd(Place::Client(server)),
        Event::Received { message, .. }
        | Event::RolledBack { message, .. }
        | Event::NotAccepted { message, .. } => Change::Ends(Place::Broker, message),
        _ => return None,
    })
}

/// What an event marks on a line.
pub(super) fn mark(event: &Event) -> Option<(Place, MarkKind)> {
    if let Some((_, leg, shape)) = end_of_way(event) {
        let kind = if shape == Shape::Expired { MarkKind::Expired } else { MarkKind::Lost };
        return Some((leg.ends().0, kind));
    }
    Some(match *event {
        Event::DeadLetterLost { exchange, .. } => (Place::Exchange(exchange), MarkKind::Lost),
        Event::Crashed { client }
        | Event::Hung { client }
        | Event::ConnectionDropped { client, .. }
        | Event::ConnectionAborted { client, .. }
        | Event::ConnectionReset { node: client, .. }
        | Event::ConnectionGivenUp { node: client, .. }
        | Event::ConnectionRefused { client }
        | Event::ConnectionTimedOut { client, .. }
        | Event::LinkCut { client, .. } => (Place::Client(client), MarkKind::Down),
        Event::Opened { client } | Event::LinkRestored { client } => (Place::Client(client), MarkKind::Up),
        Event::ChannelClosed { .. } | Event::ConnectionClosed { .. } | Event::AccessRemembered { .. } => {
            (Place::Broker, MarkKind::Error)
        }
        Event::PortClosed { node, .. } => (Place::Client(node), MarkKind::Error),
        Event::FrameDiscarded { receiver, .. } | Event::DatagramOverflow { receiver, .. } => {
            (Place::Client(receiver), MarkKind::Lost)
        }
        Event::BrokerStopped { .. } | Event::BrokerCrashed { .. } => (Place::Broker, MarkKind::Down),
        Event::BrokerStarted {} => (Place::Broker, MarkKind::Up),
        Event::ConnectionLost { .. }
        | Event::PolicySet { .. }
        | Event::PolicyCleared { .. }
        | Event::PermissionsSet { .. }
        | Event::PermissionsCleared { .. }
        | Event::TopicPermissionsSet { .. }
        | Event::TopicPermissionsCleared { .. }
        | Event::Managed { .. } => (Place::Broker, MarkKind::Note),
        Event::SocketChanged { node: client, .. }
        | Event::SentAgain { node: client, .. }
        | Event::SentAgainFast { node: client, .. }
        | Event::OctetsHeld { node: client, .. }
        | Event::OctetsReleased { node: client, .. }
        | Event::WindowClosed { node: client, .. }
        | Event::WindowOpened { node: client, .. }
        | Event::SlowedDown { client, .. }
        | Event::ArrivalsChanged { producer: client, .. }
        | Event::PrefetchChanged { consumer: client, .. }
        | Event::ServiceChanged { consumer: client, .. }
        | Event::AcknowledgementChanged { consumer: client, .. }
        | Event::Paused { client }
        | Event::Resumed { client }
        | Event::LinkChanged { client }
        | Event::ConnectionBlocked { client, .. }
        | Event::ConnectionUnblocked { client, .. } => (Place::Client(client), MarkKind::Note),
        Event::ConfirmMissed { producer, .. }
        | Event::ConfirmOverdue { producer, .. }
        | Event::RetryPlanned { producer, .. }
        | Event::RetrySpared { producer, .. }
        | Event::RetryForgotten { producer, .. }
        | Event::GivenUp { producer, .. } => (Place::Client(producer), MarkKind::Note),
        Event::ConsumerTimedOut { queue, .. }
        | Event::StrategyFellBack { queue, .. }
        | Event::Purged { queue, .. }
        | Event::QueueGone { queue, .. }
        | Event::QueueExpired { queue, .. } => (Place::Queue(queue), MarkKind::Note),
        _ => return None,
    })
}

/// What a link does to what waits to go over it, each way: to the broker, to the client.
pub(super) enum LinkChange {
    /// What waits goes on its way that way; the last of it arrives then.
    Sends(ClientName, bool, Time),
    /// The connection breaks, and what waits is lost.
    Breaks(ClientName),
    /// Parts of a method that arrives then were lost so often, and sent again.
    Loses(ClientName, Time, u64),
    /// Something is said on a connection that is about the connection itself: the next segment carries it.
    Says([ClientName; 2], Name),
    /// The frame of that number carries a piece of a method with its message.
    Carries([ClientName; 2], u64, Name, MessageId),
    /// It carries the last piece: the method, and all that was sent before it, is there then.
    Completes([ClientName; 2], u64, Name, MessageId, Time),
    /// A datagram goes; its message waits no more.
    Replaces([ClientName; 2], MessageId),
    /// The frame of that number is lost.
    LosesFrame([ClientName; 2], u64),
}

/// What an event says of a link.
pub(super) fn link(event: &Event) -> Option<LinkChange> {
    Some(match *event {
        Event::HeldSentToBroker { client, arrives, .. } => LinkChange::Sends(client, true, arrives),
        Event::HeldSentToClient { client, arrives, .. } => LinkChange::Sends(client, false, arrives),
        Event::ConnectionTimedOut { client, .. } => LinkChange::Breaks(client),
        Event::Said { sender, receiver, method } => LinkChange::Says([sender, receiver], method),
        Event::SegmentCarries { message, what, sender, receiver, frame, .. } => {
            LinkChange::Carries([sender, receiver], frame, what, message)
        }
        Event::SegmentCompletes { message, what, sender, receiver, frame, arrives } => {
            LinkChange::Completes([sender, receiver], frame, what, message, arrives)
        }
        Event::DatagramSent { message, sender, receiver, .. } => {
            LinkChange::Replaces([sender, receiver], message)
        }
        Event::FrameLost { sender, receiver, frame, .. }
        | Event::FrameCutOff { sender, receiver, frame, .. }
        | Event::FrameDropped { sender, receiver, frame, .. }
        | Event::FrameTooLong { sender, receiver, frame, .. } => {
            LinkChange::LosesFrame([sender, receiver], frame)
        }
        Event::TransmissionLost { client, arrives, count, .. } => LinkChange::Loses(client, arrives, count),
        _ => return None,
    })
}

/// The client at whose end of its link a line is, and whether it is the one that sends to the broker.
pub(super) fn client_of(from: Place, to: Place) -> Option<(ClientName, bool)> {
    match (from, to) {
        (Place::Client(client), _) => Some((client, true)),
        (_, Place::Client(client)) => Some((client, false)),
        _ => None,
    }
}
