#!/usr/bin/env python3
"""The measurements of `./dev bench`.

    bench.py SHAREDSERVER EMPTYQT [--runs N]

Prints one table: what was measured, its median and spread, and the limit it is to keep. All figures
come from one run on one machine, and those of commands are given over a program that does nothing
but link the same libraries, because most of what a short command takes is being loaded.

Everything happens in a temporary folder with a lock directory of its own.
"""
import argparse
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager

NOTHING = os.open(os.devnull, os.O_RDWR)


def run(*argv):
    """Milliseconds from the start of a process to its end."""
    begin = time.perf_counter()
    pid = os.posix_spawn(argv[0], argv, os.environ, file_actions=[
        (os.POSIX_SPAWN_DUP2, NOTHING, fd) for fd in (0, 1, 2)])
    _, status = os.waitpid(pid, 0)
    took = (time.perf_counter() - begin) * 1000
    if status:
        sys.exit(f"bench: {' '.join(argv)} failed with status {status}")
    return took


class World:
    """A lock directory, its watcher, and the commands on it."""

    def __init__(self, program):
        self.program = program
        self.folder = tempfile.mkdtemp(prefix="sharedserver-bench.")
        self.locks = os.path.join(self.folder, "run")
        os.environ.update(SHAREDSERVER_LOCKDIR=self.locks,
                          XDG_STATE_HOME=os.path.join(self.folder, "state"),
                          XDG_CONFIG_HOME=os.path.join(self.folder, "config"))
        os.environ.pop("SHAREDSERVER_CONFIG", None)

    def command(self, *arguments):
        return run(self.program, *arguments)

    def output(self, *arguments):
        return subprocess.run([self.program, *arguments], check=True, capture_output=True,
                              text=True).stdout

    def info(self, name):
        return json.loads(self.output("info", name, "--json"))

    @contextmanager
    def watcher(self):
        """A watcher that stays, and its pid."""
        process = subprocess.Popen([self.program, "watch", "--linger", "1h"], stdin=NOTHING)
        while self.ask("list") is None:
            if process.poll() is not None:
                sys.exit("bench: the watcher has ended")
        try:
            yield process.pid
        finally:
            for server in json.loads(self.output("list", "--json")):
                self.command("admin", "kill", server["name"])
            process.terminate()
            process.wait()

    def connect(self):
        """A connection to the watcher, greeted, as a file of lines; None where nobody listens."""
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(os.path.join(self.locks, "control.sock"))
        except OSError:
            connection.close()
            return None
        lines = connection.makefile("rw", encoding="utf-8", newline="\n")
        connection.close()  # the file keeps it open
        tell(lines, "hello", {"protocol": 1})
        lines.readline()
        return lines

    def ask(self, method, params=None):
        lines = self.connect()
        if lines is None:
            return None
        with lines:
            tell(lines, method, params or {})
            return json.loads(lines.readline())

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def tell(lines, method, params):
    lines.write(json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}) + "\n")
    lines.flush()


class Table:
    """Prints one line a figure."""

    def __init__(self):
        print(f"{'':44}{'median':>12}{'spread':>20}{'limit':>12}")

    def add(self, what, values, unit, limit=None):
        values = sorted(values)
        middle = statistics.median(values)
        low = values[len(values) // 10]
        high = values[-1 - len(values) // 10]
        spread = f"{low:.2f} … {high:.2f}" if len(values) > 1 else ""
        verdict = "" if limit is None else f"≤ {limit:g}" + ("" if middle <= limit else "  EXCEEDED")
        print(f"{what:44}{middle:9.2f} {unit:2}{spread:>20}{verdict:>12}", flush=True)


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
        with open(f"/proc/{watcher}/status", encoding="utf-8") as status:
            rss = next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
        table.add("memory of a watcher with 50 servers", [rss / 1024], "MB", 14)
        if not shutil.which("strace"):
            print("idle system calls: not measured, strace is not installed")
            return
        trace = os.path.join(world.folder, "trace")
        tracer = subprocess.Popen(["strace", "-f", "-qq", "-o", trace, "-p", str(watcher)],
                                  stderr=NOTHING)
        try:
            tracer.wait(timeout=10)
        except subprocess.TimeoutExpired:
            tracer.terminate()
            tracer.wait()
        with open(trace, encoding="utf-8", errors="replace") as lines:
            # The call in which it waits is shown when it is left.
            calls = [line for line in lines if "detached" not in line and "poll(" not in line
                     and "epoll_wait" not in line]
        table.add("its system calls in 10 s", [len(calls)], "", 0)


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
    finally:
        world.remove()


if __name__ == "__main__":
    main()
