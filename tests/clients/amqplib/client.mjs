// What the tests share: a connection that is closed again, names of one's own, messages one by one.
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import amqp from "amqplib";

export const url = process.env.AMQP_URL ?? "amqp://guest:guest@127.0.0.1:5672";

/** The URL with another part of it: `{ password: "wrong" }`, `{ pathname: "/nowhere" }`, `{ search: "?…" }`. */
export const urlWith = (parts) => Object.assign(new URL(url), parts).href;

/** A name that no other test uses. */
export const unique = (name) => `${name}-${randomUUID().slice(0, 8)}`;

/** Gives `use` a connection, and closes it whatever happens. */
export async function withConnection(use, address = url) {
  const connection = await amqp.connect(address);
  connection.on("error", () => {});
  try {
    return await use(connection);
  } finally {
    await connection.close().catch(() => {});
  }
}

/** Gives `use` a channel whose errors do not end the process: calls that fail reject. */
export function withChannel(use, make = "createChannel") {
  return withConnection(async (connection) => {
    const channel = await connection[make]();
    channel.on("error", () => {});
    return use(channel, connection);
  });
}

/** Consumes a queue. `next()` waits for the next message; `none()` says whether there is none for a while. */
export async function consume(channel, queue, options = {}) {
  const arrived = [];
  let wake = () => {};
  const { consumerTag } = await channel.consume(
    queue,
    (message) => {
      arrived.push(message);
      wake();
    },
    options,
  );
  const next = async () => {
    const deadline = Date.now() + 5_000;
    while (arrived.length === 0) {
      if (Date.now() > deadline) throw new Error(`nothing came from ${queue}`);
      await Promise.race([new Promise((resolve) => (wake = resolve)), sleep(100)]);
    }
    return arrived.shift();
  };
  const none = async () => {
    await sleep(150);
    return arrived.length === 0;
  };
  const texts = async (count) => {
    const all = [];
    while (all.length < count) all.push((await next()).content.toString());
    return all;
  };
  return { consumerTag, next, none, texts };
}

/** The error with which the broker closes a channel or a connection. */
export const closingError = (closed) =>
  new Promise((resolve, reject) => {
    const patience = setTimeout(() => reject(new Error("nothing was closed")), 5_000);
    closed.once("error", (error) => {
      clearTimeout(patience);
      resolve(error);
    });
  });
