// Serves a built site and says where, once it answers. Run by `cargo xtask serve` in www/.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [port, site] = process.argv.slice(2);
// Vite is a package of the page; it is not to be found from here.
const vite = createRequire(`${process.cwd()}/`).resolve("vite");
const { preview } = await import(pathToFileURL(vite).href);

try {
  const server = await preview({
    configFile: false,
    appType: "mpa",
    logLevel: "error",
    build: { outDir: site },
    preview: { host: "127.0.0.1", port: Number(port), strictPort: true },
  });
  const answer = await fetch(`http://127.0.0.1:${port}/`);
  if (answer.status !== 200) {
    throw new Error(`the page answers with status ${answer.status}`);
  }
  await answer.arrayBuffer();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.once(signal, () => server.httpServer.close(() => process.exit(0)).closeAllConnections());
  }
  console.log(`\nhttp://localhost:${port}/\n\nCtrl-C stops it.`);
} catch (error) {
  console.error(`Cannot serve ${site} on port ${port}: ${error.message}.`);
  process.exit(1);
}
