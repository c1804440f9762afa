"""How long commands take, in turns: the programs and what they are compared with see one machine."""
import os
import statistics
import time

from bench_world import end, run

QUICK = "an empty program, static"
EMPTY = "an empty Qt program"

# How many times an empty Qt program, to load which is most of what a short command takes.
MOST_TIMES = {"--version": 1.3, "check": 1.4, "use that attaches": 1.6, "use that starts sleep": 3,
              "admin stop of a willing server": 2.5}


def bench_commands(worlds, table, empty, empty_qt, runs):
    for world in worlds:
        world.use("bench")
    figures = {}

    def note(what, world, milliseconds):
        figures.setdefault(what, {}).setdefault(world.name, []).append(milliseconds)

    for _ in range(runs):
        note(QUICK, worlds[0], run(os.environ, empty))
        note(EMPTY, worlds[0], run(os.environ, empty_qt))
        for world in worlds:
            note("--version", world, world.command("--version"))
            note("check", world, world.command("check", "bench"))
            note("use that attaches", world, world.use("bench"))
            note("use that starts sleep", world, world.use("fresh"))
            note("admin stop of a willing server", world, world.command("admin", "stop", "fresh"))
    table.baseline = statistics.median(figures[EMPTY][worlds[0].name])
    for what in (QUICK, EMPTY):
        table.add(what, "ms", figures.pop(what))
    for what, values in figures.items():
        table.add(what, "ms", values, times=MOST_TIMES[what])


def bench_first_start(worlds, table, runs):
    """A start that has to bring up a watcher, too."""
    figures = {world.name: [] for world in worlds}
    for world in worlds:
        world.clear()
    for _ in range(runs):
        for world in worlds:
            figures[world.name].append(world.use("fresh"))
            world.command("admin", "kill", "fresh")
            for watcher in world.watchers():
                end(watcher)
    table.add("use that starts sleep and a watcher", "ms", figures)


def bench_client_death(worlds, table, runs):
    """From a client's end until the lockfile says so."""
    figures = {world.name: [] for world in worlds}
    for world in worlds:
        world.use("bench")
    for _ in range(runs):
        for world in worlds:
            client = os.posix_spawn("/bin/sleep", ["sleep", "3600"], os.environ)
            world.use("bench", client)
            begin = time.perf_counter()
            os.kill(client, 9)
            os.waitpid(client, 0)
            while world.refcount("bench") != 1:
                time.sleep(0.0002)
            figures[world.name].append((time.perf_counter() - begin) * 1000)
    table.add("a killed client leaves the count", "ms", figures, 5)
    for world in worlds:
        world.clear()
