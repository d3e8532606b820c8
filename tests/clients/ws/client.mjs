// What the tests share: where the server is, WebSockets that keep what comes, sockets without a protocol.
import { once } from "node:events";
import net from "node:net";
import WebSocket from "ws";

export const url = process.env.HTTP_URL ?? "http://127.0.0.1:3000";

/** A server that gives every message back. */
export const echo = `${url.replace("http", "ws")}/echo`;

/** A WebSocket that keeps what comes: `next()` waits for the next message, `closed` for its end. */
export class Client extends WebSocket {
  #arrived = [];
  #wake = () => {};

  constructor(address = echo, protocols = [], options = {}) {
    super(address, protocols, options);
    this.on("message", (data, isBinary) => {
      this.#arrived.push(isBinary ? data : data.toString());
      this.#wake();
    });
    this.on("error", () => {});
    this.closed = new Promise((resolve) => {
      this.once("close", (code, reason) => resolve({ code, reason: reason.toString() }));
    });
  }

  /** An open WebSocket. */
  static async open(...how) {
    const client = new Client(...how);
    await once(client, "open");
    return client;
  }

  async next() {
    while (this.#arrived.length === 0) {
      await new Promise((resolve, reject) => {
        this.#wake = resolve;
        this.closed.then(({ code }) => reject(new Error(`closed with ${code}`)));
      });
    }
    return this.#arrived.shift();
  }

  /** Writes octets past the rules of WebSocket. */
  raw(...octets) {
    this._socket.write(Buffer.from(octets.flat()));
  }
}

/** Sends octets on a connection of their own and gives all that comes until the server ends it. */
export async function exchange(octets, { end = false } = {}) {
  const { hostname, port } = new URL(url);
  const socket = net.connect(Number(port), hostname);
  socket.on("error", () => {});
  socket.write(octets);
  if (end) socket.end();
  let answer = "";
  socket.on("data", (data) => {
    answer += data.toString("latin1");
  });
  await once(socket, "close");
  return answer;
}
