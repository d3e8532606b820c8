// Socket.IO 5 packet by packet: what the public test suite of the protocol asks of a server
// (github.com/socketio/socket.io, docs/socket.io-protocol), in other words.
import assert from "node:assert/strict";
import { test } from "node:test";
import { packet, Server } from "./client.mjs";

const server = new Server("socket.io");

/** A connection that has not joined a namespace. */
async function connection() {
  const client = server.websocket();
  await client.next();
  return client;
}

/** A connection in the main namespace, which has been told what it has shown. */
async function connected() {
  const client = await connection();
  client.send("40");
  await packet(client);
  await packet(client);
  return client;
}

for (const [namespace, prefix] of [
  ["/", ""],
  ["/custom", "/custom,"],
]) {
  for (const auth of ["", '{"token":"123"}']) {
    test(`a client joins ${namespace} and shows ${auth || "nothing"}`, async () => {
      const client = await connection();
      client.send(`40${prefix}${auth}`);
      const answer = await packet(client);
      assert.ok(answer.startsWith(`40${prefix}{`), answer);
      assert.deepEqual(Object.keys(JSON.parse(answer.slice(2 + prefix.length))), ["sid"]);
      assert.equal(await packet(client), `42${prefix}["auth",${auth || "{}"}]`);
      client.close();
    });
  }
}

test("a namespace that is not there is refused", async () => {
  const client = await connection();
  client.send("40/random");
  assert.equal(await packet(client), '44/random,{"message":"Invalid namespace"}');
  client.close();
});

test("a client that joins nothing is not kept", async () => {
  const client = await connection();
  await assert.rejects(packet(client), /closed with/);
});

test("a client leaves a namespace and stays connected", async () => {
  const client = await connected();
  client.send("41");
  assert.equal(await client.next(), "2");
  client.close();
});

test("a client leaves one namespace and stays in the other", async () => {
  const client = await connected();
  client.send("40/custom");
  await packet(client);
  await packet(client);
  client.send("41/custom");
  client.send('42["message","to main"]');
  assert.equal(await packet(client), '42["message-back","to main"]');
  client.close();
});

test("an event comes back", async () => {
  const client = await connected();
  client.send('42["message",1,"2",{"3":[true]}]');
  assert.equal(await packet(client), '42["message-back",1,"2",{"3":[true]}]');
  client.close();
});

test("an event is acknowledged", async () => {
  const client = await connected();
  client.send('42456["message-with-ack",1,"2",{"3":[false]}]');
  assert.equal(await packet(client), '43456[1,"2",{"3":[false]}]');
  client.close();
});

const placeholders = '{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}';

for (const [sent, answer] of [
  [`452-["message",${placeholders}]`, `452-["message-back",${placeholders}]`],
  [`452-789["message-with-ack",${placeholders}]`, `462-789[${placeholders}]`],
]) {
  test(`${sent.slice(0, 7)}… carries octets`, async () => {
    const client = await connected();
    client.send(sent);
    client.send(Buffer.from([1, 2, 3]));
    client.send(Buffer.from([4, 5, 6]));
    assert.equal(await packet(client), answer);
    assert.deepEqual(await packet(client), Buffer.from([1, 2, 3]));
    assert.deepEqual(await packet(client), Buffer.from([4, 5, 6]));
    client.close();
  });
}

test("a client that begins with no packet is not kept", async () => {
  const client = await connection();
  client.send("4abc");
  await client.closed;
});

for (const wrong of ["4abc", "42{}", '42abc["message-with-ack",1]']) {
  test(`${wrong} ends the connection`, async () => {
    const client = await connected();
    client.send(wrong);
    await client.closed;
  });
}
