#!/usr/bin/env python3
"""A stand-in for the Rust sharedserver: keeps to the same files, and to nothing else of it.

    foreigntool.py VERSION start NAME GRACE PID -- COMMAND...   (prints watcher and server pid)
    foreigntool.py VERSION incref NAME PID
    foreigntool.py VERSION decref NAME PID
    foreigntool.py VERSION read NAME                            (prints pid and refcount)

VERSION is 0.4.4 (no start stamps; the clients file goes with the last client) or 0.6.8 (stamps; it
stays, with a refcount of 0). Both cut a file to nothing and write it anew in place, under a flock on
the file itself; both take a clients file that they cannot read for an empty one, and look after
their servers every 500 ms, at which 0.6.8 writes and syncs the clients file even where nothing has
changed. The watcher notes what it does in NAME.foreign.log beside the lock directory.
"""
import contextlib
import datetime
import fcntl
import json
import os
import signal
import sys

LOCKDIR = os.environ.get("SHAREDSERVER_LOCKDIR", "")
KILL_DELAY = 5.0
# In seconds, as theirs. Tests may not want to wait that long.
TICK = float(os.environ.get("FOREIGN_TOOL_TICK", "0.5"))


def path(name, kind):
    return os.path.join(LOCKDIR, f"{name}.{kind}.json")


def note(name, text):
    with open(os.path.join(LOCKDIR, "..", f"{name}.foreign.log"), "a") as log:
        log.write(text + "\n")


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def stamp_text():
    return now().strftime("%Y-%m-%dT%H:%M:%S.%f000Z")


def stat_fields(pid):
    with open(f"/proc/{pid}/stat") as stat:
        return stat.read().rpartition(")")[2].split()


def start_time(pid):
    return int(stat_fields(pid)[19])


def is_alive(pid):
    try:
        return stat_fields(pid)[0] not in "ZX"
    except OSError:
        return False


@contextlib.contextmanager
def locked(file_path, create):
    """The open file under its lock; None where there is none."""
    flags = os.O_RDWR | (os.O_CREAT if create else 0)
    try:
        descriptor = os.open(file_path, flags, 0o600)
    except FileNotFoundError:
        yield None
        return
    with os.fdopen(descriptor, "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def rewrite(file, content):
    file.seek(0)
    file.truncate()
    json.dump(content, file, indent=2)
    file.flush()


def read_clients(text):
    try:
        return json.loads(text)["clients"]
    except (ValueError, KeyError):
        return {}


def write_invocation(name, command, metadata):
    """Its history, a line of JSON for each change."""
    entry = {"timestamp": stamp_text(), "command": command, "args": [name], "result": "success",
             "error": None, "metadata": metadata}
    with open(os.path.join(LOCKDIR, f"{name}.invocations.log"), "a") as log:
        log.write(json.dumps(entry, separators=(",", ":")) + "\n")


def change_clients(version, name, alter, create=False, always=False):
    """Lets `alter` change the map of clients; returns how many are left. Writes the file where they
    have changed, or `always`."""
    with locked(path(name, "clients"), create) as file:
        if file is None:
            return 0
        text = file.read()
        clients = read_clients(text)
        before = dict(clients)
        alter(clients)
        if clients or version != "0.4.4":
            if always or clients != before or not text:
                rewrite(file, {"refcount": len(clients), "clients": clients})
            if always:
                os.fsync(file.fileno())
        else:
            os.unlink(path(name, "clients"))
        return len(clients)


def incref(version, name, pid):
    def add(clients):
        clients.setdefault(str(pid), {"attached_at": stamp_text(), "metadata": None})
    count = change_clients(version, name, add, create=True)
    write_invocation(name, "incref", {"new_refcount": count, "state": "active"})


def decref(version, name, pid):
    count = change_clients(version, name, lambda clients: clients.pop(str(pid), None))
    write_invocation(name, "decref", {"client_pid": pid, "new_refcount": count})


def drop_dead(clients):
    for pid in [pid for pid in clients if not is_alive(int(pid))]:
        del clients[pid]


def remove(version, name, server):
    if version != "0.4.4":
        # The older one is taken to clear away whatever stands there by then.
        with locked(path(name, "server"), create=False) as file:
            if file is None or json.load(file)["pid"] != server:
                return
    for kind in ("clients", "server"):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path(name, kind))


