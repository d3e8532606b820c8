// Serves a built site and says where, once it answers. Run by `cargo xtask serve` in www/, where Vite is found.
import { preview } from "vite";

const [port, site] = process.argv.slice(1);

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
