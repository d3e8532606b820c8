// Engine.IO 4 packet by packet: what the public test suite of the protocol asks of a server
// (github.com/socketio/socket.io, docs/engine.io-protocol), in other words.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { assertHandshake, PING_INTERVAL, PING_TIMEOUT, Server } from "./client.mjs";

for (const name of ["engine.io", "socket.io"]) {
  const server = new Server(name);

  test(`${name}: polling begins with a handshake`, async () => {
    const response = await server.polling();
    assert.equal(response.status, 200);
    assertHandshake(await response.text(), ["websocket"]);
  });

  test(`${name}: WebSocket begins with a handshake`, async () => {
    const client = server.websocket();
    assertHandshake(await client.next(), []);
    client.close();
  });

  for (const parameters of [
    { transport: "polling" },
    { EIO: "abc", transport: "polling" },
    { EIO: "4" },
    { EIO: "4", transport: "abc" },
    { EIO: "4", transport: "polling", sid: "nobody" },
  ]) {
    test(`${name}: ${new URLSearchParams(parameters)} is refused`, async () => {
      const response = await fetch(server.address(parameters));
      assert.equal(response.status, 400);
      const websocket = { ...parameters };
      if (parameters.transport === "polling") websocket.transport = "websocket";
      await server.websocket(websocket).closed;
    });
  }

  for (const method of ["POST", "PUT"]) {
    test(`${name}: a session does not begin with ${method}`, async () => {
      assert.equal((await server.polling({}, { method })).status, 400);
    });
  }

  test(`${name}: polling is pinged and answers`, async () => {
    const sid = await server.session();
    for (let count = 0; count < 3; count += 1) {
      assert.equal(await server.poll(sid), "2");
      await server.post(sid, "3");
    }
  });

  test(`${name}: a session over polling that does not answer ends`, async () => {
    const sid = await server.session();
    await sleep(PING_INTERVAL + PING_TIMEOUT);
    await server.poll(sid, 400);
  });

  test(`${name}: WebSocket is pinged and answers`, async () => {
    const client = server.websocket();
    await client.next();
    for (let count = 0; count < 3; count += 1) {
      assert.equal(await client.next(), "2");
      client.send("3");
    }
    client.close();
  });

  test(`${name}: a WebSocket that does not answer ends`, async () => {
    await server.websocket().closed;
  });

  test(`${name}: a client closes a session over polling`, async () => {
    const sid = await server.session();
    const [polled] = await Promise.all([server.poll(sid), server.post(sid, "1")]);
    assert.equal(polled, "6");
    await server.poll(sid, 400);
  });

  test(`${name}: a client closes a session over WebSocket`, async () => {
    const client = server.websocket();
    await client.next();
    client.send("1");
    await client.closed;
  });

  test(`${name}: after the change to WebSocket the session is there alone`, async () => {
    const sid = await server.session();
    const client = await server.probe(sid);
    client.send("5");
    await server.poll(sid, 400);
    await server.websocket({ EIO: "4", transport: "websocket", sid }).closed;
    client.close();
  });
}

const server = new Server("engine.io");

for (const payload of ["4hello", "4test1\x1e4test2\x1e4test3", "4hello\x1ebAQIDBA=="]) {
  test(`${JSON.stringify(payload)} comes back over polling`, async () => {
    const sid = await server.session();
    assert.equal(await server.post(sid, payload), "ok");
    assert.equal(await server.poll(sid), payload);
  });
}

test("what is no packet ends a session over polling", async () => {
  const sid = await server.session();
  await server.polling({ sid }, { method: "POST", body: "abc" }).catch(() => {});
  await server.poll(sid, 400);
});

test("two polls at a time end a session", async () => {
  const sid = await server.session();
  const first = server.poll(sid);
  await sleep(20);
  const second = await server.polling({ sid, t: "burst" });
  assert.equal(await first, "1");
  assert.ok([400, 500].includes(second.status));
  await server.poll(sid, 400);
});

test("a poll that is given up ends a session", async () => {
  const sid = await server.session();
  const giveUp = new AbortController();
  server.polling({ sid }, { signal: giveUp.signal }).catch(() => {});
  await sleep(20);
  giveUp.abort();
  await sleep(20);
  await server.poll(sid, 400);
});

test("texts and octets come back over WebSocket", async () => {
  const client = server.websocket();
  await client.next();
  client.send("4hello");
  assert.equal(await client.next(), "4hello");
  client.send(Buffer.from([1, 2, 3, 4]));
  assert.deepEqual(await client.next(), Buffer.from([1, 2, 3, 4]));
  client.close();
});

test("what is no packet ends a session over WebSocket", async () => {
  const client = server.websocket();
  await client.next();
  client.send("abc");
  await client.closed;
});

test("a poll that waits is released when the transport changes", async () => {
  const sid = await server.session();
  const client = await server.probe(sid);
  assert.equal(await server.poll(sid), "6");
  client.send("5");
  client.send("4hello");
  assert.equal(await client.next(), "4hello");
  client.close();
});
