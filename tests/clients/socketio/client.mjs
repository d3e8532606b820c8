// What the tests share: where the server is, and sockets that are connected and keep what comes.
import { once } from "node:events";
import { io } from "socket.io-client";

export const url = process.env.HTTP_URL ?? "http://127.0.0.1:3000";

/** Every way of getting there. */
export const ways = {
  polling: { transports: ["polling"] },
  websocket: { transports: ["websocket"] },
  "polling, then websocket": { transports: ["polling", "websocket"] },
};

/** A socket of its own connection, not connected yet. */
export const socket = (options = {}, namespace = "/") =>
  io(`${url}${namespace}`, { forceNew: true, autoConnect: false, reconnection: false, ...options });

/** Waits for an event, at most five seconds; gives its arguments. */
export const next = (emitter, event) => once(emitter, event, { signal: AbortSignal.timeout(5_000) });

/** Gives `use` a socket that is connected and has been told what it has shown; ends it whatever happens. */
export async function withSocket(options, use, namespace) {
  const client = socket(options, namespace);
  try {
    const told = next(client, "auth");
    client.connect();
    const [auth] = await told;
    return await use(client, auth);
  } finally {
    client.disconnect();
  }
}

/** Waits until the connection has changed to WebSocket. */
export async function upgraded(client) {
  const { engine } = client.io;
  if (engine.transport.name !== "websocket") await next(engine, "upgrade");
}
