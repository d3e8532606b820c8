// A gateway of one's own, for as long as the tests run.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/**
 * Starts the program with a protocol, `amqp` or `http`, on a free port, and perhaps a scenario. Gives its URL and what
 * stops it, which says how it ended before.
 */
export async function startGateway(program, protocol = "amqp", ...scenario) {
  const gateway = spawn(program, ["gateway", `--${protocol}`, "127.0.0.1:0", ...scenario], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => {
    gateway.once("error", (error) => resolve(`cannot be started: ${error.message}`));
    gateway.once("exit", (code, signal) => resolve(`has ended with ${code ?? signal}`));
  });
  const firstLine = new Promise((resolve) => {
    createInterface({ input: gateway.stdout }).once("line", resolve);
  });
  const url = await Promise.race([firstLine, ended.then((how) => Promise.reject(new Error(`${program} ${how}`)))]);
  let early;
  ended.then((how) => {
    early = how;
  });
  const stop = async () => {
    const how = early;
    if (how === undefined) gateway.kill();
    await ended;
    return how;
  };
  return { url, stop };
}
