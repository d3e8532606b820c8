// The connection itself: logging in, tuning, heartbeats, many channels.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import amqp from "amqplib";
import { closingError, unique, url, urlWith, withConnection } from "./client.mjs";

test("both mechanisms of login are taken", async () => {
  for (const mechanism of ["plain", "amqplain"]) {
    const credentials = amqp.credentials[mechanism]("guest", "guest");
    await (await amqp.connect(url, { credentials })).close();
  }
});

test("the broker says what it is and what it can do", () =>
  withConnection((connection) => {
    const { product, version, capabilities } = connection.connection.serverProperties;
    assert.equal(product, "RabbitMQ");
    assert.match(version, /^\d+\.\d+\.\d+$/);
    for (const name of ["publisher_confirms", "basic.nack", "consumer_cancel_notify", "connection.blocked"]) {
      assert.equal(capabilities[name], true, name);
    }
  }));

test("small frames split and join bodies", () =>
  withConnection(async (connection) => {
    const channel = await connection.createChannel();
    const { queue } = await channel.assertQueue("", { exclusive: true });
    const body = Buffer.alloc(50_000, "small frames ");
    channel.sendToQueue(queue, body);
    assert.ok(body.equals((await channel.get(queue, { noAck: true })).content));
  }, urlWith({ search: "?frameMax=4096" })));

test("heartbeats keep an idle connection alive", () =>
  withConnection(async (connection) => {
    await sleep(3_500);
    await (await connection.createChannel()).close();
  }, urlWith({ search: "?heartbeat=1" })));

test("hundreds of channels work side by side, and their numbers are used again", () =>
  withConnection(async (connection) => {
    for (let round = 0; round < 2; round++) {
      const channels = await Promise.all(Array.from({ length: 300 }, () => connection.createChannel()));
      const queues = await Promise.all(
        channels.map(async (channel) => (await channel.assertQueue("", { exclusive: true })).queue),
      );
      assert.equal(new Set(queues).size, 300);
      channels.forEach((channel, number) => {
        channel.sendToQueue(queues[number], Buffer.from(String(number)));
      });
      const got = await Promise.all(channels.map((channel, number) => channel.get(queues[number], { noAck: true })));
      assert.deepEqual(got.map((message) => Number(message.content)), channels.map((_, number) => number));
      await Promise.all(channels.map((channel) => channel.close()));
    }
  }));

test("a channel above the agreed number closes the connection: 530", () =>
  withConnection(async (connection) => {
    const closed = closingError(connection);
    // The client would not go beyond what was agreed.
    connection.connection.channelMax = 10;
    for (let number = 0; number < 2; number++) await connection.createChannel();
    connection.createChannel().catch(() => {});
    const error = await closed;
    assert.equal(error.code, 530);
    assert.match(error.message, /number of channels opened \(2\) has reached the negotiated channel_max \(2\)/);
  }, urlWith({ search: "?channelMax=2" })));

test("a hundred connections at once are served", async () => {
  const queue = unique("shared");
  const connections = await Promise.all(Array.from({ length: 100 }, () => amqp.connect(url)));
  const channels = await Promise.all(connections.map((connection) => connection.createConfirmChannel()));
  await channels[0].assertQueue(queue);
  for (const channel of channels) channel.sendToQueue(queue, Buffer.from("x"));
  await Promise.all(channels.map((channel) => channel.waitForConfirms()));
  assert.equal((await channels[0].deleteQueue(queue)).messageCount, 100);
  await Promise.all(connections.map((connection) => connection.close()));
});

test("an exchange feeds another exchange", () =>
  withConnection(async (connection) => {
    const channel = await connection.createChannel();
    const [source, destination] = [unique("source"), unique("destination")];
    await channel.assertExchange(source, "topic", { autoDelete: true });
    await channel.assertExchange(destination, "fanout", { autoDelete: true });
    await channel.bindExchange(destination, source, "#.red");
    const { queue } = await channel.assertQueue("", { exclusive: true });
    await channel.bindQueue(queue, destination, "");
    channel.publish(source, "light.red", Buffer.from("stop"));
    channel.publish(source, "light.green", Buffer.from("go"));
    assert.equal((await channel.get(queue, { noAck: true })).content.toString(), "stop");
    assert.equal(await channel.get(queue), false);
  }));
