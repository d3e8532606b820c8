// Prefetch, acknowledgements, redelivery, and queues that go by themselves.
import assert from "node:assert/strict";
import { test } from "node:test";
import { consume, unique, withChannel, withConnection } from "./client.mjs";

async function queueOf(channel, ...texts) {
  const { queue } = await channel.assertQueue("", { exclusive: true });
  for (const text of texts) channel.sendToQueue(queue, Buffer.from(text));
  return queue;
}

test("prefetch limits what is unacknowledged", () =>
  withChannel(async (channel) => {
    const queue = await queueOf(channel, "1", "2", "3", "4");
    await channel.prefetch(2);
    const consumer = await consume(channel, queue);
    const [first, second] = [await consumer.next(), await consumer.next()];
    assert.ok(await consumer.none());
    channel.ack(second, true);
    assert.deepEqual(await consumer.texts(2), ["3", "4"]);
    assert.ok(first);
  }));

test("prefetch over the whole channel is shared by its consumers", () =>
  withChannel(async (channel) => {
    const queues = [await queueOf(channel, "a1", "a2"), await queueOf(channel, "b1", "b2")];
    await channel.prefetch(3, true);
    const consumers = [await consume(channel, queues[0]), await consume(channel, queues[1])];
    assert.deepEqual(await consumers[0].texts(2), ["a1", "a2"]);
    const b1 = await consumers[1].next();
    assert.ok(await consumers[1].none());
    channel.ack(b1);
    assert.deepEqual(await consumers[1].texts(1), ["b2"]);
  }));

test("a message that is requeued comes back to its place, redelivered", () =>
  withChannel(async (channel) => {
    const queue = await queueOf(channel, "1", "2", "3");
    const first = await channel.get(queue);
    const second = await channel.get(queue);
    channel.nack(first, false, true);
    channel.reject(second, true);
    for (const [text, redelivered] of [["1", true], ["2", true], ["3", false]]) {
      const message = await channel.get(queue, { noAck: true });
      assert.deepEqual([message.content.toString(), message.fields.redelivered], [text, redelivered]);
    }
    assert.equal(await channel.get(queue), false);
  }));

test("a message that is rejected without requeue is gone", () =>
  withChannel(async (channel) => {
    const queue = await queueOf(channel, "1", "2", "3");
    const messages = [await channel.get(queue), await channel.get(queue), await channel.get(queue)];
    channel.nack(messages[1], true, false);
    channel.reject(messages[2], false);
    assert.equal((await channel.checkQueue(queue)).messageCount, 0);
  }));

test("basic.get tells how many remain", () =>
  withChannel(async (channel) => {
    const queue = await queueOf(channel, "1", "2", "3");
    assert.equal((await channel.get(queue)).fields.messageCount, 2);
  }));

test("recover delivers again what is unacknowledged", () =>
  withChannel(async (channel) => {
    const queue = await queueOf(channel, "1");
    const consumer = await consume(channel, queue);
    assert.equal((await consumer.next()).fields.redelivered, false);
    await channel.recover();
    const again = await consumer.next();
    assert.equal(again.fields.redelivered, true);
    channel.ack(again);
  }));

test("consumers of a queue take turns", () =>
  withConnection(async (connection) => {
    const channel = await connection.createChannel();
    const queue = await queueOf(channel);
    const consumers = [await consume(channel, queue), await consume(channel, queue)];
    for (let number = 0; number < 4; number++) channel.sendToQueue(queue, Buffer.from(String(number)));
    assert.deepEqual(await consumers[0].texts(2), ["0", "2"]);
    assert.deepEqual(await consumers[1].texts(2), ["1", "3"]);
  }));

test("a consumer that is cancelled gets nothing more and may still acknowledge", () =>
  withChannel(async (channel) => {
    const queue = await queueOf(channel, "1");
    const consumer = await consume(channel, queue);
    const message = await consumer.next();
    await channel.cancel(consumer.consumerTag);
    channel.sendToQueue(queue, Buffer.from("2"));
    assert.ok(await consumer.none());
    channel.ack(message);
    assert.equal((await channel.checkQueue(queue)).messageCount, 1);
  }));

test("an auto-delete queue goes with its last consumer", () =>
  withConnection(async (connection) => {
    const channel = await connection.createChannel();
    const { queue } = await channel.assertQueue(unique("auto"), { autoDelete: true, durable: false });
    const [one, other] = [await consume(channel, queue), await consume(channel, queue)];
    await channel.cancel(one.consumerTag);
    await channel.checkQueue(queue);
    await channel.cancel(other.consumerTag);
    const probe = await connection.createChannel();
    probe.on("error", () => {});
    await assert.rejects(probe.checkQueue(queue), /NOT_FOUND/);
  }));

test("an exclusive queue goes with its connection", async () => {
  const queue = unique("mine");
  await withChannel((channel) => channel.assertQueue(queue, { exclusive: true }));
  await withChannel((channel) => assert.rejects(channel.checkQueue(queue), /NOT_FOUND/));
});

test("a consumer is told when its queue is deleted", () =>
  withChannel(async (channel) => {
    const { queue } = await channel.assertQueue(unique("doomed"));
    const consumer = await consume(channel, queue);
    await channel.deleteQueue(queue);
    assert.equal(await consumer.next(), null);
  }));

test("purge and delete tell how many messages went", () =>
  withChannel(async (channel) => {
    const queue = await queueOf(channel, "1", "2", "3");
    assert.equal((await channel.purgeQueue(queue)).messageCount, 3);
    channel.sendToQueue(queue, Buffer.from("4"));
    assert.equal((await channel.deleteQueue(queue)).messageCount, 1);
  }));
