// The plain queue in simjs: a facility with one server, first come first served, and the package's own statistics.
// node simjs.mjs MESSAGES SEED

import { createRequire } from "node:module";
import { measure, UTILISATION } from "./measure.mjs";

// The package puts itself into the window of a page; there is none here.
globalThis.window = globalThis;
createRequire(import.meta.url)("simjs");
const { Sim, Entity, Facility, Random } = globalThis.Sim;

measure((messages, seed) => {
  const random = new Random(seed);
  const server = new Facility("server", Facility.FCFS, 1);

  class Producer extends Entity {
    start() {
      this.published = 0;
      this.setTimer(random.exponential(UTILISATION)).done(this.publish);
    }

    publish() {
      this.useFacility(server, random.exponential(1));
      this.published += 1;
      if (this.published < messages) this.setTimer(random.exponential(UTILISATION)).done(this.publish);
    }
  }

  const sim = new Sim("queue");
  sim.addEntity(Producer, "producer");
  sim.simulate(Number.MAX_VALUE);
  return server.queueStats().durationSeries.average();
});
