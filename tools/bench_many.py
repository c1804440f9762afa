"""What many servers cost: memory, calls while nothing happens, and the list of them."""
from bench_world import idle_calls, memory

FEW = 50
MANY = 1000


def bench_idle(worlds, table):
    weights, calls = {}, {}
    for world in worlds:
        for number in range(FEW):
            world.use(f"idle{number}")
        watchers = world.watchers()
        weights[world.name] = [sum(map(memory, watchers))]
        calls[world.name] = [idle_calls(world, watchers)]
        world.clear()
    table.add(f"memory that watches {FEW} servers", "MB", weights, 10)
    table.add("its system calls in 10 idle s", "", calls, 0)


def bench_list(worlds, table, runs):
    plain, json = {}, {}
    for world in worlds:
        for number in range(MANY):
            world.use(f"many{number}")
        plain[world.name] = [world.command("list") for _ in range(runs)]
        json[world.name] = [world.command("list", "--json") for _ in range(runs)]
        world.clear()
    table.add(f"list of {MANY:,} servers", "ms", plain, 100)
    table.add(f"list --json of {MANY:,} servers", "ms", json, 100)
