"""The model: what a world's servers must be like by now, and what they may be like.

It knows names, clients, states and time, and nothing of how sharedserver is made. Time is where it
is loose: a grace period ends by itself, at some moment after its time is over.
"""
import dataclasses
import time
from typing import Optional, Set

ENDLESS = 3600.0
# Another tool's watcher looks every 500 ms, and on a busy machine a little later: who comes and goes
# within this many seconds may never have been seen by it.
UNSEEN = 1.5


@dataclasses.dataclass
class Server:
    """One name. `pid` is 0 where nothing runs."""
    name: str
    grace_text: str
    grace: float
    is_deaf: bool = False  # ignores SIGTERM
    pid: int = 0
    clients: Set[str] = dataclasses.field(default_factory=set)
    foreign: Optional[str] = None  # the version of the other tool whose watcher looks after it
    foreign_watcher: int = 0
    ends_after: Optional[float] = None  # its grace period is not over before
    stale_end: Optional[float] = None  # what its file still says of an earlier grace period
    unseen_end: Optional[float] = None  # the same for another tool's watcher, until it looks
    seen_after: float = 0
    # Its grace period may have ended in the very moment in which its watcher did.
    is_in_doubt: bool = False
    server_file: str = "good"  # or "damaged", "missing", as long as no watcher mends it
    clients_file: str = "good"
    has_debris: bool = False  # an unreadable file of a dead one, until somebody asks for that name

    @property
    def runs(self):
        return self.pid != 0

    @property
    def state(self):
        if not self.runs:
            return "stopped"
        return "active" if self.clients else "grace"

    @property
    def is_hidden(self):
        """No reader can know of it: its server file tells nothing."""
        return self.runs and self.server_file != "good"

    def start(self, pid, foreign=None, foreign_watcher=0):
        self.pid, self.foreign, self.foreign_watcher = pid, foreign, foreign_watcher
        self.clients = set()
        self.ends_after = self.stale_end = self.unseen_end = None
        self.is_in_doubt = False
        self.server_file = self.clients_file = "good"
        self.has_debris = False

    def end(self, is_watched=True):
        is_debris = not is_watched and self.server_file == "damaged"
        self.start(0)
        self.has_debris = is_debris

    def attach(self, client, is_watched=True):
        if not is_watched:
            self.stale_end = self.stale_end or self.ends_after
        if self.foreign and self.ends_after is not None:
            self.unseen_end, self.seen_after = self.ends_after, time.monotonic() + UNSEEN
        self.clients.add(client)
        self.ends_after = None

    def detach(self, client, now, is_watched):
        """`now` is a moment before it happened."""
        if client not in self.clients:
            return
        self.clients.remove(client)
        self.look_for_grace(now, is_watched)

    def look_for_grace(self, now, is_watched):
        if self.runs and not self.clients and self.ends_after is None and (is_watched
                                                                           or self.foreign):
            self.ends_after = now + self.grace
            if self.foreign and self.unseen_end is not None and now < self.seen_after:
                self.ends_after = min(self.ends_after, self.unseen_end)

    def may_be_over(self, now, is_watched):
        """Whether its grace period may have ended by itself."""
        return (self.runs and not self.clients and self.ends_after is not None
                and now >= self.ends_after
                and bool(is_watched or self.foreign or self.is_in_doubt))


class Expected:
    """All names of a world."""

    def __init__(self, servers, clients):
        self.servers = {server.name: server for server in servers}
        self.clients = clients
        self.is_watched = False  # a watcher of ours runs

    def server(self, name):
        return self.servers[name]

    def running(self):
        return [server for server in self.servers.values() if server.runs]

    def watcher_left(self, now):
        """`now` is a moment after it."""
        for server in self.running():
            server.is_in_doubt = server.may_be_over(now, self.is_watched)
        self.is_watched = False

    def watcher_came(self, now):
        """It has adopted what it could find."""
        self.is_watched = True
        for server in self.running():
            # Without a server file, only a list of clients tells that there may be one.
            if server.server_file == "missing" and server.clients_file == "missing":
                continue
            self.found(server, now)

    def found(self, server, now):
        """A watcher has taken over what was there, and mended what was damaged."""
        if server.clients_file != "good":
            server.clients.clear()
        if server.server_file != "good":
            server.ends_after = server.stale_end = None  # was in that file: begins anew
        # Who came and went unseen has left no trace, and so the old time counts.
        server.ends_after = None if server.clients else server.ends_after or server.stale_end
        server.stale_end = None
        server.server_file = server.clients_file = "good"
        server.is_in_doubt = False
        server.look_for_grace(now, True)

    def client_died(self, client, now):
        for server in self.running():
            server.detach(client, now, self.is_watched)
