"""How long commands take, in turns: the programs and what they are compared with see one machine."""
import os
import statistics
import time

from bench_figures import Figures, attempt
from bench_world import end, run, wait_until

QUICK = "an empty program, static"
EMPTY = "an empty Qt program"

# How many times an empty Qt program, to load which is most of what a short command takes.
MOST_TIMES = {"--version": 1.3, "check": 1.4, "use that attaches": 1.6, "use that starts sleep": 3,
              "admin stop of a willing server": 2.5}


def bench_commands(worlds, table, empty, empty_qt, runs):
    nothing = {QUICK: Figures(), EMPTY: Figures()}
    commands = {what: Figures() for what in MOST_TIMES}

    def note(what, world, work):
        return commands[what].measure(world, work)

    for world in worlds:
        attempt(world, lambda: world.use("bench"))
    for _ in range(runs):
        nothing[QUICK].measure(worlds[0], lambda: run(os.environ, empty))
        nothing[EMPTY].measure(worlds[0], lambda: run(os.environ, empty_qt))
        for world in worlds:
            note("--version", world, lambda: world.command("--version"))
            note("check", world, lambda: world.command("check", "bench"))
            note("use that attaches", world, lambda: world.use("bench"))
            note("use that starts sleep", world, lambda: world.use("fresh"))
            if not note("admin stop of a willing server", world,
                        lambda: world.command("admin", "stop", "fresh")):
                world.clear()
                attempt(world, lambda: world.use("bench"))
    table.baseline = statistics.median(nothing[EMPTY].values[worlds[0].name])
    for what, figures in nothing.items():
        table.add(what, "ms", figures.values)
    for what, figures in commands.items():
        table.add(what, "ms", figures.values, times=MOST_TIMES[what])


def bench_first_start(worlds, table, runs):
    """A start that has to bring up a watcher, too."""
    figures = Figures()
    for world in worlds:
        world.clear()
    for _ in range(runs):
        for world in worlds:
            figures.measure(world, lambda: world.use("fresh"))
            if not attempt(world, lambda: world.command("admin", "kill", "fresh")):
                world.clear()
            for watcher in world.watchers():
                end(watcher)
    table.add("use that starts sleep and a watcher", "ms", figures.values)


def bench_client_death(worlds, table, runs):
    """From a client's end until the lockfile says so."""
    figures = Figures()
    for world in worlds:
        attempt(world, lambda: world.use("bench"))
    for _ in range(runs):
        for world in worlds:
            figures.measure(world, lambda: client_death(world))
    table.add("a killed client leaves the count", "ms", figures.values, 5)
    for world in worlds:
        world.clear()


def client_death(world):
    client = os.posix_spawn("/bin/sleep", ["sleep", "3600"], os.environ)
    try:
        world.use("bench", client)
        begin = time.perf_counter()
    finally:
        os.kill(client, 9)
        os.waitpid(client, 0)
    wait_until("the right count", lambda: world.refcount("bench") == 1, pause=0.0002)
    return (time.perf_counter() - begin) * 1000