def create_server_file(version, name, server, grace, command):
    record = {"pid": server, "command": command, "grace_period": grace,
              "watcher_pid": os.getpid(), "started_at": stamp_text()}
    if version != "0.4.4":
        record["start_time"] = start_time(server)
        record["watcher_start_time"] = start_time(os.getpid())
    with locked(path(name, "server"), create=True) as file:
        rewrite(file, record)


def wait_for_child(seconds):
    """True as soon as a child has ended, False when the time is over."""
    return signal.sigtimedwait([signal.SIGCHLD], seconds) is not None


def end_server(name, server):
    note(name, "ending")
    os.killpg(server, signal.SIGTERM)
    while is_alive(server):
        if not wait_for_child(KILL_DELAY):
            os.killpg(server, signal.SIGKILL)


def watch(version, name, server, grace_seconds):
    grace_end = None
    while is_alive(server):
        count = change_clients(version, name, drop_dead, always=version != "0.4.4")
        if count:
            if grace_end:
                note(name, "active")
            grace_end = None
        elif grace_end is None:
            note(name, "grace")
            grace_end = now() + datetime.timedelta(seconds=grace_seconds)
        elif now() >= grace_end:
            end_server(name, server)
            break
        wait_for_child(TICK)
    remove(version, name, server)
    note(name, "gone")


def seconds(text):
    return float(text[:-1]) * {"s": 1, "m": 60, "h": 3600}[text[-1]]


def start(version, name, grace, client, command):
    reading, writing = os.pipe()
    if os.fork():
        os.close(writing)
        print(os.fdopen(reading).read())
        return
    os.setsid()
    if os.fork():
        os._exit(0)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    server = os.fork()
    if server == 0:
        os.setsid()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
        os.execvp(command[0], command)
    with locked(path(name, "clients"), create=True) as file:
        rewrite(file, {"refcount": 1, "clients": {
            str(client): {"attached_at": stamp_text(), "metadata": None}}})
    create_server_file(version, name, server, grace, command)
    write_invocation(name, "start", {"command": command, "grace_period": grace,
                                     "server_pid": server, "watcher_pid": os.getpid()})
    os.write(writing, f"{os.getpid()} {server}".encode())
    os.close(writing)
    watch(version, name, server, seconds(grace))


def read(name):
    """As strict as a reader with a type for each key."""
    with locked(path(name, "server"), create=False) as file:
        record = json.load(file)
    assert isinstance(record["pid"], int)
    assert all(isinstance(argument, str) for argument in record["command"])
    assert isinstance(record["grace_period"], str)
    assert isinstance(record["watcher_pid"], int)
    assert record["started_at"].endswith("Z")
    datetime.datetime.fromisoformat(record["started_at"][:19])
    count = 0
    with locked(path(name, "clients"), create=False) as file:
        if file is not None:
            table = json.load(file)
            count = table["refcount"]
            assert count == len(table["clients"])
            for pid, entry in table["clients"].items():
                assert int(pid) > 0 and entry["attached_at"].endswith("Z")
                assert entry["metadata"] is None or isinstance(entry["metadata"], str)
    print(record["pid"], count)


def main():
    version, action, name = sys.argv[1:4]
    if action == "start":
        start(version, name, sys.argv[4], int(sys.argv[5]), sys.argv[7:])
    elif action == "read":
        read(name)
    else:
        {"incref": incref, "decref": decref}[action](version, name, int(sys.argv[4]))


if __name__ == "__main__":
    main()
