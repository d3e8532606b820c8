// Node's own HTTP, and octets without any help, talk to the server.
import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { test } from "node:test";
import { exchange, url } from "./client.mjs";

const address = `${url}/echo`;

/** Sends a request and gives the response with its body. */
async function ask(options, write = (request) => request.end()) {
  const request = http.request(address, options);
  write(request);
  const [response] = await once(request, "response");
  let body = "";
  for await (const piece of response) body += piece;
  return { status: response.statusCode, headers: response.headers, body, socket: response.socket };
}

test("requests follow one another on one connection", async () => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const ports = new Set();
  for (const body of ["one", "two", "three"]) {
    const response = await ask({ method: "POST", agent }, (request) => {
      request.once("socket", (socket) => {
        const note = () => ports.add(socket.localPort);
        if (socket.connecting) socket.once("connect", note);
        else note();
      });
      request.end(body);
    });
    assert.equal(response.body, body);
  }
  assert.equal(ports.size, 1);
  agent.destroy();
});

test("fetch sends and gets octets", async () => {
  const response = await fetch(address, { method: "POST", body: "hello", headers: { "Content-Type": "text/plain" } });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "text/plain");
  assert.equal(await response.text(), "hello");
});

test("a body in chunks is put together", async () => {
  const response = await ask({ method: "POST" }, (request) => {
    request.write("one ");
    request.write("two ");
    request.end("three");
  });
  assert.equal(response.body, "one two three");
});

test("a client that expects 100 is told to go on", async () => {
  let hasContinued = false;
  const response = await ask({ method: "POST", headers: { Expect: "100-continue" } }, (request) => {
    request.once("continue", () => {
      hasContinued = true;
      request.end("now");
    });
    request.flushHeaders();
  });
  assert.ok(hasContinued);
  assert.equal(response.body, "now");
});

test("a response to HEAD has no body", async () => {
  const response = await ask({ method: "HEAD" });
  assert.equal(response.status, 200);
  assert.equal(response.body, "");
});

test("requests sent at once are answered in order", async () => {
  const post = (body, more = "") =>
    `POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n${more}\r\n${body}`;
  const answer = await exchange(post("first") + post("second") + post("third", "Connection: close\r\n"));
  assert.deepEqual(answer.match(/first|second|third/g), ["first", "second", "third"]);
  assert.equal(answer.match(/HTTP\/1\.1 200 OK/g).length, 3);
});

test("HTTP/1.0 ends the connection", async () => {
  assert.match(await exchange("GET /echo HTTP/1.0\r\n\r\n"), /^HTTP\/1\.1 200 OK\r\n[^]*Connection: close\r\n/);
});

const refused = {
  "no request at all": ["hello\r\n\r\n", 400],
  "HTTP/2": ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505],
  "no host": ["GET /echo HTTP/1.1\r\n\r\n", 400],
  "two lengths": ["POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n", 400],
  "a length and chunks": ["POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400],
  "a coding that is not known": ["POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501],
  "a chunk without a size": ["POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400],
  "a target that is too long": [`GET /${"a".repeat(9_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 414],
  "a field that is too long": [`GET /echo HTTP/1.1\r\nHost: a\r\nA: ${"a".repeat(9_000)}\r\n\r\n`, 431],
  "too many fields": [`GET /echo HTTP/1.1\r\nHost: a\r\n${"A: b\r\n".repeat(200)}\r\n`, 431],
  "a body that is too large": ["POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n", 413],
  "an expectation that cannot be met": ["POST /echo HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n", 417],
};

for (const [what, [octets, status]] of Object.entries(refused)) {
  test(`${what} is answered with ${status}, and the connection ends`, async () => {
    assert.match(await exchange(octets), new RegExp(`^HTTP/1\\.1 ${status} [^]*Connection: close\r\n`));
  });
}
