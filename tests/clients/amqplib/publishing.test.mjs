// Confirms, returns, properties, and bodies of any size.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { consume, unique, withChannel } from "./client.mjs";

test("every message of a confirm channel is confirmed", () =>
  withChannel(async (channel) => {
    const { queue } = await channel.assertQueue("", { exclusive: true });
    const confirmed = [];
    for (let number = 0; number < 200; number++) {
      channel.sendToQueue(queue, Buffer.from("x"), {}, (error) => confirmed.push([number, error]));
    }
    await channel.waitForConfirms();
    assert.equal(confirmed.length, 200);
    assert.ok(confirmed.every(([, error]) => error === null));
    assert.equal((await channel.checkQueue(queue)).messageCount, 200);
  }, "createConfirmChannel"));

test("a mandatory message that no queue takes is returned, and then confirmed", () =>
  withChannel(async (channel) => {
    const events = [];
    channel.on("return", (message) => events.push(message));
    const key = unique("nowhere");
    channel.publish("", key, Buffer.from("back"), { mandatory: true, messageId: "m1" }, () => events.push("confirmed"));
    channel.publish("", key, Buffer.from("lost"), {}, () => events.push("confirmed"));
    await channel.waitForConfirms();
    assert.equal(events.length, 3);
    const { fields, properties, content } = events[0];
    assert.deepEqual([fields.replyCode, fields.replyText, fields.routingKey], [312, "NO_ROUTE", key]);
    assert.deepEqual([properties.messageId, content.toString()], ["m1", "back"]);
  }, "createConfirmChannel"));

test("properties and headers of every type come as they were sent", () =>
  withChannel(async (channel) => {
    const { queue } = await channel.assertQueue("", { exclusive: true });
    const headers = {
      text: "ä€",
      number: 7,
      negative: -70_000,
      large: 2 ** 40,
      fraction: 0.5,
      yes: true,
      nothing: null,
      list: ["a", 1, false],
      table: { inner: { deep: "er" } },
      octets: Buffer.from([0, 255]),
      moment: { "!": "timestamp", value: 1_700_000_000 },
    };
    const properties = {
      contentType: "text/plain",
      contentEncoding: "gzip",
      deliveryMode: 2,
      priority: 3,
      correlationId: "c",
      replyTo: "r",
      messageId: "m",
      timestamp: 1_700_000_000,
      type: "t",
      appId: "a",
    };
    channel.sendToQueue(queue, Buffer.from("x"), { ...properties, headers });
    const message = await channel.get(queue, { noAck: true });
    for (const [name, value] of Object.entries(properties)) assert.equal(message.properties[name], value, name);
    assert.deepEqual({ ...message.properties.headers }, headers);
    assert.equal(message.properties.expiration, undefined);
  }));

test("bodies of all sizes around the size of a frame are whole", () =>
  withChannel(async (channel) => {
    const { queue } = await channel.assertQueue("", { exclusive: true });
    const { next } = await consume(channel, queue, { noAck: true });
    for (const size of [0, 1, 4_088, 131_064, 131_065, 262_128, 3_000_000]) {
      const body = randomBytes(size);
      channel.sendToQueue(queue, body);
      const { content } = await next();
      assert.ok(body.equals(content), `${size} octets`);
    }
  }));

test("messages of one channel keep their order", () =>
  withChannel(async (channel) => {
    const { queue } = await channel.assertQueue("", { exclusive: true });
    const sent = Array.from({ length: 2_000 }, (_, number) => String(number));
    for (const text of sent) channel.sendToQueue(queue, Buffer.from(text));
    const { texts } = await consume(channel, queue, { noAck: true });
    assert.deepEqual(await texts(sent.length), sent);
  }));
