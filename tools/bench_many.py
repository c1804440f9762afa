"""What many servers cost: memory, calls while nothing happens, and the list of them."""
from bench_figures import Figures, attempt
from bench_world import Failed, idle_calls, memory

FEW = 50
MANY = 1000


def use_many(world, name, many):
    for number in range(many):
        world.use(f"{name}{number}")


def watchers(world):
    found = world.watchers()
    if not found:
        raise Failed("bench: there is no watcher to be seen")
    return found


def bench_idle(worlds, table):
    weights, calls = Figures(), Figures()
    for world in worlds:
        if attempt(world, lambda: use_many(world, "idle", FEW)):
            weights.measure(world, lambda: sum(map(memory, watchers(world))))
            calls.measure(world, lambda: idle_calls(world, watchers(world)))
        world.clear()
    table.add(f"memory that watches {FEW} servers", "MB", weights.values, 10)
    table.add("its system calls in 10 idle s", "", calls.values, 0)


def bench_list(worlds, table, runs):
    plain, json = Figures(), Figures()
    for world in worlds:
        if attempt(world, lambda: use_many(world, "many", MANY)):
            for _ in range(runs):
                plain.measure(world, lambda: world.command("list"))
            for _ in range(runs):
                json.measure(world, lambda: world.command("list", "--json"))
        world.clear()
    table.add(f"list of {MANY:,} servers", "ms", plain.values, 100)
    table.add(f"list --json of {MANY:,} servers", "ms", json.values, 100)
