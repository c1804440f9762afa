#!/usr/bin/env python3
"""The trials of `./dev faults`: a fault at every system call, and what is left of the promises then.

    faults.py SHAREDSERVER [--only TRANSITION]… [--faults KILL,ENOSPC,…] [--share S] [--seed N]

For each transition in the life of a server, the system calls of the process that makes it (the
watcher, or the command and all that it starts) are counted. Then it is made again for each of them,
with a SIGKILL at the n-th, or with the n-th failing once. Afterwards any next command must find
everything as design promises: see `violations()`.

Each trial has a lock directory of its own. `--share` tries only so much of all, chosen by the seed.
"""
import argparse
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

PATIENCE = 20  # seconds, for what takes milliseconds
SERVER = ["sleep", "3600"]
# strace leaves out a call that it lets fail, but these do their work whatever they return: close(2)
# always frees the descriptor, and a new process is there.
NEVER_FAIL = {"close", "exit", "exit_group", "munmap", "rt_sigreturn", "execve"}
STUBBORN = ["sh", "-c", 'trap "" TERM; while :; do sleep 3600; done']


class World:
    """A lock directory with its watcher, a calm server that no transition concerns, and clients."""

    def __init__(self, program):
        self.program = program
        self.folder = tempfile.mkdtemp(prefix="sharedserver-faults.")
        self.mark = f"SHAREDSERVER_TEST_WORLD={self.folder}"
        self.environment = dict(os.environ, HOME=self.folder, SHAREDSERVER_TEST_WORLD=self.folder,
                                SHAREDSERVER_LOCKDIR=os.path.join(self.folder, "run"),
                                XDG_STATE_HOME=os.path.join(self.folder, "state"),
                                XDG_CONFIG_HOME=os.path.join(self.folder, "config"))
        self.clients = [subprocess.Popen(["sleep", "7200"]) for _ in range(3)]
        self.must("use", "calm", "--pid", self.client(0), "--", *SERVER)
        self.calm = self.info("calm")["pid"]

    def client(self, number):
        return str(self.clients[number].pid)

    def run(self, *arguments, prefix=()):
        # To files, and not to pipes: a tracer that goes on would keep those open.
        with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
            done = subprocess.run([*prefix, self.program, *arguments], env=self.environment,
                                  stdin=subprocess.DEVNULL, stdout=output, stderr=errors,
                                  timeout=PATIENCE, check=False)
            output.seek(0)
            errors.seek(0)
            done.stdout, done.stderr = output.read(), errors.read()
            return done

    def must(self, *arguments):
        done = self.run(*arguments)
        if done.returncode:
            raise Violation(f"'{' '.join(arguments)}' failed: {done.stderr.strip()}")
        return done.stdout

    def info(self, name):
        return json.loads(self.must("info", name, "--json"))

    def running(self):
        return {info["name"]: info for info in json.loads(self.must("list", "--json"))
                if info["state"] in ("active", "grace")}

    def processes(self):
        """All live ones of this world: pid to command line."""
        found = {}
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/environ", "rb") as file:
                    if self.mark.encode() not in file.read().split(b"\0"):
                        continue
                with open(f"/proc/{pid}/cmdline", "rb") as file:
                    arguments = file.read().decode(errors="replace").split("\0")[:-1]
            except OSError:
                continue
            if arguments:
                found[int(pid)] = arguments
        return found

    def servers(self):
        """The pids of live servers, known or not."""
        return {pid for pid, arguments in self.processes().items()
                if arguments == SERVER or arguments[:1] == ["sh"]
                if os.getpgid(pid) == pid}

    def watchers(self):
        return [pid for pid, arguments in self.processes().items() if arguments[1:2] == ["watch"]]

    def end_tracers(self):
        def tracers():
            return [pid for pid, arguments in self.processes().items() if arguments[0] == "strace"]
        while tracers():
            for pid in tracers():
                os.kill(pid, signal.SIGTERM)
            time.sleep(0.01)

    def end(self):
        while self.processes():
            for pid in self.processes():
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
        for client in self.clients:
            client.kill()
            client.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class Violation(Exception):
    """A promise that did not hold."""


