#!/usr/bin/env python3
"""The measurements of `./dev bench`.

    bench.py BUILD [--peer PATH]… [--runs N]

Prints one table: what was measured, and for each program its median and spread; for ours, from the
release build in BUILD, also the limit that it is to keep. A peer is any other `sharedserver`; what
it cannot do is a dash, and why is told on stderr. All figures come from one run on one machine,
where everything short is measured in turns, beside a program that does nothing and one that does
nothing but link what ours links, because most of what a short command takes is being loaded.
docs/performance.md says what each figure means.

Everything happens in temporary folders with lock directories of their own.
"""
import argparse
import os
import sys

from bench_commands import bench_client_death, bench_commands, bench_first_start
from bench_many import bench_idle, bench_list
from bench_neovim import bench_neovim
from bench_table import Table
from bench_tray import bench_tray
from bench_world import World


def main():
    parser = argparse.ArgumentParser(description="Measures sharedserver.")
    parser.add_argument("build", help="folder of a release build")
    parser.add_argument("--peer", action="append", default=[], help="another sharedserver")
    parser.add_argument("--runs", type=int, default=60)
    options = parser.parse_args()
    build = os.path.abspath(options.build)
    worlds = [World("sharedserver", f"{build}/cli/sharedserver")]
    for number, peer in enumerate(options.peer, start=1):
        worlds.append(World(f"peer {number}", peer, is_peer=True))
        print(f"peer {number} is {peer}")
    print(f"load at the beginning: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    try:
        table = measure(worlds, build, options.runs)
    finally:
        for world in worlds:
            world.remove()
    print(f"load at the end: {os.getloadavg()[0]:.1f}")
    sys.exit(1 if table.exceeded else 0)


def measure(worlds, build, runs):
    table = Table([world.name for world in worlds])
    bench_commands(worlds, table, f"{build}/tests/bench/empty", f"{build}/tests/bench/emptyqt", runs)
    bench_first_start(worlds, table, runs)
    bench_client_death(worlds, table, runs)
    bench_idle(worlds, table)
    bench_list(worlds, table, runs)
    bench_neovim(worlds, table, runs)
    bench_tray(worlds[0], table, f"{build}/cli/sharedserver-tray", runs)
    return table


if __name__ == "__main__":
    main()
