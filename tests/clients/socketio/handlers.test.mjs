// What a scenario's handlers do, as npm `socket.io-client` sees it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { next, socket, withSocket } from "./client.mjs";

/** Gives `use` several sockets in `/rooms`, one connection each. */
async function withSockets(count, use, sockets = []) {
  if (sockets.length === count) return use(...sockets);
  const options = { transports: sockets.length % 2 === 0 ? ["websocket"] : ["polling"] };
  return withSocket(options, (client) => withSockets(count, use, [...sockets, client]), "/rooms");
}

const ask = (client, ...event) => client.timeout(5_000).emitWithAck(...event);

/** What has come of an event; complete when the client has got the answer to a question after it. */
function listen(client, event) {
  const heard = [];
  client.on(event, (...values) => heard.push(values));
  return async () => {
    await ask(client, "settled?");
    return heard;
  };
}

test("a socket is in the room of its own name, and in those that it joins", () =>
  withSockets(1, async (ann) => {
    assert.deepEqual(await ask(ann, "join", "news"), [ann.id, "news"]);
    assert.deepEqual(await ask(ann, "leave", "news"), [ann.id]);
  }));

test("what is said in a room reaches the others in it", () =>
  withSockets(3, async (ann, bob, cid) => {
    await ask(ann, "join", "news");
    await ask(bob, "join", "news");
    const heard = [ann, bob, cid].map((client) => listen(client, "said"));
    await ask(ann, "say", "news", "hello");
    const [byAnn, byBob, byCid] = await Promise.all(heard.map((what) => what()));
    assert.deepEqual([byAnn, byBob, byCid], [[], [["hello", { from: ann.id }]], []]);
  }));

test("a socket is reached by the room of its own name", () =>
  withSockets(2, async (ann, bob) => {
    const said = next(bob, "said");
    await ask(ann, "say", bob.id, "psst");
    assert.deepEqual(await said, ["psst", { from: ann.id }]);
  }));

test("what is announced reaches everybody but a room", () =>
  withSockets(3, async (ann, bob, cid) => {
    await ask(cid, "join", "deaf");
    const heard = [ann, bob, cid].map((client) => listen(client, "announced"));
    ann.emit("announce", "now");
    await ask(ann, "settled?");
    assert.deepEqual(await Promise.all(heard.map((what) => what())), [[["now"]], [["now"]], []]);
  }));

test("an answer may come later, and an event without a handler has one", () =>
  withSockets(1, async (ann) => {
    const before = Date.now();
    assert.equal(await ask(ann, "later"), "late");
    assert.ok(Date.now() - before >= 95);
    assert.equal(await ask(ann, "nobody knows this"), "what is");
  }));

test("the others learn that a socket has left, and why", () =>
  withSockets(2, async (ann, bob) => {
    const id = ann.id;
    const left = next(bob, "left");
    ann.disconnect();
    assert.deepEqual(await left, ["client namespace disconnect", id]);
  }));

test("the server disconnects a socket, or all of its connection", () =>
  withSockets(2, async (ann, bob) => {
    const reason = next(ann, "disconnect");
    ann.emit("leave-me");
    assert.equal((await reason)[0], "io server disconnect");
    const other = bob.io.socket("/");
    const told = next(other, "auth");
    other.connect();
    await told;
    const [here, there] = [next(bob, "disconnect"), next(other, "disconnect")];
    bob.emit("close-me");
    assert.equal((await here)[0], "io server disconnect");
    assert.equal((await there)[0], "io server disconnect");
  }));

test("without the token nobody is let in", async () => {
  for (const auth of [undefined, { token: "guess" }]) {
    const client = socket({ transports: ["websocket"], auth }, "/private");
    const refused = next(client, "connect_error");
    client.connect();
    const [error] = await refused;
    assert.equal(error.message, "not authorized");
    assert.deepEqual(error.data, { code: "E1" });
    client.disconnect();
  }
  const options = { transports: ["websocket"], auth: { token: "secret" }, query: { who: "ann" } };
  await withSocket(
    options,
    async (_, query) => {
      assert.equal(query.who, "ann");
      assert.equal(query.EIO, "4");
    },
    "/private",
  );
});

test("a client that comes back in time is told what it has missed", () => {
  const options = { path: "/recovering/", transports: ["websocket"] };
  return withSocket(options, (ann) =>
    withSocket(options, async (bob) => {
      const id = bob.id;
      const lost = next(bob, "disconnect");
      bob.io.engine.close();
      await lost;
      await ask(ann, "say", "meanwhile");
      const missed = next(bob, "said");
      bob.connect();
      assert.equal((await missed)[0], "meanwhile");
      assert.ok(bob.recovered);
      assert.equal(bob.id, id);
    }),
  );
});