class Transition:
    """A change in the life of the server `web`: what comes before it, and what makes it happen.

    `act` returns the command that was run, if there was one. `by` is whose system calls are meant.
    `keeps` says that `web` must be the same process afterwards.
    """

    def __init__(self, name, before, act, by="watcher", keeps=False):
        self.name, self.before, self.act, self.by, self.keeps = name, before, act, by, keeps


def use(client, *more):
    return lambda world: ["use", "web", "--pid", world.client(client), *more]


def unuse(client):
    return lambda world: ["unuse", "web", "--pid", world.client(client)]


def fixed(*arguments):
    return lambda world: list(arguments)


def wait_until(is_so):
    """For what a trial may have made impossible, so it gives up."""
    deadline = time.monotonic() + 2
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.02)


def server_dies(world):
    pid = world.info("web")["pid"]
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not world.watchers() or "web" not in world.running())


def client_dies(world):
    world.clients[2].kill()
    wait_until(lambda: not world.watchers() or world.info("web")["refcount"] == 1)


def grace_ends(world):
    wait_until(lambda: not world.watchers() or "web" not in world.running())


def watcher_dies(world):
    for pid in world.watchers():
        os.kill(pid, signal.SIGKILL)


START = use(1, "--", *SERVER)
TRANSITIONS = [
    Transition("first-use", [], START),
    Transition("attach", [START], use(2), keeps=True),
    Transition("detach", [START, use(2)], unuse(2), keeps=True),
    Transition("to-grace", [START], unuse(1), keeps=True),
    Transition("rescue", [START, unuse(1)], use(2, "--", *SERVER), keeps=True),
    Transition("grace-end", [use(1, "--grace-period", "300ms", "--", *SERVER), unuse(1)],
               grace_ends),
    Transition("stop", [START], fixed("admin", "stop", "web")),
    Transition("stop-force", [use(1, "--", *STUBBORN)],
               fixed("admin", "stop", "web", "--force", "--timeout", "50ms")),
    Transition("restart", [START, use(2)], fixed("admin", "restart", "web")),
    Transition("kill", [START], fixed("admin", "kill", "web")),
    Transition("server-death", [START], server_dies),
    Transition("client-death", [START, use(2)], client_dies, keeps=True),
    Transition("start-race", [START, watcher_dies], use(2, "--", *SERVER), by="command",
               keeps=True),
    Transition("first-use-command", [], START, by="command"),
    Transition("hand-over", [START], fixed("watch", "--take-over", "--background"), by="command",
               keeps=True),
    Transition("hand-over-old", [START], fixed("watch", "--take-over", "--background"),
               keeps=True),
]


def prepare(world, transition):
    for step in transition.before:
        arguments = step(world)
        if arguments:
            world.must(*arguments)


def make(world, transition, options):
    """Makes the transition under strace with these options; the finished command or nothing."""
    trace = ["strace", "-o", os.path.join(world.folder, "trace"), *options]
    if transition.by == "command":
        # With all that it starts. The tracer stands aside, and would live as long as those.
        arguments = transition.act(world)
        done = world.run(*arguments, prefix=[*trace, "-f", "-qq", "-D"])
        world.end_tracers()
        return arguments, done
    # Only the watcher itself: a server that is being started is not ours to kill.
    tracer = subprocess.Popen([*trace, "-p", str(world.watchers()[0])], stderr=subprocess.PIPE,
                              text=True)
    try:
        tracer.stderr.readline()  # "Process N attached"
        arguments = transition.act(world)
        return (arguments, world.run(*arguments)) if arguments else None
    finally:
        tracer.terminate()
        tracer.communicate()


