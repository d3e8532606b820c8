// The packets of Engine.IO and Socket.IO by hand.
import assert from "node:assert/strict";
import { Client, url } from "../ws/client.mjs";

export { url };

/** The rhythm of a gateway without a scenario, in milliseconds. */
export const PING_INTERVAL = 300;
export const PING_TIMEOUT = 200;

/** A server behind a path, `engine.io` or `socket.io`. */
export class Server {
  constructor(name) {
    this.name = name;
  }

  address(parameters) {
    return `${url}/${this.name}/?${new URLSearchParams(parameters)}`;
  }

  polling(parameters = {}, options = {}) {
    return fetch(this.address({ EIO: "4", transport: "polling", ...parameters }), options);
  }

  /** A session over polling: gives its identifier. */
  async session() {
    const response = await this.polling();
    return JSON.parse((await response.text()).slice(1)).sid;
  }

  async poll(sid, status = 200, more = {}) {
    const response = await this.polling({ sid, ...more });
    assert.equal(response.status, status);
    return response.text();
  }

  async post(sid, body, status = 200) {
    const response = await this.polling({ sid }, { method: "POST", body });
    assert.equal(response.status, status);
    return response.text();
  }

  websocket(parameters = { EIO: "4", transport: "websocket" }) {
    return new Client(this.address(parameters).replace("http", "ws"));
  }

  /** A WebSocket to which a session may change. */
  async probe(sid) {
    const client = this.websocket({ EIO: "4", transport: "websocket", sid });
    await new Promise((resolve) => client.once("open", resolve));
    client.send("2probe");
    assert.equal(await client.next(), "3probe");
    return client;
  }
}

/** The next packet that is no ping; pings are answered. */
export async function packet(client) {
  for (;;) {
    const next = await client.next();
    if (next !== "2") return next;
    client.send("3");
  }
}

/** What a server says of itself at the begin of a session. */
export function assertHandshake(text, upgrades) {
  assert.equal(text[0], "0");
  const { sid, ...rest } = JSON.parse(text.slice(1));
  assert.equal(typeof sid, "string");
  const rhythm = { pingInterval: PING_INTERVAL, pingTimeout: PING_TIMEOUT };
  assert.deepEqual(rest, { upgrades, ...rhythm, maxPayload: 1_000_000 });
}
