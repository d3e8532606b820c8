"""The plain queue in SimPy: a Store between a producer and a consumer, each a process.

python simpy_queue.py MESSAGES SEED
"""

import json
import random
import sys
import time

import simpy

UTILISATION = 0.8


def simulate(messages, seed):
    """Returns the mean wait in units of the mean service."""
    draw = random.Random(seed).expovariate
    environment = simpy.Environment()
    queue = simpy.Store(environment)
    waited = 0.0

    def producer():
        for _ in range(messages):
            yield environment.timeout(draw(UTILISATION))
            yield queue.put(environment.now)

    def consumer():
        nonlocal waited
        for _ in range(messages):
            published = yield queue.get()
            waited += environment.now - published
            yield environment.timeout(draw(1.0))

    environment.process(producer())
    environment.process(consumer())
    environment.run()
    return waited / messages


if __name__ == "__main__":
    messages, seed = int(sys.argv[1]), int(sys.argv[2])
    start = time.perf_counter()
    mean_wait = simulate(messages, seed)
    seconds = time.perf_counter() - start
    print(json.dumps({"messages": messages, "seconds": seconds, "mean_wait": mean_wait}))
