#!/usr/bin/env python3
"""The trials of `./dev faults`: a fault at every system call, and what is left of the promises then.

    faults.py SHAREDSERVER SHAREDSERVER-TRAY [--only TRANSITION]… [--faults KILL,ENOSPC,…]
              [--share S] [--seconds T] [--seed N] [--jobs J]

For each transition in the life of a server (transitions.py), the system calls of each process of
ours that takes part are counted (injection.py). Then it is made again for each of them, with a
SIGKILL at the n-th, or with the n-th failing once. Afterwards any next command must find everything
as the design promises (promises.py).

Each trial has a lock directory of its own. `--share` tries only so much of all, chosen by the seed.
`--seconds` tries a few calls of each transition, in an order chosen by the seed, until the time is
over. Exits with 1 where a promise was broken, and with 77 where processes cannot be traced.
"""
import argparse
import collections
import functools
import multiprocessing
import os
import random
import shutil
import subprocess
import sys
import time

import injection
import promises
from transitions import TRANSITIONS
from world import Violation, World, adopt_orphans

FAULTS = "KILL,ENOSPC,EIO,EINTR,EAGAIN,EMFILE"
SKIPPED = 77
A_FEW = 4  # calls of a transition that a run with --seconds tries before it goes on


def prepare(world, transition):
    for step in transition.before:
        arguments = step(world)
        if arguments:
            world.must(*arguments)


def trial(programs, index, role, fault=None, call=None):
    """One trial, or without a fault the count: the calls that are worth one."""
    transition = TRANSITIONS[index]
    world = World(*programs, empty=transition.empty)
    try:
        prepare(world, transition)
        before = world.info("web") if transition.before else None
        watcher = world.watchers()
        try:
            done = injection.make(world, transition, role,
                                  injection.options(fault, call) if fault else [])
        except subprocess.TimeoutExpired as hung:
            raise Violation("the command hangs") from hung
        promises.check(world, transition, fault, before, watcher, done)
        with open(os.path.join(world.folder, "trace"), encoding="utf-8", errors="replace") as lines:
            return injection.calls_in(lines, role, world.folder)
    finally:
        world.end()


@functools.cache
def count(programs, index, role):
    return trial(programs, index, role)


def attempt(task):
    """For the pool: a trial, and what was wrong with it, or nothing."""
    try:
        trial(*task)
    except Violation as violation:
        return task, str(violation)
    return task, None


class Report:
    """Counts trials and broken promises, and tells of the latter at once."""

    def __init__(self):
        self.trials = self.broken = 0
        self.by_transition = collections.Counter()

    def add(self, task, violation):
        _, index, role, fault, call = task
        self.trials += 1
        self.by_transition[TRANSITIONS[index].name] += 1
        if violation:
            self.broken += 1
            print(f"{TRANSITIONS[index].name}, {role}: {fault} at {call[0]} {call[1]}: {violation}",
                  flush=True)


def units(options):
    return [(index, role) for index, transition in enumerate(TRANSITIONS)
            if not options.only or transition.name in options.only
            for role in transition.roles]


def tasks_of(programs, unit, fault, calls):
    of_tray = TRANSITIONS[unit[0]].name.startswith("tray")
    return [(programs, *unit, fault, call) for call in calls
            if fault == "KILL" or injection.can_fail(call, of_tray)]


def run_share(programs, options, report):
    chance = random.Random(options.seed)
    with multiprocessing.Pool(options.jobs, initializer=adopt_orphans) as pool:
        for unit in units(options):
            transition, role = TRANSITIONS[unit[0]], unit[1]
            calls = pool.apply(count, (programs, *unit))
            for fault in options.faults.split(","):
                tasks = [task for task in tasks_of(programs, unit, fault, calls)
                         if chance.random() < options.share]
                broken = report.broken
                for task, violation in pool.imap_unordered(attempt, tasks):
                    report.add(task, violation)
                print(f"{transition.name}, {role}: {fault} at {len(tasks)} of {len(calls)} calls, "
                      f"{report.broken - broken} broken promises", flush=True)


def a_few(task):
    """For the pool: a few trials of one unit, chosen by a seed."""
    programs, index, role, faults, seed, deadline = task
    chance = random.Random(seed)
    results = []
    if time.monotonic() > deadline:
        return results
    calls = count(programs, index, role)
    for _ in range(A_FEW):
        tasks = tasks_of(programs, (index, role), chance.choice(faults), calls)
        if tasks and time.monotonic() < deadline:
            results.append(attempt(chance.choice(tasks)))
    return results


def run_for(programs, options, report):
    chance = random.Random(options.seed)
    deadline = time.monotonic() + options.seconds
    order = units(options)
    chance.shuffle(order)
    with multiprocessing.Pool(options.jobs, initializer=adopt_orphans) as pool:
        while time.monotonic() < deadline:
            tasks = [(programs, *unit, options.faults.split(","), chance.random(), deadline)
                     for unit in order]
            for results in pool.imap_unordered(a_few, tasks):
                for result in results:
                    report.add(*result)


def main():
    parser = argparse.ArgumentParser(description="Tries sharedserver with faults.")
    parser.add_argument("program")
    parser.add_argument("tray")
    parser.add_argument("--only", action="append", metavar="TRANSITION",
                        choices=[transition.name for transition in TRANSITIONS])
    parser.add_argument("--faults", default=FAULTS)
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    if not shutil.which("strace"):
        sys.exit("faults: strace is not installed. Install it.")
    if not injection.is_permitted():
        print("faults: skipped, because processes cannot be traced here (ptrace(2)).")
        sys.exit(SKIPPED)
    programs = os.path.abspath(options.program), os.path.abspath(options.tray)
    report = Report()
    (run_for if options.seconds else run_share)(programs, options, report)
    print(", ".join(f"{name} {number}" for name, number in report.by_transition.items()))
    print(f"{report.trials} trials with seed {options.seed}, {report.broken} with a broken promise")
    sys.exit(1 if report.broken else 0)


if __name__ == "__main__":
    main()
