//! Whatever is asked of hosts, in any order: nothing panics, and a copy made at any moment goes on octet for octet.

use queuescope::network::host::{ConnectionNumber, Host};
use queuescope::network::{HostNumber, Jitter, LinkSettings, LocalNetwork, NetworkFact, Occurrence};
use queuescope::rng::Stream;
use queuescope::time::{Span, Time};
use std::net::SocketAddrV4;
use std::rc::Rc;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const HOSTS: usize = 3;

/// Something that is asked of a host. Which connection is meant is counted among those that there are.
#[derive(Clone, Copy, Debug)]
enum Call {
    Connect { to: usize, port: u16 },
    Accept { port: u16 },
    Send { place: usize, octets: usize },
    Receive { place: usize, limit: usize },
    Close { place: usize },
    Abort { place: usize },
    Listen { port: u16, backlog: usize },
    StopListening { port: u16 },
    Bind { port: u16 },
    Unbind { port: u16 },
    SendDatagram { from: u16, to: usize, port: u16, octets: usize },
    ReceiveDatagram { port: u16 },
    ChangeLink { loss: f64, is_up: bool },
}

/// A call at a host, so long after the one before.
#[derive(Clone, Copy, Debug)]
struct Step {
    wait: Span,
    host: usize,
    call: Call,
}

fn below(stream: &mut Stream, end: usize) -> usize {
    (stream.unit() * end as f64) as usize
}

fn draw(stream: &mut Stream) -> Step {
    let port = 1 + below(stream, 3) as u16;
    let place = below(stream, 4);
    let call = match below(stream, 24) {
        0..5 => Call::Connect { to: below(stream, HOSTS), port },
        5 => Call::Accept { port },
        6..12 => Call::Send { place, octets: below(stream, 20_000) },
        12..15 => Call::Receive { place, limit: below(stream, 30_000) },
        15 => Call::Close { place },
        16 if stream.unit() < 0.5 => Call::Abort { place },
        17 | 16 => Call::Listen { port, backlog: below(stream, 3) },
        18 if stream.unit() < 0.2 => Call::StopListening { port },
        19 | 18 => Call::Bind { port },
        20 if stream.unit() < 0.2 => Call::Unbind { port },
        21 => Call::ReceiveDatagram { port },
        22 if stream.unit() < 0.2 => {
            Call::ChangeLink { loss: 0.2 * stream.unit(), is_up: stream.unit() < 0.7 }
        }
        _ => Call::SendDatagram { from: port, to: below(stream, HOSTS), port, octets: below(stream, 2_000) },
    };
    Step { wait: stream.exponential(60_000.0), host: below(stream, HOSTS), call }
}

#[derive(Clone)]
struct World {
    network: LocalNetwork,
    hosts: Vec<HostNumber>,
    now: Time,
    facts: Vec<Occurrence>,
    /// What calls gave back.
    answers: Vec<String>,
}

fn link() -> LinkSettings {
    LinkSettings {
        latency: Span::from_ms(7),
        jitter: Jitter::Exponential { mean: Span::from_ms(3) },
        loss: 0.03,
        duplication: 0.03,
        reordering: 0.03,
        corruption: 0.03,
        ..LinkSettings::default()
    }
}

impl World {
    fn new(seed: u64) -> World {
        let mut network = LocalNetwork::new(seed);
        let hosts: Vec<HostNumber> = (0..HOSTS)
            .map(|number| {
                let mut settings = network.host_settings();
                settings.tcp.receive_buffer = 10_000;
                settings.tcp.keep_alive = (number == 1).then_some(Span::from_ms(500));
                settings.tcp.timeout = (number == 1).then_some(Span::from_ms(4_000));
                network.add_host(settings).expect("there is room")
            })
            .collect();
        for (place, first) in hosts.iter().enumerate() {
            for second in &hosts[..place] {
                network.join([*first, *second], &place.to_string(), [link(), link()]);
            }
        }
        World { network, hosts, now: Time::START, facts: Vec::new(), answers: Vec::new() }
    }

