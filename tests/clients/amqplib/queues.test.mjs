// Dead-lettering, expiry, limits, priorities.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { consume, unique, withChannel } from "./client.mjs";

/** A queue whose dead letters come to another one; both names. */
async function withDeadLetters(channel, options = {}) {
  const { queue: morgue } = await channel.assertQueue("", { exclusive: true });
  const { queue } = await channel.assertQueue("", {
    exclusive: true,
    deadLetterExchange: "",
    deadLetterRoutingKey: morgue,
    ...options,
  });
  return { queue, morgue };
}

const death = (message) => message.properties.headers["x-death"][0];

test("a rejected message is dead-lettered with its history", () =>
  withChannel(async (channel) => {
    const { queue, morgue } = await withDeadLetters(channel);
    channel.sendToQueue(queue, Buffer.from("no"));
    channel.nack(await channel.get(queue), false, false);
    const dead = await (await consume(channel, morgue, { noAck: true })).next();
    assert.equal(dead.content.toString(), "no");
    const { reason, count, exchange, "routing-keys": keys } = death(dead);
    assert.deepEqual([reason, count, exchange, death(dead).queue, keys], ["rejected", 1, "", queue, [queue]]);
    assert.equal(dead.properties.headers["x-first-death-reason"], "rejected");
  }));

test("a message expires by the queue's time to live", () =>
  withChannel(async (channel) => {
    const { queue, morgue } = await withDeadLetters(channel, { messageTtl: 100 });
    channel.sendToQueue(queue, Buffer.from("late"));
    const dead = await (await consume(channel, morgue, { noAck: true })).next();
    assert.deepEqual([death(dead).reason, death(dead).queue], ["expired", queue]);
  }));

test("a message expires by its own time to live, which the dead letter has no more", () =>
  withChannel(async (channel) => {
    const { queue, morgue } = await withDeadLetters(channel);
    channel.sendToQueue(queue, Buffer.from("late"), { expiration: "80" });
    const dead = await (await consume(channel, morgue, { noAck: true })).next();
    assert.equal(death(dead)["original-expiration"], "80");
    assert.equal(dead.properties.expiration, undefined);
  }));

test("a queue drops its oldest message when it is too long", () =>
  withChannel(async (channel) => {
    const { queue, morgue } = await withDeadLetters(channel, { maxLength: 2 });
    for (const text of ["1", "2", "3"]) channel.sendToQueue(queue, Buffer.from(text));
    const dead = await (await consume(channel, morgue, { noAck: true })).next();
    assert.deepEqual([dead.content.toString(), death(dead).reason], ["1", "maxlen"]);
    assert.equal((await channel.checkQueue(queue)).messageCount, 2);
  }));

test("a queue that refuses to be too long lets the publisher know", () =>
  withChannel(async (channel) => {
    const { queue } = await channel.assertQueue("", {
      exclusive: true,
      maxLength: 1,
      arguments: { "x-overflow": "reject-publish" },
    });
    const outcomes = [];
    for (let number = 0; number < 2; number++) {
      channel.sendToQueue(queue, Buffer.from("x"), {}, (error) => outcomes.push(error === null));
    }
    await channel.waitForConfirms().catch(() => {});
    assert.deepEqual(outcomes, [true, false]);
  }, "createConfirmChannel"));

test("a queue that nobody uses expires", () =>
  withChannel(async (channel) => {
    const { queue } = await channel.assertQueue(unique("short-lived"), { expires: 150 });
    await sleep(600);
    await assert.rejects(channel.checkQueue(queue), /NOT_FOUND/);
  }));

test("higher priorities go first", () =>
  withChannel(async (channel) => {
    const { queue } = await channel.assertQueue("", { exclusive: true, maxPriority: 5 });
    for (const priority of [1, 5, 3]) channel.sendToQueue(queue, Buffer.from(String(priority)), { priority });
    await channel.checkQueue(queue);
    assert.deepEqual(await (await consume(channel, queue)).texts(3), ["5", "3", "1"]);
  }));

test("a message that no binding takes goes to the alternate exchange", () =>
  withChannel(async (channel) => {
    const [exchange, other] = [unique("main"), unique("other")];
    await channel.assertExchange(other, "fanout", { autoDelete: true });
    await channel.assertExchange(exchange, "direct", { autoDelete: true, alternateExchange: other });
    const { queue } = await channel.assertQueue("", { exclusive: true });
    await channel.bindQueue(queue, other, "");
    channel.publish(exchange, "nobody", Buffer.from("found"));
    assert.equal((await channel.get(queue, { noAck: true })).content.toString(), "found");
    await channel.deleteExchange(exchange);
  }));

test("a request is answered without a queue for replies", () =>
  withChannel(async (channel) => {
    const { queue } = await channel.assertQueue("", { exclusive: true });
    const replies = await consume(channel, "amq.rabbitmq.reply-to", { noAck: true });
    channel.sendToQueue(queue, Buffer.from("ping"), { replyTo: "amq.rabbitmq.reply-to" });
    const request = await channel.get(queue, { noAck: true });
    assert.match(request.properties.replyTo, /^amq\.rabbitmq\.reply-to\./);
    channel.sendToQueue(request.properties.replyTo, Buffer.from("pong"));
    assert.equal((await replies.next()).content.toString(), "pong");
  }));
