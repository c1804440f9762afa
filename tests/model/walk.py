#!/usr/bin/env python3
"""Random walks through the life of servers, compared with a model after each step.

    walk.py --sharedserver PROGRAM --server PROGRAM [--tray PROGRAM]
            [--steps N] [--time SECONDS] [--seed N] [--script FILE] [--patience SECONDS]
            [--lie third-client]

A walk has 500 steps in a world of its own; as many walks are made as it takes. One that fails is
made shorter for as long as it still fails, and printed as a script, which --script plays again.
`--patience` is how long the views may take to agree. `--lie` falsifies what the files say once they
do, to show that such a thing is found.
"""
import argparse
import itertools
import os
import random
import re
import signal
import sys
import time

import processes
import shrink
from expected import ENDLESS, Expected, Server
from foreignacts import ForeignActs
from judge import PATIENCE, Judge
from world import Programs, Violation, World

CLIENTS = ["ann", "bob", "cat", "dan"]
VERSIONS = ["0.4.4", "0.6.8"]
WALK = 500  # steps in one world
# Seconds, where a walk that fails is only made shorter. A lie needs none: it is found at once.
SHORT_PATIENCE = 3

# What can happen, how often of all, and what it is done to.
STEPS = {
    "use": (160, "name client"),
    "unuse": (120, "name client"),
    "start": (30, "name"),
    "stop": (30, "name"),
    "stop-force": (20, "name"),
    "restart": (30, "name"),
    "kill": (20, "name"),
    "rush": (20, "name"),
    "use-dead": (10, "name"),
    "client-dies": (60, "client"),
    "server-crashes": (30, "name"),
    "server-exits": (30, "name"),
    "wait-grace": (6, "name"),
    "doctor": (10, "name"),
    "cli-use": (6, "name client"),
    "cli-unuse": (4, "name client"),
    "cli-kill": (2, "name"),
    "cli-rush": (2, "name"),
    "look": (6, "name"),
    "watcher-killed": (12, ""),
    "watcher-terminated": (6, ""),
    "take-over": (6, ""),
    "tray-starts": (1, ""),
    "tray-quits": (1, ""),
    "foreign-use": (30, "name client version"),
    "foreign-unuse": (30, "name client version"),
    "foreign-watcher-dies": (5, "name"),
    "damage": (30, "name kind how"),
    "plant": (10, "name version"),
}


def servers():
    return [Server("web", "1h", ENDLESS), Server("db", "1h", ENDLESS),
            Server("quick", "300ms", 0.3), Server("brief", "1s", 1.0),
            Server("deaf", "1h", ENDLESS, is_deaf=True)]


def random_steps(chance, count):
    words = {"name": [server.name for server in servers()], "client": CLIENTS,
             "version": VERSIONS, "kind": ["server", "clients"],
             "how": ["truncate", "empty", "delete"]}
    for step in chance.choices(list(STEPS), [weight for weight, _ in STEPS.values()], k=count):
        yield " ".join([step] + [chance.choice(words[word]) for word in STEPS[step][1].split()])


def play(programs, steps, lie, patience=PATIENCE):
    """Makes these steps in a new world. How many were made, and what went wrong."""
    world = World(programs)
    expected = Expected(servers(), CLIENTS)
    judge = Judge(world, expected, lie, patience)
    acts = ForeignActs(world, expected)
    done = 0
    try:
        for step in steps:
            word, *arguments = step.split()
            done += 1
            if word == "look":
                judge.look(*arguments)
            elif word == "wait-grace":
                judge.wait_for_grace_end(*arguments)
            else:
                getattr(acts, word.replace("-", "_"))(*arguments)
            judge.settle()
    except (Violation, TimeoutError) as violation:
        return done, str(violation)
    finally:
        world.end()
    return done, None


def gist(why):
    """What a failure is about, without its figures, names, and the place in the walk."""
    return re.split(r"[:;]", re.sub(r" [a-z]*:", ":", re.sub(r"\d+", "N", why or "")))[0]


def report(steps, why, seed, fail):
    """Shows the shortest part of a walk that still fails in this way."""
    print(f"# {why}\n# Seed {seed}, at step {len(steps)}, after:")
    print("\n".join("#   " + step for step in steps[-15:]))
    print("# Making it shorter.", flush=True)
    shortest = shrink.shrink(steps, lambda part: gist(fail(part)) == gist(why))
    print(f"# {len(shortest)} steps are enough:")
    print("\n".join(shortest), flush=True)


def read_script(path):
    with open(path, encoding="utf-8") as file:
        lines = [line.strip() for line in file]
    return [line for line in lines if line and not line.startswith("#")]


def walk(options, programs):
    """Walk after walk; true where none has failed."""
    total = number = 0
    begin = time.monotonic()
    end = begin + (options.time or float("inf"))
    patience = options.patience if options.lie else min(options.patience, SHORT_PATIENCE)
    while total < (options.steps or sys.maxsize) and time.monotonic() < end:
        seed = f"{options.seed}.{number}"
        count = min(WALK, (options.steps or sys.maxsize) - total)
        steps = list(random_steps(random.Random(seed), count))
        in_time = itertools.takewhile(lambda _: time.monotonic() < end, steps)
        done, why = play(programs, in_time, options.lie, options.patience)
        total, number = total + done, number + 1
        if why:
            report(steps[:done], why, seed,
                   lambda part: play(programs, part, options.lie, patience)[1])
            return False
        if sys.stdout.isatty() or number % 20 == 0:
            rate = total / (time.monotonic() - begin)
            print(f"{total} steps, {rate:.0f} a second", flush=True)
    rate = total / (time.monotonic() - begin)
    print(f"{total} steps in {number} walks, {rate:.0f} a second, seed {options.seed}: all as the "
          "model says")
    return True


def main():
    parser = argparse.ArgumentParser(description="Compares sharedserver with a model of it.")
    parser.add_argument("--sharedserver", required=True)
    parser.add_argument("--server", required=True)
    parser.add_argument("--tray")
    parser.add_argument("--steps", type=int)
    parser.add_argument("--time", type=float, metavar="SECONDS")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--script")
    parser.add_argument("--patience", type=float, default=PATIENCE, metavar="SECONDS")
    parser.add_argument("--lie", choices=["third-client"])
    options = parser.parse_args()
    if not options.steps and not options.time:
        options.steps = 5000
    tray = options.tray if options.tray and os.access(options.tray, os.X_OK) else None
    programs = Programs(options.sharedserver, options.server, tray)
    processes.become_subreaper()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # and so end what runs
    if options.script:
        why = play(programs, read_script(options.script), options.lie,
                   options.patience)[1]
        print(why or "All as the model says")
        sys.exit(1 if why else 0)
    sys.exit(0 if walk(options, programs) else 1)


if __name__ == "__main__":
    main()
