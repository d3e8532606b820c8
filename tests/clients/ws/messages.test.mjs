// npm `ws` talks to the server.
import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { test } from "node:test";
import { Client, echo, url } from "./client.mjs";

test("texts come back in all three forms of length", async () => {
  const client = await Client.open();
  for (const length of [0, 1, 125, 126, 127, 65_535, 65_536, 300_000]) {
    const text = "x".repeat(length);
    client.send(text);
    assert.equal(await client.next(), text);
  }
  client.send("κόσμε 😀");
  assert.equal(await client.next(), "κόσμε 😀");
  client.close();
});

test("octets come back", async () => {
  const client = await Client.open();
  for (const length of [0, 125, 126, 65_536, 1_000_000]) {
    const octets = Buffer.alloc(length, 0xa7);
    client.send(octets);
    assert.ok(octets.equals(await client.next()));
  }
  client.close();
});

test("many messages come back in order", async () => {
  const client = await Client.open();
  for (let number = 0; number < 2_000; number += 1) client.send(String(number));
  for (let number = 0; number < 2_000; number += 1) assert.equal(await client.next(), String(number));
  client.close();
});

test("a message in fragments comes back whole, also with a ping between", async () => {
  const client = await Client.open();
  const ponged = once(client, "pong");
  client.send("one ", { fin: false });
  client.ping("between");
  client.send("two ", { fin: false });
  client.send("three", { fin: true });
  assert.equal(await client.next(), "one two three");
  assert.equal((await ponged)[0].toString(), "between");
  client.close();
});

test("a character cut by two fragments is whole again", async () => {
  const client = await Client.open();
  client.raw(0x01, 0x81, 0, 0, 0, 0, 0xce, 0x80, 0x81, 0, 0, 0, 0, 0xba);
  assert.equal(await client.next(), "κ");
  client.close();
});

test("the server answers a close frame with the same code and reason", async () => {
  const client = await Client.open();
  client.close(3001, "that is all");
  assert.deepEqual(await client.closed, { code: 3001, reason: "that is all" });
  const silent = await Client.open();
  silent.close();
  assert.equal((await silent.closed).code, 1005);
});

test("compression is offered and declined, the first subprotocol is chosen", async () => {
  const client = await Client.open(echo, ["chat", "superchat"], { perMessageDeflate: true });
  assert.equal(client.extensions, "");
  assert.equal(client.protocol, "chat");
  client.close();
});

test("another version is answered with the one that is spoken", async () => {
  const headers = { Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Version": "8" };
  const request = http.get(`${url}/echo`, { headers: { ...headers, "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==" } });
  const [response] = await once(request, "response");
  assert.equal(response.statusCode, 426);
  assert.equal(response.headers["sec-websocket-version"], "13");
  response.resume();
});

const broken = {
  "a frame without a mask": { octets: [0x81, 0x01, 0x61], code: 1002 },
  "a reserved bit": { octets: [0xc1, 0x80, 0, 0, 0, 0], code: 1002 },
  "an opcode that is not defined": { octets: [0x83, 0x80, 0, 0, 0, 0], code: 1002 },
  "a continuation of nothing": { octets: [0x80, 0x80, 0, 0, 0, 0], code: 1002 },
  "a message within a message": { octets: [0x01, 0x80, 0, 0, 0, 0, 0x81, 0x80, 0, 0, 0, 0], code: 1002 },
  "a ping in fragments": { octets: [0x09, 0x80, 0, 0, 0, 0], code: 1002 },
  "a ping of 126 octets": { octets: [0x89, 0xfe, 0, 126, 0, 0, 0, 0], code: 1002 },
  "a length in more octets than it needs": { octets: [0x82, 0xfe, 0, 1, 0, 0, 0, 0, 0x61], code: 1002 },
  "a text that is not UTF-8": { octets: [0x81, 0x81, 0, 0, 0, 0, 0xff], code: 1007 },
  "a text that ends within a character": { octets: [0x81, 0x81, 0, 0, 0, 0, 0xce], code: 1007 },
  "a close frame of one octet": { octets: [0x88, 0x81, 0, 0, 0, 0, 3], code: 1002 },
  "a close frame with the code 1005": { octets: [0x88, 0x82, 0, 0, 0, 0, 3, 0xed], code: 1002 },
  "a close frame with a reason that is not UTF-8": { octets: [0x88, 0x83, 0, 0, 0, 0, 3, 0xe8, 0xff], code: 1007 },
  "a message above the limit": { octets: [0x82, 0xff, 0, 0, 0, 0, 0, 0x0f, 0x42, 0x41, 0, 0, 0, 0], code: 1009 },
};

for (const [what, { octets, code }] of Object.entries(broken)) {
  test(`${what} is answered with ${code}`, async () => {
    const client = await Client.open();
    client.send("before");
    client.raw(octets);
    assert.equal(await client.next(), "before");
    assert.equal((await client.closed).code, code);
  });
}

test("two hundred clients at a time", async () => {
  const clients = await Promise.all(Array.from({ length: 200 }, () => Client.open()));
  clients.forEach((client, number) => client.send(`number ${number}`));
  const answers = await Promise.all(clients.map((client) => client.next()));
  assert.deepEqual(answers, clients.map((_, number) => `number ${number}`));
  for (const client of clients) client.terminate();
});
