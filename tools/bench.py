#!/usr/bin/env python3
"""The measurements of `./dev bench`.

    bench.py SHAREDSERVER SHAREDSERVER-TRAY EMPTYQT [--runs N]

Prints one table: what was measured, its median and spread, and the limit it is to keep. All figures
come from one run on one machine, and those of commands are given over a program that does nothing
but link the same libraries, because most of what a short command takes is being loaded.

Everything happens in a temporary folder with a lock directory of its own.
"""
import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import time

from bench_tray import bench_tray
from bench_world import NOTHING, Table, World, idle_calls, memory, run, tell

def over(values, baseline):
    base = statistics.median(baseline)
    return [value - base for value in values]


def bench_commands(world, table, empty, runs):
    baseline = [run(empty) for _ in range(runs)]
    version = [world.command("--version") for _ in range(runs)]
    table.add("an empty Qt program", baseline, "ms")
    table.add("sharedserver --version", version, "ms")
    with world.watcher():
        me = str(os.getpid())
        world.command("use", "bench", "--pid", me, "--", "sleep", "3600")
        table.add("check, over the empty program",
                  over([world.command("check", "bench") for _ in range(runs)], baseline), "ms", 1)
        table.add("use that attaches, over --version",
                  over([world.command("use", "bench", "--pid", me) for _ in range(runs)],
                       version), "ms")
        starts, stops = [], []
        for _ in range(runs):
            starts.append(world.command("use", "fresh", "--pid", me, "--", "sleep", "3600"))
            stops.append(world.command("admin", "stop", "fresh"))
        table.add("use that starts sleep, over --version", over(starts, version), "ms", 12)
        table.add("admin stop of a willing server", stops, "ms", 15)
    starts = []
    for _ in range(runs):
        starts.append(world.command("use", "fresh", "--pid", me, "--", "sleep", "3600"))
        watcher = world.info("fresh")["watcher_pid"]
        world.command("admin", "kill", "fresh")
        end(watcher)
    table.add("the same without a watcher, over --version", over(starts, version), "ms", 25)


def end(pid):
    """Ends a process that is not our child, and waits for its end."""
    descriptor = os.pidfd_open(pid)
    signal.pidfd_send_signal(descriptor, signal.SIGKILL)
    os.waitid(os.P_PIDFD, descriptor, os.WEXITED) if is_child(pid) else poll_end(descriptor)
    os.close(descriptor)


def is_child(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
        return int(stat.read().rsplit(")", 1)[1].split()[1]) == os.getpid()


def poll_end(descriptor):
    import select
    select.select([descriptor], [], [])


def bench_client_death(world, table, runs):
    with world.watcher():
        world.command("use", "bench", "--pid", str(os.getpid()), "--", "sleep", "3600")
        events = world.connect()
        tell(events, "subscribe", {})
        events.readline()
        delays = []
        for _ in range(runs):
            client = subprocess.Popen(["sleep", "3600"])
            world.command("use", "bench", "--pid", str(client.pid))
            events.readline()
            begin = time.perf_counter()
            client.kill()
            told = json.loads(events.readline())
            delays.append((time.perf_counter() - begin) * 1000)
            client.wait()
            assert told["method"] == "server.detached" and told["params"]["server"]["refcount"] == 1
        events.close()
        table.add("a killed client leaves the count", delays, "ms", 5)


def bench_idle(world, table):
    with world.watcher() as watcher:
        for number in range(50):
            world.command("use", f"idle{number}", "--pid", str(os.getpid()), "--", "sleep", "3600")
        table.add("memory of a watcher with 50 servers", [memory(watcher)], "MB", 14)
        table.add("its system calls in 10 s", [idle_calls(world, watcher)], "", 0)


def bench_list(world, table, baseline_program, runs):
    with world.watcher():
        for number in range(1000):
            tell_start(world, f"many{number}")
        table.add("list --json of 1,000 servers",
                  [world.command("list", "--json") for _ in range(runs)], "ms", 30)
        table.add("list of 1,000 servers", [world.command("list") for _ in range(runs)], "ms")


def tell_start(world, name):
    answer = world.ask("start", {"name": name, "command": ["sleep", "3600"], "cwd": "/",
                                 "env": ["PATH=" + os.environ["PATH"]], "grace_period": "1h",
                                 "log_file": "/dev/null"})
    if "error" in answer:
        sys.exit(f"bench: {answer['error']['message']}")


def main():
    parser = argparse.ArgumentParser(description="Measures sharedserver.")
    parser.add_argument("program")
    parser.add_argument("tray")
    parser.add_argument("empty")
    parser.add_argument("--runs", type=int, default=60)
    options = parser.parse_args()
    world = World(os.path.abspath(options.program))
    try:
        table = Table()
        bench_commands(world, table, os.path.abspath(options.empty), options.runs)
        bench_client_death(world, table, options.runs)
        bench_idle(world, table)
        bench_list(world, table, options.empty, options.runs)
        bench_tray(world, table, os.path.abspath(options.tray), options.runs)
    finally:
        world.remove()


if __name__ == "__main__":
    main()