    fn take(&mut self, step: Step) {
        let now = self.now + step.wait;
        self.network.handle_timeout(now);
        self.now = now;
        let number = self.hosts[step.host];
        let address =
            |to: usize, port| SocketAddrV4::new(self.network.host(self.hosts[to]).settings().address(), port);
        let connection = |place: usize| {
            let connections: Vec<ConnectionNumber> =
                self.network.host(number).connections().map(|(connection, ..)| connection).collect();
            (!connections.is_empty()).then(|| connections[place % connections.len()])
        };
        let answer = match step.call {
            Call::Connect { to, port } => {
                let remote = address(to, port);
                format!("{:?}", self.network.with_host(now, number, |host| host.connect(now, remote)))
            }
            Call::Accept { port } => {
                format!("{:?}", self.network.with_host(now, number, |host| host.accept(port)))
            }
            Call::Send { place, octets } => {
                let Some(connection) = connection(place) else { return };
                let octets: Vec<u8> = (0..octets).map(|place| place as u8).collect();
                let send = |host: &mut Host| host.send(now, connection, &octets);
                format!("{:?}", self.network.with_host(now, number, send))
            }
            Call::Receive { place, limit } => {
                let Some(connection) = connection(place) else { return };
                let receive = |host: &mut Host| host.receive(now, connection, limit);
                format!("{:?}", self.network.with_host(now, number, receive))
            }
            Call::Close { place } => {
                let Some(connection) = connection(place) else { return };
                format!("{:?}", self.network.with_host(now, number, |host| host.close(now, connection)))
            }
            Call::Abort { place } => {
                let Some(connection) = connection(place) else { return };
                format!("{:?}", self.network.with_host(now, number, |host| host.abort(now, connection)))
            }
            Call::Listen { port, backlog } => {
                format!("{:?}", self.network.with_host(now, number, |host| host.listen(now, port, backlog)))
            }
            Call::StopListening { port } => {
                format!("{:?}", self.network.with_host(now, number, |host| host.stop_listening(now, port)))
            }
            Call::Bind { port } => {
                format!("{:?}", self.network.with_host(now, number, |host| host.bind(now, port)))
            }
            Call::Unbind { port } => {
                format!("{:?}", self.network.with_host(now, number, |host| host.unbind(now, port)))
            }
            Call::SendDatagram { from, to, port, octets } => {
                let (remote, payload) = (address(to, port), vec![7; octets]);
                let send = |host: &mut Host| host.send_datagram(now, from, remote, &payload);
                format!("{:?}", self.network.with_host(now, number, send))
            }
            Call::ReceiveDatagram { port } => {
                format!("{:?}", self.network.with_host(now, number, |host| host.receive_datagram(port)))
            }
            Call::ChangeLink { loss, is_up } => {
                let settings = LinkSettings { loss, is_up, ..link() };
                for other in &self.hosts {
                    self.network.change_cable(number, *other, settings.clone());
                    self.network.change_cable(*other, number, settings.clone());
                }
                String::new()
            }
        };
        self.answers.push(answer);
        self.facts.extend(std::iter::from_fn(|| self.network.poll_fact()));
    }
}

#[test]
fn a_copy_gives_the_same_answers_frames_and_events() {
    let mut sent = 0;
    for seed in 0..6 {
        let mut stream = Stream::new(seed, "calls");
        let steps: Vec<Step> = (0..400).map(|_| draw(&mut stream)).collect();
        let mut world = World::new(seed);
        let mut copies = Vec::new();
        for (place, step) in steps.iter().enumerate() {
            if place % 97 == 50 {
                copies.push((place, world.clone()));
            }
            world.take(*step);
        }
        for (place, mut copy) in copies {
            steps[place..].iter().for_each(|step| copy.take(*step));
            assert_eq!(copy.answers, world.answers, "seed {seed}, copied before step {place}");
            assert!(copy.facts == world.facts, "seed {seed}, copied before step {place}");
        }
        sent += world.facts.iter().filter(|each| matches!(each.fact, NetworkFact::Sent { .. })).count();
    }
    assert!(sent > 2_000, "{sent} frames");
}

/// What is no frame at all, and frames with any octets changed.
#[test]
fn no_octets_harm_a_host() {
    let mut stream = Stream::new(1, "octets");
    let mut world = World::new(1);
    for _ in 0..300 {
        world.take(draw(&mut stream));
    }
    let frames: Vec<(HostNumber, Rc<[u8]>)> = world
        .facts
        .iter()
        .filter_map(|each| match &each.fact {
            NetworkFact::Arrived { host, octets, .. } => Some((*host, octets.clone())),
            _ => None,
        })
        .collect();
    let now = world.now;
    for (place, (host, frame)) in frames.iter().enumerate().take(4_000) {
        let mut octets = frame.to_vec();
        for _ in 0..=below(&mut stream, 4) {
            let at = below(&mut stream, octets.len());
            octets[at] = below(&mut stream, 256) as u8;
        }
        if place % 5 == 0 {
            octets.truncate(below(&mut stream, octets.len()));
        }
        world.network.with_host(now, *host, |host| host.handle_frame(now, octets.into()));
    }
    world.network.handle_timeout(now + Span::from_ms(5_000));
}
