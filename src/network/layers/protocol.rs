//! Protocols and their places in the two models.

/// A layer of the OSI reference model (ISO/IEC 7498-1 section 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum OsiLayer {
    /// Bits on a medium.
    Physical = 1,
    /// Frames between neighbours.
    DataLink = 2,
    /// Packets across networks.
    Network = 3,
    /// From program to program.
    Transport = 4,
    /// Dialogues.
    Session = 5,
    /// How what is said is written.
    Presentation = 6,
    /// What is said.
    Application = 7,
}

impl OsiLayer {
    /// From 1 to 7.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The key of its name in the catalogue.
    pub const fn key(self) -> &'static str {
        match self {
            OsiLayer::Physical => "layer.osi.physical",
            OsiLayer::DataLink => "layer.osi.data-link",
            OsiLayer::Network => "layer.osi.network",
            OsiLayer::Transport => "layer.osi.transport",
            OsiLayer::Session => "layer.osi.session",
            OsiLayer::Presentation => "layer.osi.presentation",
            OsiLayer::Application => "layer.osi.application",
        }
    }
}

/// A layer of the TCP/IP model (RFC 1122 section 1.1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TcpIpLayer {
    /// The network to which a host is connected.
    Link,
    /// From host to host.
    Internet,
    /// From program to program.
    Transport,
    /// What programs say; the three upper layers of OSI in one.
    Application,
}

impl TcpIpLayer {
    /// The key of its name in the catalogue.
    pub const fn key(self) -> &'static str {
        match self {
            TcpIpLayer::Link => "layer.tcp-ip.link",
            TcpIpLayer::Internet => "layer.tcp-ip.internet",
            TcpIpLayer::Transport => "layer.tcp-ip.transport",
            TcpIpLayer::Application => "layer.tcp-ip.application",
        }
    }
}

macro_rules! protocols {
    ($($(#[$doc:meta])* $variant:ident = $filter:literal, $name:literal, $osi:ident, $tcp_ip:ident, $source:literal;)*) => {
        /// A protocol that is taken apart.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Protocol {
            $($(#[$doc])* $variant,)*
        }

        impl Protocol {
            /// All of them.
            pub const ALL: &[Protocol] = &[$(Protocol::$variant),*];

            /// The name by which Wireshark filters; a name of our own for what Wireshark does not know.
            pub const fn filter(self) -> &'static str {
                match self { $(Protocol::$variant => $filter,)* }
            }

            /// Its name.
            pub const fn name(self) -> &'static str {
                match self { $(Protocol::$variant => $name,)* }
            }

            /// Its layer in the OSI model.
            pub const fn osi(self) -> OsiLayer {
                match self { $(Protocol::$variant => OsiLayer::$osi,)* }
            }

            /// Its layer in the TCP/IP model.
            pub const fn tcp_ip(self) -> TcpIpLayer {
                match self { $(Protocol::$variant => TcpIpLayer::$tcp_ip,)* }
            }

            /// Where it is defined.
            pub const fn source(self) -> &'static str {
                match self { $(Protocol::$variant => $source,)* }
            }

            /// The key of its explanation in the catalogue.
            pub const fn key(self) -> &'static str {
                match self { $(Protocol::$variant => concat!("layer.", $filter),)* }
            }
        }
    };
}

protocols! {
    /// Ethernet with a type field.
    Ethernet = "eth", "Ethernet II", DataLink, Link, "RFC 894; IEEE 802.3 clause 3";
    /// Which Ethernet address has this IPv4 address?
    Arp = "arp", "ARP", DataLink, Link, "RFC 826";
    /// The Internet Protocol, version 4.
    Ipv4 = "ip", "IPv4", Network, Internet, "RFC 791";
    /// Messages about what went wrong, and echoes.
    Icmp = "icmp", "ICMP", Network, Internet, "RFC 792";
    /// A stream of octets, in order and without loss.
    Tcp = "tcp", "TCP", Transport, Transport, "RFC 9293";
    /// Single datagrams.
    Udp = "udp", "UDP", Transport, Transport, "RFC 768";
    /// The protocol of RabbitMQ.
    Amqp = "amqp", "AMQP 0-9-1", Application, Application, "AMQP 0-9-1 section 2.3";
    /// Requests and responses.
    Http = "http", "HTTP/1.1", Application, Application, "RFC 9112";
    /// Messages in both directions.
    WebSocket = "websocket", "WebSocket", Application, Application, "RFC 6455";
    /// Engine.IO below Socket.IO: the transport and its signs of life.
    EngineIo = "engineio", "Engine.IO 4", Application, Application, "Engine.IO protocol, version 4";
    /// Events and rooms.
    SocketIo = "socketio", "Socket.IO 5", Application, Application, "Socket.IO protocol, version 5";
    /// Text in lines.
    Text = "data-text-lines", "text", Presentation, Application, "RFC 2046 section 4.1; RFC 3629";
    /// Values as text.
    Json = "json", "JSON", Presentation, Application, "RFC 8259";
    /// Octets that no protocol here explains.
    Data = "data", "data", Application, Application, "RFC 1122 section 1.1.3";
}

impl Protocol {
    /// Whether Wireshark 4.0 takes it apart; Engine.IO and Socket.IO are text for it.
    pub const fn is_known_to_wireshark(self) -> bool {
        !matches!(self, Protocol::EngineIo | Protocol::SocketIo)
    }
}
