"""Steps of other programs on the same files: the Rust tool in both versions, and damage."""
import contextlib
import fcntl
import json
import os
import sys
import time

import processes
from acts import Acts
from views import read_locked
from world import Violation

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "interop"))
import foreigntool  # noqa: E402 # pylint: disable=wrong-import-position

TOOL = foreigntool.__file__
# A step of ours does not begin this long before a grace period may end by itself: whether another
# tool's attach comes too late is then open, and that tool would not tell.
MARGIN = 0.3  # seconds


class ForeignActs(Acts):
    def __init__(self, world, expected):
        super().__init__(world, expected)
        foreigntool.LOCKDIR = world.directory

    def path(self, name, kind):
        return os.path.join(self.world.directory, f"{name}.{kind}.json")

    def is_near_end(self, server):
        return server.may_be_over(time.monotonic() + MARGIN, self.expected.is_watched)

    @contextlib.contextmanager
    def unless_it_ends(self, server):
        """A step that is held up may find the files gone with the server."""
        try:
            yield
        except FileNotFoundError:
            if not self.is_near_end(server):
                raise

    def foreign_use(self, name, client, version):
        """Attaches as that tool does, or starts a server with a watcher of its own."""
        server = self.expected.server(name)
        if self.is_near_end(server) or not os.path.isdir(self.world.directory):
            return
        record = read_locked(self.path(name, "server"))
        if record is None and os.path.exists(self.path(name, "server")):
            return  # that tool fails here
        pid = self.world.client(client)
        if record and processes.is_alive(record["pid"], record.get("start_time")):
            if server.clients_file != "good":
                server.clients.clear()  # an unreadable file tells it of nobody
                server.clients_file = "good"
            foreigntool.incref(version, name, pid)
            if self.is_near_end(server):  # the machine has held us up
                self.end_in_doubt(server)
            else:
                server.attach(client, self.expected.is_watched)
        elif not server.runs:
            self.foreign_start(server, client, version)

    def foreign_start(self, server, client, version):
        grace = "1s" if server.grace < 1 else server.grace_text
        code, words = processes.Running(
            [sys.executable, TOOL, version, "start", server.name, grace,
             str(self.world.client(client)), "--", *self.command(server)],
            self.world.environment).finish()
        if code != 0:
            raise Violation(f"the stand-in of the Rust tool failed: {words}")
        watcher, pid = (int(word) for word in words.split())
        server.start(pid, version, watcher)
        server.attach(client)

    def foreign_unuse(self, name, client, version):
        server = self.expected.server(name)
        record = read_locked(self.path(name, "server"))
        if (not server.runs or not record or record["pid"] != server.pid
                or server.clients_file != "good" or self.is_near_end(server)):
            return
        now = time.monotonic()
        with self.unless_it_ends(server):
            foreigntool.decref(version, name, self.world.client(client))
        server.detach(client, now, self.expected.is_watched)

    def foreign_watcher_dies(self, name):
        server = self.expected.server(name)
        if not server.foreign or self.is_near_end(server):
            return
        now = time.monotonic()
        processes.kill(server.foreign_watcher)
        processes.end_of(server.foreign_watcher)
        is_in_doubt = self.is_near_end(server)
        server.foreign, server.foreign_watcher, server.ends_after = None, 0, None
        server.look_for_grace(now, self.expected.is_watched)
        if is_in_doubt:
            self.end_in_doubt(server)

    def damage(self, name, kind, how):
        """One of its two files is cut in the middle, emptied or deleted."""
        server = self.expected.server(name)
        path = self.path(name, kind)
        if not server.runs or server.foreign or self.is_near_end(server) or (
                not os.path.exists(path)):
            return
        now = time.monotonic()
        with self.unless_it_ends(server):
            spoil(path, how)
        if self.expected.is_watched:
            # That is how version 0.4.4 takes out the last client.
            if kind == "clients" and how == "delete" and len(server.clients) == 1:
                server.detach(next(iter(server.clients)), now, True)
            return
        state = "missing" if how == "delete" else "damaged"
        if kind == "server":
            server.server_file = state
        else:
            server.clients_file = state
        if not os.path.exists(self.path(name, "clients")):
            server.clients_file = "missing"

    def plant(self, name, version):
        """A file that names a process of somebody else, as a recycled pid makes of an old one."""
        path = self.path(name, "server")
        if self.expected.server(name).runs or os.path.exists(path) or (
                not os.path.isdir(self.world.directory)):
            return
        pid, stamp = next(iter(self.world.strangers.items()))
        record = {"pid": pid, "command": ["sleep", "1"], "grace_period": "1h",
                  "watcher_pid": None, "started_at": "2020-01-01T00:00:00Z"}
        if version != "0.4.4":
            record["start_time"] = stamp + 1
        with open(path, "x", encoding="utf-8") as file:
            json.dump(record, file)


def spoil(path, how):
    if how == "delete":
        os.unlink(path)
        return
    with open(path, "r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.truncate(os.fstat(file.fileno()).st_size // 2 if how == "truncate" else 0)
