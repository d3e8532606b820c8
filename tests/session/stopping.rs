//! The gateway as a program: how it ends.

use queuescope::amqp::wire::PROTOCOL_HEADER;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::Duration;

/// PLAIN as guest, no heartbeats, the virtual host `/`.
const HANDSHAKE: [&[u8]; 3] = [
    b"\x01\0\0\0\0\0\x24\0\x0a\0\x0b\0\0\0\0\x05PLAIN\0\0\0\x0c\0guest\0guest\x05en_US\xce",
    b"\x01\0\0\0\0\0\x0c\0\x0a\0\x1f\x07\xff\0\x01\0\0\0\0\xce",
    b"\x01\0\0\0\0\0\x08\0\x0a\0\x28\x01/\0\0\xce",
];

/// `connection.open-ok`.
const OPEN: &[u8] = b"\x01\0\0\0\0\0\x05\0\x0a\0\x29\0\xce";

/// What RabbitMQ 3.10.8 sent to its clients when it was stopped: `connection.close` with 320, which blames nothing.
const FORCED: &[u8] = b"\x01\0\0\0\0\0\x56\0\x0a\0\x32\x01\x40\
    \x4bCONNECTION_FORCED - broker forced connection closure with reason 'shutdown'\0\0\0\0\xce";

#[test]
fn a_gateway_that_is_terminated_closes_its_connections_and_ends() {
    let mut gateway = Command::new(env!("CARGO_BIN_EXE_queuescope"))
        .args(["gateway", "--amqp", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("it is built");
    let mut line = String::new();
    let output = gateway.stdout.take().expect("it is piped");
    BufReader::new(output).read_line(&mut line).expect("it says its address");
    let address = line.trim().strip_prefix("amqp://").expect("a URL");
    let mut client = TcpStream::connect(address).expect("it listens");
    client.set_read_timeout(Some(Duration::from_secs(20))).expect("not 0");
    client.write_all(&PROTOCOL_HEADER).expect("it takes octets");
    HANDSHAKE.iter().for_each(|method| client.write_all(method).expect("it takes octets"));
    let mut heard = Vec::new();
    while !heard.ends_with(OPEN) {
        let mut octet = [0];
        client.read_exact(&mut octet).expect("connection.open-ok");
        heard.push(octet[0]);
    }
    let terminate = Command::new("kill").arg(gateway.id().to_string()).status().expect("there is kill");
    assert!(terminate.success());
    let mut last = Vec::new();
    client.read_to_end(&mut last).expect("the end");
    assert_eq!(last, FORCED);
    drop(client);
    assert!(gateway.wait().expect("it has ended").success());
}
