// What the broker refuses: the code, the text, and what it closes.
import assert from "node:assert/strict";
import { test } from "node:test";
import amqp from "amqplib";
import { closingError, consume, unique, urlWith, withChannel, withConnection } from "./client.mjs";

/** Does something that closes the channel, and checks the code and the text. */
const refused = (code, text, act) =>
  withConnection(async (connection) => {
    const channel = await connection.createChannel();
    const error = closingError(channel);
    await act(channel, connection).catch(() => {});
    const { message, code: found } = await error;
    assert.equal(found, code);
    assert.ok(message.includes(text), `${message} has no ${text}`);
    // The connection is none the worse.
    await (await connection.createChannel()).close();
  });

test("404: no such queue", () =>
  refused(404, "NOT_FOUND - no queue 'not-there' in vhost '/'", (channel) => channel.checkQueue("not-there")));

test("404: no such exchange", () =>
  refused(404, "NOT_FOUND - no exchange 'not-there' in vhost '/'", async (channel) => {
    channel.publish("not-there", "key", Buffer.from("x"));
  }));

test("406: a queue that is declared with another setting", () => {
  const queue = unique("settings");
  return refused(406, `inequivalent arg 'durable' for queue '${queue}' in vhost '/'`, async (channel) => {
    await channel.assertQueue(queue, { durable: false, autoDelete: true });
    await channel.assertQueue(queue, { durable: true, autoDelete: true });
  });
});

test("406: an unknown delivery tag", () =>
  refused(406, "PRECONDITION_FAILED - unknown delivery tag 42", async (channel) => {
    channel.ack({ fields: { deliveryTag: 42 } });
  }));

test("406: a queue that is not empty, a queue that is in use", async () => {
  const queue = unique("kept");
  await refused(406, `queue '${queue}' in vhost '/' not empty`, async (channel) => {
    await channel.assertQueue(queue);
    channel.sendToQueue(queue, Buffer.from("x"));
    await channel.deleteQueue(queue, { ifEmpty: true });
  });
  await refused(406, `queue '${queue}' in vhost '/' in use`, async (channel) => {
    await consume(channel, queue);
    await channel.deleteQueue(queue, { ifUnused: true });
  });
  await withChannel((channel) => channel.deleteQueue(queue));
});

test("403: the broker's own names, and an exclusive consumer's queue", async () => {
  await refused(403, "ACCESS_REFUSED", (channel) => channel.assertQueue("amq.mine"));
  await refused(403, "in exclusive use", async (channel) => {
    const { queue } = await channel.assertQueue("", { exclusive: true });
    await consume(channel, queue, { exclusive: true });
    await consume(channel, queue);
  });
});

test("405: a queue that is exclusive to another connection", () =>
  withChannel(async (channel) => {
    const { queue } = await channel.assertQueue("", { exclusive: true });
    await refused(405, `RESOURCE_LOCKED - cannot obtain exclusive access to locked queue '${queue}'`, (other) =>
      other.checkQueue(queue),
    );
  }));

test("403: a wrong password", () =>
  assert.rejects(amqp.connect(urlWith({ password: "wrong" })), /403 \(ACCESS-REFUSED\).*PLAIN/));

// The client keeps code and text to itself here.
test("530: no such virtual host", () =>
  assert.rejects(amqp.connect(urlWith({ pathname: "/nowhere" })), /got <ConnectionClose channel:0>/));

test("530: a consumer tag that is used already closes the connection", () =>
  withConnection(async (connection) => {
    const closed = closingError(connection);
    const channel = await connection.createChannel();
    channel.on("error", () => {});
    const { queue } = await channel.assertQueue("", { exclusive: true });
    await consume(channel, queue, { consumerTag: "tag" });
    consume(channel, queue, { consumerTag: "tag" }).catch(() => {});
    const error = await closed;
    assert.equal(error.code, 530);
    assert.match(error.message, /attempt to reuse consumer tag 'tag'/);
  }));
