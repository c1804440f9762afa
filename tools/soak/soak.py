#!/usr/bin/env python3
"""The long run of `./dev soak`: does a watcher grow, or become slow, that has much to do for long?

    soak.py SHAREDSERVER [--servers 500] [--clients 5000] [--minutes 30] [--seed N]

Starts the servers, attaches the clients, and from then on lets clients leave, die and come, servers
restart, stop and start, in an order chosen by the seed, through the control socket and now and then
through the command line. Samples the watcher's memory, descriptors and answers (samples.py, which
also says what counts as growth), and at the end compares what it counts with what is true.

Exits with 1 where the watcher grew, a request failed, or a count was wrong.
"""
import argparse
import itertools
import json
import os
import random
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time

import samples
from crowd import Crowd

EVERY = 30  # seconds between two samples; less in a short run
# How often each client has been replaced by another, on average, before growth is looked for: so
# long a heap spreads over what it needs when all that lived at first has made room elsewhere.
WARM_UP = 3
FEWEST_SAMPLES = 9  # after that, to be judged
COMMAND_LINE_SHARE = 0.02  # of the changes
PAUSE = 0.002  # between two changes: a busy watcher, not one that never rests


class Watcher:
    """A lock directory, its watcher, and one connection to it."""

    def __init__(self, program):
        self.program = program
        self.folder = tempfile.mkdtemp(prefix="sharedserver-soak.")
        self.environment = dict(os.environ, HOME=self.folder,
                                SHAREDSERVER_LOCKDIR=os.path.join(self.folder, "run"),
                                XDG_STATE_HOME=os.path.join(self.folder, "state"),
                                XDG_CONFIG_HOME=os.path.join(self.folder, "config"))
        self.run("watch", "--background")
        self.pid = self.connect()

    def connect(self):
        """Makes the connection anew; the pid of who answers."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(os.path.join(self.folder, "run", "control.sock"))
            self.lines = connection.makefile("rw", encoding="utf-8", newline="\n")
        return self.ask("hello", {"protocol": 1, "client": "soak"})["pid"]

    def ask(self, method, params):
        self.lines.write(json.dumps({"jsonrpc": "2.0", "id": 1, "method": method,
                                     "params": params}) + "\n")
        self.lines.flush()
        answer = json.loads(self.lines.readline())
        if "error" in answer:
            sys.exit(f"soak: {method} {params.get('name')}: {answer['error']['message']}")
        return answer["result"]

    def run(self, *arguments):
        done = subprocess.run([self.program, *arguments], env=self.environment, check=False,
                              capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"soak: '{' '.join(arguments)}' failed: {done.stderr.strip()}")
        return done.stdout

    def end(self):
        self.ask("shutdown", {"stop_servers": True})
        self.lines.read()  # until it has ended
        shutil.rmtree(self.folder, ignore_errors=True)


class Load:
    """The servers and clients as they should be, and the changes to them."""

    def __init__(self, watcher, options):
        self.watcher, self.crowd = watcher, Crowd()
        self.chance = random.Random(options.seed)
        self.names = [f"server{number}" for number in range(options.servers)]
        self.users = {name: set() for name in self.names}
        self.home = {}  # of each client: the server that it uses
        for name in self.names:
            watcher.ask("start", self.launch(name))
        for _ in range(options.clients):
            self.arrive()

    def launch(self, name):
        return {"name": name, "command": ["sleep", "86400"], "cwd": "/", "grace_period": "1d",
                "env": ["PATH=" + os.environ["PATH"]], "log_file": "/dev/null"}

    def arrive(self):
        name, pid = self.chance.choice(self.names), self.crowd.born()
        if self.chance.random() < COMMAND_LINE_SHARE:
            self.watcher.run("use", name, "--pid", str(pid))
        else:
            self.watcher.ask("use", {"name": name, "pid": pid})
        self.users[name].add(pid)
        self.home[pid] = name

    def leave(self):
        """Half of them say so first; the others just die."""
        pid = self.chance.choice(list(self.home))
        name = self.home.pop(pid)
        self.users[name].remove(pid)
        if self.chance.random() < 0.5:
            if self.chance.random() < COMMAND_LINE_SHARE:
                self.watcher.run("unuse", name, "--pid", str(pid))
            else:
                self.watcher.ask("unuse", {"name": name, "pid": pid})
        self.crowd.die(pid)

    def renew(self):
        """Another process for a server: with its clients, or without any."""
        name = self.chance.choice(self.names)
        if self.chance.random() < 0.5:
            self.watcher.ask("restart", {"name": name})
            return
        self.watcher.ask("stop", {"name": name})
        self.watcher.ask("start", self.launch(name))
        for pid in self.users[name]:
            self.watcher.ask("use", {"name": name, "pid": pid})

    def change(self):
        if self.chance.random() < 0.02:
            self.renew()
        self.leave()
        self.arrive()
        if self.chance.random() < 0.01:  # other connections come and go, too
            with self.watcher.lines:
                pass
            self.watcher.connect()

    def wrong_counts(self):
        """The servers whose clients are not those that live, after the last deaths were told."""
        deadline = time.monotonic() + 10
        while True:
            counted = {info["name"]: {client["pid"] for client in info["clients"] or []}
                       for info in json.loads(self.watcher.run("list", "--json"))}
            wrong = [name for name in self.names if counted.get(name) != self.users[name]]
            if not wrong or time.monotonic() > deadline:
                return wrong
            time.sleep(0.1)


def measure(load, minutes):
    """Changes until the time is over; the samples, and how many changes it were."""
    begin = time.monotonic()
    seconds = minutes * 60
    every = min(EVERY, seconds / 12)
    taken, latencies, changes = [], [], 0
    used = samples.processor_ms(load.watcher.pid)
    print(samples.heading(), flush=True)
    while (passed := time.monotonic() - begin) < seconds:
        load.change()
        changes += 1
        asked = time.perf_counter()
        load.watcher.ask("info", {"name": load.chance.choice(load.names)})
        latencies.append((time.perf_counter() - asked) * 1000)
        if passed >= (len(taken) + 1) * every:
            now = samples.processor_ms(load.watcher.pid)
            taken.append(samples.sample(load.watcher.pid, passed, latencies, now - used))
            print(samples.row(taken[-1]), flush=True)
            latencies, used = [], now
        time.sleep(PAUSE)
    return taken, changes


def judge(taken, changes, wrong, clients):
    for column in ("private_kb", "descriptors", "cpu_ms"):
        print("\n" + samples.plot(taken, column))
    done = itertools.accumulate(values["changes"] for values in taken)
    warm = [values for values, so_far in zip(taken, done) if so_far >= WARM_UP * clients]
    print(f"\n{changes} clients have left and come; {len(wrong)} servers counted wrongly")
    if len(warm) < FEWEST_SAMPLES:
        print(f"{len(warm)} samples after the warm-up are too few to tell growth: take more minutes, "
              "or fewer clients")
        return 1
    grown = samples.growth(warm)
    for column, first, last in grown:
        print(f"{column} has grown from {first} to {last}")
    print(f"{len(warm)} of {len(taken)} samples judged, {len(grown)} figures have grown")
    return 1 if grown or wrong else 0


def main():
    parser = argparse.ArgumentParser(description="Keeps a watcher busy for long.")
    parser.add_argument("program")
    parser.add_argument("--servers", type=int, default=500)
    parser.add_argument("--clients", type=int, default=5000)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    print(f"{options.servers} servers, {options.clients} clients, {options.minutes:g} minutes, seed "
          f"{options.seed}; load {os.getloadavg()[0]:.1f}, descriptors up to {hard}", flush=True)
    watcher = Watcher(os.path.abspath(options.program))
    load = None
    try:
        begin = time.monotonic()
        load = Load(watcher, options)
        print(f"All of them are there after {time.monotonic() - begin:.1f} s", flush=True)
        taken, changes = measure(load, options.minutes)
        status = judge(taken, changes, load.wrong_counts(), options.clients)
    finally:
        watcher.end()
        if load:
            load.crowd.end()
    sys.exit(status)


if __name__ == "__main__":
    main()
