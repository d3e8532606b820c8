// Runs the tests of each client against a gateway: see README.md.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startGateway } from "./gateway.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const isWindows = process.platform === "win32";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    gateway: { type: "string", default: join(root, "target", "debug", isWindows ? "queuescope.exe" : "queuescope") },
    url: { type: "string" },
  },
});

/** Runs a program to its end. Its output is shown and given back. */
function run(program, args, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: here,
      env: { ...process.env, ...env },
      shell: isWindows && program === "npm",
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (data) => {
        output += data;
        process.stdout.write(data);
      });
    }
    child.once("error", (error) => reject(new Error(`${program} cannot be started: ${error.message}`)));
    child.once("exit", (code) => resolve({ code, output }));
  });
}

async function must(program, args) {
  const { code } = await run(program, args);
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} has failed`);
}

/** The files of a folder that are to run. */
function testFiles(folder, ending) {
  return readdirSync(join(here, folder))
    .filter((name) => name.endsWith(ending) && name.includes("test"))
    .sort();
}

const number = (pattern, text) => Number(text.match(pattern)?.[1] ?? 0);

/** Runs the files of a folder by Node's own test runner. */
async function nodeTests(folder, env) {
  const { dependencies } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
  const isMissing = (name) => !existsSync(join(here, "node_modules", name));
  if (Object.keys(dependencies).some(isMissing)) await must("npm", ["ci", "--no-audit", "--no-fund"]);
  const files = testFiles(folder, ".mjs").map((name) => join(folder, name));
  const how = ["--test-reporter=tap", "--test-timeout=60000"];
  const { code, output } = await run(process.execPath, ["--test", ...how, ...files], env);
  return { code, passed: number(/^# pass (\d+)/m, output), failed: number(/^# fail (\d+)/m, output) };
}

/** What the gateway of a client is started with, where it is not AMQP alone. */
const gateways = { ws: ["http"], protocol: ["http"], socketio: ["http", join(here, "socketio", "server.json")] };

const clients = {
  amqplib: (url) => nodeTests("amqplib", { AMQP_URL: url }),
  ws: (url) => nodeTests("ws", { HTTP_URL: url }),
  protocol: (url) => nodeTests("protocol", { HTTP_URL: url }),
  socketio: (url) => nodeTests("socketio", { HTTP_URL: url }),

  async pika(url) {
    const venv = join(root, "target", "pika-venv");
    const python = join(venv, isWindows ? "Scripts/python.exe" : "bin/python");
    const stamp = join(venv, "requirements.txt");
    const wanted = readFileSync(join(here, "pika", "requirements.txt"), "utf8");
    if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== wanted) {
      mkdirSync(join(root, "target"), { recursive: true });
      await must(isWindows ? "python" : "python3", ["-m", "venv", "--clear", venv]);
      await must(python, ["-m", "pip", "install", "--quiet", "-r", join("pika", "requirements.txt")]);
      writeFileSync(stamp, wanted);
    }
    const modules = testFiles("pika", ".py").map((name) => name.replace(/\.py$/, ""));
    const env = { AMQP_URL: url, PYTHONPATH: join(here, "pika"), PYTHONDONTWRITEBYTECODE: "1" };
    const { code, output } = await run(python, ["-m", "unittest", "-v", ...modules], env);
    const ran = number(/^Ran (\d+) tests?/m, output);
    const failed = number(/failures=(\d+)/, output) + number(/errors=(\d+)/, output);
    return { code, passed: Math.max(0, ran - failed), failed };
  },
};

const names = positionals.length > 0 ? positionals : Object.keys(clients);
const lines = [];
for (const name of names) {
  if (!(name in clients)) throw new Error(`there is no client ${name}: ${Object.keys(clients).join(", ")}`);
  const gateway = options.url
    ? { url: options.url, stop: async () => undefined }
    : await startGateway(options.gateway, ...(gateways[name] ?? ["amqp"]));
  const result = await clients[name](gateway.url).catch((error) => {
    console.error(error.message);
    return { code: 1, passed: 0, failed: 1 };
  });
  const ended = await gateway.stop();
  if (ended !== undefined) console.error(`the gateway ${ended} while ${name} was running`);
  // A run that failed without a failed test, or tested nothing, is no success.
  if ((result.code !== 0 || result.passed === 0 || ended !== undefined) && result.failed === 0) result.failed = 1;
  if (result.failed > 0) process.exitCode = 1;
  lines.push(`${name}: ${result.passed} passed, ${result.failed} failed`);
}
console.log(lines.join("\n"));
