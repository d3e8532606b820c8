// The work of RabbitMQ's six tutorials (rabbitmq.com/tutorials), as their programs for JavaScript do it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { consume, unique, withChannel, withConnection } from "./client.mjs";

test("1 hello world: what is sent is received", () =>
  withChannel(async (channel) => {
    const queue = unique("hello");
    await channel.assertQueue(queue, { durable: false });
    channel.sendToQueue(queue, Buffer.from("Hello World!"));
    const { next } = await consume(channel, queue, { noAck: true });
    const message = await next();
    assert.equal(message.content.toString(), "Hello World!");
    assert.deepEqual(
      { exchange: message.fields.exchange, key: message.fields.routingKey, again: message.fields.redelivered },
      { exchange: "", key: queue, again: false },
    );
    await channel.deleteQueue(queue);
  }));

test("2 work queues: fair dispatch, and the work of a lost worker goes to another", () =>
  withConnection(async (connection) => {
    const queue = unique("task_queue");
    const boss = await connection.createChannel();
    await boss.assertQueue(queue, { durable: true });
    const workers = await Promise.all([connection.createChannel(), connection.createChannel()]);
    for (const worker of workers) await worker.prefetch(1);
    const [slow, quick] = [await consume(workers[0], queue), await consume(workers[1], queue)];
    for (const task of ["first", "second", "third"]) {
      boss.sendToQueue(queue, Buffer.from(task), { persistent: true });
    }
    assert.equal((await slow.next()).content.toString(), "first");
    const second = await quick.next();
    assert.equal(second.content.toString(), "second");
    workers[1].ack(second);
    const third = await quick.next();
    assert.equal(third.content.toString(), "third");
    workers[1].ack(third);
    await workers[0].close();
    const again = await quick.next();
    assert.deepEqual([again.content.toString(), again.fields.redelivered], ["first", true]);
    workers[1].ack(again);
    await boss.deleteQueue(queue);
  }));

test("3 publish/subscribe: a fanout exchange copies to every queue", () =>
  withChannel(async (channel) => {
    const exchange = unique("logs");
    await channel.assertExchange(exchange, "fanout", { durable: false });
    const subscribers = [];
    for (let number = 0; number < 3; number++) {
      const { queue } = await channel.assertQueue("", { exclusive: true });
      assert.match(queue, /^amq\.gen-/);
      await channel.bindQueue(queue, exchange, "");
      subscribers.push(await consume(channel, queue, { noAck: true }));
    }
    channel.publish(exchange, "", Buffer.from("info: all is well"));
    for (const { next } of subscribers) assert.equal((await next()).content.toString(), "info: all is well");
    await channel.deleteExchange(exchange);
  }));

test("4 routing: a direct exchange goes by the key", () =>
  withChannel(async (channel) => {
    const exchange = unique("direct_logs");
    await channel.assertExchange(exchange, "direct", { durable: false });
    const { queue: all } = await channel.assertQueue("", { exclusive: true });
    for (const severity of ["info", "warning", "error"]) await channel.bindQueue(all, exchange, severity);
    const { queue: errors } = await channel.assertQueue("", { exclusive: true });
    await channel.bindQueue(errors, exchange, "error");
    for (const severity of ["info", "debug", "error"]) channel.publish(exchange, severity, Buffer.from(severity));
    const [everything, some] = [await consume(channel, all), await consume(channel, errors)];
    assert.deepEqual(await everything.texts(2), ["info", "error"]);
    assert.deepEqual(await some.texts(1), ["error"]);
    assert.ok((await everything.none()) && (await some.none()));
    await channel.deleteExchange(exchange);
  }));

test("5 topics: * is a word, # any number of words", () =>
  withChannel(async (channel) => {
    const exchange = unique("topic_logs");
    await channel.assertExchange(exchange, "topic", { durable: false });
    const keys = ["kern.critical", "kern.info", "cron.critical", "kern", "a.kern.critical"];
    const expected = {
      "#": keys,
      "kern.*": ["kern.critical", "kern.info"],
      "*.critical": ["kern.critical", "cron.critical"],
      "#.critical": ["kern.critical", "cron.critical", "a.kern.critical"],
      "kern.#": ["kern.critical", "kern.info", "kern"],
    };
    const queues = {};
    for (const pattern of Object.keys(expected)) {
      const { queue } = await channel.assertQueue("", { exclusive: true });
      await channel.bindQueue(queue, exchange, pattern);
      queues[pattern] = queue;
    }
    for (const key of keys) channel.publish(exchange, key, Buffer.from(key));
    for (const [pattern, matching] of Object.entries(expected)) {
      const { texts, none } = await consume(channel, queues[pattern], { noAck: true });
      assert.deepEqual(await texts(matching.length), matching, pattern);
      assert.ok(await none(), pattern);
    }
    await channel.deleteExchange(exchange);
  }));

test("6 remote procedure call: a reply comes to the caller's own queue", () =>
  withConnection(async (connection) => {
    const fibonacci = (n) => (n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2));
    const queue = unique("rpc_queue");
    const server = await connection.createChannel();
    await server.assertQueue(queue, { durable: false });
    await server.prefetch(1);
    await server.consume(queue, (request) => {
      if (request === null) return; // The queue is gone.
      const answer = fibonacci(Number(request.content.toString()));
      const { replyTo, correlationId } = request.properties;
      server.sendToQueue(replyTo, Buffer.from(String(answer)), { correlationId });
      server.ack(request);
    });
    const client = await connection.createChannel();
    const { queue: replies } = await client.assertQueue("", { exclusive: true });
    const { next } = await consume(client, replies, { noAck: true });
    for (const [n, expected] of [[10, "55"], [15, "610"]]) {
      const correlationId = unique("call");
      client.sendToQueue(queue, Buffer.from(String(n)), { correlationId, replyTo: replies });
      const reply = await next();
      assert.deepEqual([reply.properties.correlationId, reply.content.toString()], [correlationId, expected]);
    }
    await server.deleteQueue(queue);
  }));