def violations(world, transition, web_before, done):
    """Raises a Violation where a promise does not hold after the transition."""
    world.must("use", "probe", "--pid", world.client(0), "--", *SERVER)  # any next command
    deadline = time.monotonic() + PATIENCE
    while True:
        running, servers, watchers = world.running(), world.servers(), world.watchers()
        if {info["pid"] for info in running.values()} == servers and len(watchers) == 1:
            break
        if time.monotonic() > deadline:
            raise Violation(f"servers {servers}, but {sorted(running)} are listed, and "
                            f"{len(watchers)} watchers run")
        time.sleep(0.02)
    if running.get("calm", {}).get("pid") != world.calm or running["calm"]["refcount"] != 1:
        raise Violation("the calm server is another one, or has lost its client")
    web = running.get("web")
    if transition.keeps and (not web or web["pid"] != web_before["pid"]):
        raise Violation("the server was not kept")
    counted = {client["pid"] for client in (web or {}).get("clients") or []}
    if web_before and web:
        lost = {client["pid"] for client in web_before["clients"] or []} - counted
        expected = {world.clients[2].pid, world.clients[1].pid} if transition.name in (
            "detach", "to-grace", "client-death") else set()
        if lost - expected:
            raise Violation(f"the clients {lost} were lost")
    if done and done[1].returncode == 0:
        check_promise(world, done[0], web, counted)


def check_promise(world, arguments, web, counted):
    """What a command that succeeded has promised."""
    if arguments[0] in ("use", "unuse"):
        is_counted = int(arguments[arguments.index("--pid") + 1]) in counted
        if is_counted != (arguments[0] == "use"):
            raise Violation(f"'{arguments[0]}' succeeded, but the client is "
                            f"{'' if is_counted else 'not '}counted")
    elif arguments[:2] in (["admin", "stop"], ["admin", "kill"]) and web:
        raise Violation("it was stopped, but runs")
    elif arguments[:2] == ["admin", "restart"] and not web:
        raise Violation("it was restarted, but does not run")
    world.must("check", "calm")


def trial(program, transition, options):
    world = World(program)
    try:
        prepare(world, transition)
        web = world.info("web") if transition.before else None
        if web and web["state"] == "stopped":
            web = None
        try:
            done = make(world, transition, options)
        except subprocess.TimeoutExpired as hung:
            raise Violation("the command hangs") from hung
        violations(world, transition, web, done)
        with open(os.path.join(world.folder, "trace"), encoding="utf-8", errors="replace") as lines:
            return calls_in(lines)
    finally:
        world.end()


def calls_in(lines):
    """The system calls of a trace: each a name, and the how manieth of that name it was."""
    counts, calls = {}, {}
    for line in lines:
        call = re.match(r"(\d+ +)?(\w+)\(", line)
        if call:
            counts[call.groups()] = counts.get(call.groups(), 0) + 1
            calls[call.group(2), counts[call.groups()]] = None
    return list(calls)


def fault_options(fault, call):
    what = "signal=SIGKILL" if fault == "KILL" else f"error={fault}"
    return ["-e", f"inject={call[0]}:{what}:when={call[1]}"]


def main():
    parser = argparse.ArgumentParser(description="Tries sharedserver with faults.")
    parser.add_argument("program")
    parser.add_argument("--only", action="append", metavar="TRANSITION",
                        choices=[transition.name for transition in TRANSITIONS])
    parser.add_argument("--faults", default="KILL,ENOSPC,EIO,EINTR,EAGAIN,EMFILE")
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if not shutil.which("strace"):
        sys.exit("faults: strace is not installed. Install it.")
    program = os.path.abspath(options.program)
    chance = random.Random(options.seed)
    trials = failed = 0
    for transition in TRANSITIONS:
        if options.only and transition.name not in options.only:
            continue
        calls = trial(program, transition, [])
        for fault in options.faults.split(","):
            chosen = [call for call in calls if chance.random() < options.share
                      and (fault == "KILL" or call[0] not in NEVER_FAIL)]
            bad = 0
            for call in chosen:
                try:
                    trial(program, transition, fault_options(fault, call))
                except Violation as violation:
                    bad += 1
                    print(f"{transition.name}: {fault} at {call[0]} {call[1]}: {violation}",
                          flush=True)
            print(f"{transition.name}: {fault} at {len(chosen)} of {len(calls)} calls, {bad} bad",
                  flush=True)
            trials += len(chosen)
            failed += bad
    print(f"{trials} trials, {failed} with a broken promise")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
