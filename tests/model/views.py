"""What different readers say of a world's servers. Each view is a map from the name of a running
server to its state, its pid, and its clients' labels."""
import fcntl
import json
import os

import processes


def of_infos(world, infos):
    """From what `list` says, on the socket or on the command line."""
    return {info["name"]: (info["state"], info["pid"], frozenset(
        world.label_of(client["pid"]) for client in info["clients"] or []))
            for info in infos if info["state"] != "stopped"}


def on_socket(world):
    return of_infos(world, world.ask("list")["servers"])


def on_command_line(world):
    return of_infos(world, json.loads(world.must("list", "--json")))


def read_locked(path):
    """The file's JSON under its lock, as other tools read it; None where it is missing or bad."""
    try:
        with open(path, encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_SH)
            return json.load(file)
    except (FileNotFoundError, ValueError):
        return None


def paths(world, name):
    return [os.path.join(world.directory, f"{name}.{kind}.json") for kind in ("server", "clients")]


def in_files(world, names):
    """By the two files of each name and the processes that they name, nothing else."""
    seen = {}
    for name in names:
        server_path, clients_path = paths(world, name)
        record = read_locked(server_path)
        # Without a stamp, as version 0.4.4 leaves it, the pid is all; strangers are known here.
        if not record or record["pid"] in world.strangers or (
                not processes.is_alive(record["pid"], record.get("start_time"))):
            continue
        table = read_locked(clients_path) or {"clients": {}}
        live = frozenset(world.label_of(int(pid)) for pid, entry in table["clients"].items()
                         if processes.is_alive(int(pid), entry.get("start_time")))
        seen[name] = ("active" if live else "grace", record["pid"], live)
    return seen


def in_proc(world):
    """The pids of all live processes that run the servers' program."""
    known = set(world.clients.values()) | set(world.strangers)
    return {pid for pid in processes.descendants(os.getpid())
            if pid not in known and processes.is_alive(pid)
            and processes.command_line(pid)[:1] == [world.programs.server]}
