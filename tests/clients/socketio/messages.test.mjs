// npm `socket.io-client` talks to the server, over every transport.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { next, socket, upgraded, ways, withSocket } from "./client.mjs";

for (const [name, way] of Object.entries(ways)) {
  test(`${name}: what a client has shown comes back`, () =>
    withSocket({ ...way, auth: { token: "123", list: [1, null] } }, async (client, auth) => {
      assert.deepEqual(auth, { token: "123", list: [1, null] });
      assert.ok(client.connected && !client.recovered);
    }));

  test(`${name}: events come back in order`, () =>
    withSocket(way, async (client) => {
      const arrived = [];
      const all = new Promise((resolve) => {
        client.on("message-back", (number) => {
          if (arrived.push(number) === 100) resolve();
        });
      });
      for (let number = 0; number < 100; number += 1) client.emit("message", number);
      await all;
      assert.deepEqual(arrived, [...Array(100).keys()]);
    }));

  test(`${name}: values of all kinds come back as they were`, () =>
    withSocket(way, async (client) => {
      const values = ["κόσμε 😀", "", 1.5, -0.000001, 1e21, true, null, [], { b: { a: [1, { 2: 3 }] } }];
      client.emit("message", ...values);
      assert.deepEqual(await next(client, "message-back"), values);
    }));

  test(`${name}: octets come back, wherever they are`, () =>
    withSocket(way, async (client) => {
      const octets = Buffer.from([0, 1, 2, 0xff]);
      client.emit("message", octets, { nested: [octets, "text"] }, Buffer.alloc(100_000, 7));
      const [first, { nested }, large] = await next(client, "message-back");
      assert.deepEqual([Buffer.from(first), Buffer.from(nested[0]), nested[1]], [octets, octets, "text"]);
      assert.ok(Buffer.alloc(100_000, 7).equals(Buffer.from(large)));
    }));

  test(`${name}: a question is answered with itself`, () =>
    withSocket(way, async (client) => {
      const answers = ["one", "two"].map((text) => client.timeout(5_000).emitWithAck("message-with-ack", text));
      assert.deepEqual(await Promise.all(answers), ["one", "two"]);
      const octets = await client.timeout(5_000).emitWithAck("message-with-ack", Buffer.from([7]));
      assert.deepEqual(Buffer.from(octets), Buffer.from([7]));
    }));

  test(`${name}: nobody answers a question that has no answer`, () =>
    withSocket(way, async (client) => {
      await assert.rejects(client.timeout(200).emitWithAck("unknown", 1), /timed out/);
    }));

  test(`${name}: the connection outlives many pings`, () =>
    withSocket(way, async (client) => {
      let pings = 0;
      client.io.on("ping", () => {
        pings += 1;
      });
      await sleep(1_300);
      assert.ok(client.connected);
      assert.ok(pings >= 3, `${pings} pings`);
    }));

  test(`${name}: two namespaces share a connection`, () =>
    withSocket(way, async (client) => {
      const custom = client.io.socket("/custom", { auth: { who: "custom" } });
      const told = next(custom, "auth");
      custom.connect();
      assert.deepEqual(await told, [{ who: "custom" }]);
      assert.notEqual(custom.id, client.id);
      custom.emit("message", "to custom");
      assert.deepEqual(await next(custom, "message-back"), ["to custom"]);
      custom.disconnect();
      client.emit("message", "to main");
      assert.deepEqual(await next(client, "message-back"), ["to main"]);
    }));

  test(`${name}: a namespace that is not there is refused`, async () => {
    const client = socket(way, "/nowhere");
    const refused = next(client, "connect_error");
    client.connect();
    const [error] = await refused;
    assert.equal(error.message, "Invalid namespace");
    client.disconnect();
  });

  test(`${name}: a client disconnects and comes back`, () =>
    withSocket(way, async (client) => {
      const first = client.id;
      const left = next(client, "disconnect");
      client.disconnect();
      assert.equal((await left)[0], "io client disconnect");
      const told = next(client, "auth");
      client.connect();
      await told;
      assert.notEqual(client.id, first);
    }));
}

test("a connection changes to WebSocket and goes on", () =>
  withSocket(ways["polling, then websocket"], async (client) => {
    await upgraded(client);
    client.emit("message", "after the change", Buffer.from([1]));
    assert.equal((await next(client, "message-back"))[0], "after the change");
  }));

test("nothing is lost while a connection changes to WebSocket", () =>
  withSocket(ways["polling, then websocket"], async (client) => {
    const arrived = [];
    client.on("message-back", (number) => arrived.push(number));
    const change = upgraded(client);
    let number = 0;
    let hasChanged = false;
    change.then(() => {
      hasChanged = true;
    });
    while (!hasChanged || number < 50) {
      client.emit("message", number);
      number += 1;
      await sleep(1);
    }
    await client.timeout(5_000).emitWithAck("message-with-ack", "last");
    assert.deepEqual(arrived, [...Array(number).keys()]);
  }));

test("a message above the limit ends the connection", () =>
  withSocket(ways.websocket, async (client) => {
    const left = next(client, "disconnect");
    client.emit("message", "x".repeat(1_000_001));
    assert.match((await left)[0], /^transport (close|error)$/);
  }));

test("fifty clients at a time", async () => {
  const all = Array.from({ length: 50 }, (_, number) =>
    withSocket(Object.values(ways)[number % 3], async (client) => {
      client.emit("message", number);
      assert.deepEqual(await next(client, "message-back"), [number]);
    }),
  );
  await Promise.all(all);
});
