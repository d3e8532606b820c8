//! HTTP/1.1: polling on one connection, bodies of every framing, errors.

use super::recording::Recording;
use queuescope::network::layers::envelope::Side::{Client, Server};

const PORT: u16 = 8080;
const HOST: &str = "Host: 127.0.0.1:8080\r\n";

fn request(method: &str, target: &str, more: &str, body: &str) -> Vec<u8> {
    format!("{method} {target} HTTP/1.1\r\n{HOST}{more}\r\n{body}").into_bytes()
}

fn response(status: &str, more: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\n{more}\r\n{body}").into_bytes()
}

/// With its length.
fn text(status: &str, body: &str) -> Vec<u8> {
    response(
        status,
        &format!("Content-Type: text/plain; charset=UTF-8\r\nContent-Length: {}\r\n", body.len()),
        body,
    )
}

#[test]
#[ignore = "needs tshark"]
fn polling_on_one_connection() {
    let mut recording = Recording::opened(PORT);
    let poll = "/socket.io/?EIO=4&transport=polling&sid=a";
    let bodies = [
        "0{\"sid\":\"a\"}",
        "40{\"sid\":\"b\"}",
        "42[\"one\",1]\u{1e}42[\"two\",{\"k\":[1,2]}]",
        "6",
        "line\nline\r\nend",
    ];
    for body in bodies {
        recording
            .say(Client, &request("GET", poll, "Accept: */*\r\nAccept-Encoding: gzip\r\nX-Own: 1\r\n", ""));
        recording.say(Server, &text("200 OK", body));
    }
    let post = "Content-Type: text/plain;charset=UTF-8\r\nContent-Length: 12\r\n";
    recording.say(Client, &request("POST", poll, post, "42[\"hello\"]\n"));
    recording.say(Server, &response("200 OK", "Content-Type: text/html\r\nContent-Length: 2\r\nKeep-Alive: timeout=5\r\nAccess-Control-Allow-Origin: *\r\nSet-Cookie: io=a; Path=/\r\nVary: Origin\r\nETag: \"a\"\r\n", "ok"));
    let read = recording.read();
    assert_eq!(read.values("http.request.method").len(), 6);
    // In XML the separator of packets cannot stand as it is.
    let shown = bodies.map(|body| body.replace('\u{1e}', "\\x1e"));
    assert_eq!(read.values("http.file_data")[..5], shown);
    read.require_agreement(80);
}

#[test]
#[ignore = "needs tshark"]
fn a_body_over_many_segments_and_messages_without_one() {
    let mut recording = Recording::opened(PORT);
    recording.say(Client, &request("GET", &format!("/a?{}", "x".repeat(300)), "", ""));
    recording.say(Server, &text("200 OK", &"x".repeat(5000)));
    recording.say(Client, &request("GET", "/b?x=1&y", "", ""));
    recording.say(Server, &text("404 Not Found", "nothing here"));
    recording.say(Client, &request("HEAD", "/c", "", ""));
    recording.say(Server, &response("200 OK", "Content-Length: 5000\r\nContent-Type: text/plain\r\n", ""));
    recording.say(Client, &request("DELETE", "/d", "", ""));
    recording.say(Server, &response("204 No Content", "", ""));
    let read = recording.read();
    assert_eq!(read.values("http.response.code"), ["200", "404", "200", "204"]);
    assert_eq!(read.values("http.file_data").iter().map(String::len).collect::<Vec<_>>(), [5000, 12]);
    read.require_agreement(30);
}

#[test]
#[ignore = "needs tshark"]
fn chunks_and_a_body_that_ends_with_the_connection() {
    let mut recording = Recording::opened(PORT);
    recording.say(Client, &request("GET", "/chunks", "", ""));
    let chunked = "Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n";
    recording.say(Server, &response("200 OK", chunked, "5\r\nhello\r\n7\r\n, world\r\n0\r\n\r\n"));
    recording.say(Client, &request("GET", "/close", "Connection: close\r\n", ""));
    let frames = recording
        .connection
        .send(Server, &response("200 OK", "Connection: close\r\nContent-Type: text/plain\r\n", "to the end"));
    recording.add(frames);
    let end = recording.connection.close(Server);
    recording.add(end);
    let read = recording.read();
    assert_eq!(read.values("http.response.code"), ["200", "200"]);
    read.require_agreement(30);
}

#[test]
#[ignore = "needs tshark"]
fn an_error_in_json_and_octets() {
    let mut recording = Recording::opened(PORT);
    let json = "{\"code\":1,\"message\":\"Session ID unknown\"}";
    recording.say(Client, &request("GET", "/socket.io/?EIO=4&sid=x", "", ""));
    let headers = format!("Content-Type: application/json\r\nContent-Length: {}\r\n", json.len());
    recording.say(Server, &response("400 Bad Request", &headers, json));
    recording.say(Client, &request("GET", "/octets", "", ""));
    recording.say(
        Server,
        &response(
            "200 OK",
            "Content-Type: application/octet-stream\r\nContent-Length: 3\r\n",
            "\u{1}\u{2}\u{3}",
        ),
    );
    let read = recording.read();
    assert_eq!(read.values("http.response.code"), ["400", "200"]);
    read.require_agreement(30);
}
