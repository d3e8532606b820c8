// The plain queue in JavaScript as a good programmer writes it: messages are objects, events are closures in a binary
// heap. node typical.mjs MESSAGES SEED

import { measure, UTILISATION } from "./measure.mjs";

/** Events in time order, first in first out among equal times. */
class Agenda {
  entries = [];
  entered = 0;
  now = 0;

  after(delay, action) {
    const entry = { time: this.now + delay, number: this.entered++, action };
    const { entries } = this;
    let place = entries.length;
    entries.push(entry);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!isBefore(entry, entries[parent])) break;
      entries[place] = entries[parent];
      place = parent;
    }
    entries[place] = entry;
  }

  run() {
    while (this.entries.length > 0) {
      const entry = this.take();
      this.now = entry.time;
      entry.action();
    }
  }

  take() {
    const { entries } = this;
    const first = entries[0];
    const last = entries.pop();
    if (entries.length === 0) return first;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= entries.length) break;
      if (child + 1 < entries.length && isBefore(entries[child + 1], entries[child])) child += 1;
      if (!isBefore(entries[child], last)) break;
      entries[place] = entries[child];
      place = child;
    }
    entries[place] = last;
    return first;
  }
}

function isBefore(one, other) {
  return one.time < other.time || (one.time === other.time && one.number < other.number);
}

/** Messages in order; an array whose beginning is cut off now and then. */
class Fifo {
  items = [];
  head = 0;

  get length() {
    return this.items.length - this.head;
  }

  push(item) {
    this.items.push(item);
  }

  shift() {
    const item = this.items[this.head];
    this.items[this.head++] = undefined;
    if (this.head > 1024 && this.head * 2 > this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return item;
  }
}

/** mulberry32: the usual seeded generator where Math.random is not wanted. */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

measure((messages, seed) => {
  const random = generator(seed);
  const exponential = (mean) => -mean * Math.log(1 - random());
  const agenda = new Agenda();
  const queue = new Fifo();
  const consumer = { isBusy: false, finished: 0, waited: 0 };

  const deliver = () => {
    if (consumer.isBusy || queue.length === 0) return;
    const message = queue.shift();
    consumer.isBusy = true;
    consumer.waited += agenda.now - message.published;
    agenda.after(exponential(1), () => {
      consumer.isBusy = false;
      consumer.finished += 1;
      deliver();
    });
  };
  let published = 0;
  const publish = () => {
    published += 1;
    queue.push({ id: published, published: agenda.now, routingKey: "tasks", body: "a task" });
    deliver();
    if (published < messages) agenda.after(exponential(1 / UTILISATION), publish);
  };
  agenda.after(exponential(1 / UTILISATION), publish);
  agenda.run();
  return consumer.waited / consumer.finished;
});
