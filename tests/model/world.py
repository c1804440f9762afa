"""One world: a lock directory, its programs, clients that come and go, and strangers that must not
be touched."""
import json
import os
import shutil
import signal
import tempfile

import processes
from wire import Gone, Refused, Wire

STRANGERS = 3


class Violation(Exception):
    """A promise that did not hold."""


class Programs:
    """Where the programs under test are."""

    def __init__(self, sharedserver, server, tray=None):
        self.sharedserver = os.path.abspath(sharedserver)
        self.server = os.path.abspath(server)
        self.tray = os.path.abspath(tray) if tray else None


class World:
    def __init__(self, programs):
        self.programs = programs
        self.folder = tempfile.mkdtemp(prefix="sharedserver-model.")
        self.directory = os.path.join(self.folder, "lock")
        self.environment = self._make_environment()
        self.wire = None
        self.tray = 0
        self.clients = {}  # pids by label
        self._epoch = self._sequence = None
        # The last one in a group of its own, as a server is.
        self.strangers = {pid: processes.start_time(pid) for pid in (
            processes.spawn(["sleep", "1000000"], self.environment, new_session=number == 0)
            for number in range(STRANGERS))}

    def _make_environment(self):
        environment = {key: value for key, value in os.environ.items()
                       if not key.startswith(("SHAREDSERVER_", "XDG_", "DISPLAY", "WAYLAND_"))}
        environment.update(HOME=self.folder, SHAREDSERVER_LOCKDIR=self.directory, NO_COLOR="1",
                           QT_QPA_PLATFORM="offscreen", DBUS_SESSION_BUS_ADDRESS="disabled:",
                           LC_ALL="C.UTF-8")
        for kind in ("STATE_HOME", "CONFIG_HOME", "CACHE_HOME", "DATA_HOME", "RUNTIME_DIR"):
            environment["XDG_" + kind] = os.path.join(self.folder, kind.lower())
        os.makedirs(environment["XDG_RUNTIME_DIR"], mode=0o700)
        return environment

    def end(self):
        if self.wire:
            self.wire.close()
        processes.end_all()
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- Clients ---

    def client(self, label):
        """The pid of that client, which is started where it does not live."""
        if label not in self.clients:
            self.clients[label] = processes.spawn(["sleep", "1000000"], self.environment)
        return self.clients[label]

    def end_client(self, label):
        """SIGKILL; false where it does not live."""
        pid = self.clients.pop(label, 0)
        if pid:
            processes.kill(pid)
            processes.end_of(pid)
        return pid != 0

    def label_of(self, pid):
        return next((label for label, other in self.clients.items() if other == pid), f"pid {pid}")

    def check_strangers(self):
        for pid, stamp in self.strangers.items():
            if not processes.is_alive(pid, stamp):
                raise Violation(f"the stranger {pid} was killed")

    # --- The command line ---

    def begin(self, *arguments):
        return processes.Running([self.programs.sharedserver, *arguments], self.environment)

    def run(self, *arguments):
        """Its exit code and its words."""
        return self.begin(*arguments).finish()

    def must(self, *arguments):
        code, words = self.run(*arguments)
        if code != 0:
            raise Violation(f"'sharedserver {' '.join(arguments)}' exits with {code}: {words}")
        return words

    def json(self, *arguments):
        return json.loads(self.must(*arguments, "--json"))

    # --- The watcher ---

    @property
    def watcher(self):
        return self.wire.greeting["pid"] if self.wire else 0

    def connect(self):
        """A connection that is subscribed to all events; a watcher is started where none runs."""
        for _ in range(20):
            try:
                self.wire = Wire(self.directory)
                self._subscribe()
                return
            except Gone:
                self.wire = None
                self.must("watch", "--background")
        raise Violation("no watcher can be reached")

    def _subscribe(self):
        since = {} if self._sequence is None else {"since": self._sequence, "epoch": self._epoch}
        answer = self.wire.ask("subscribe", **since)
        if since and self._epoch == answer["epoch"] and answer["missed"]:
            raise Violation("events were lost in a hand-over")
        if self._epoch != answer["epoch"]:
            self._epoch = answer["epoch"]
            self._sequence = None if since else answer["sequence"]

    def take_events(self):
        """What has been told since the last call; the numbers must follow each other."""
        if not self.wire:
            return []
        events, self.wire.events = self.wire.events, []
        for event in events:
            params = event["params"]
            if params["epoch"] == self._epoch and self._sequence is not None and (
                    params["sequence"] != self._sequence + 1):
                raise Violation(f"event {params['sequence']} came after {self._sequence}")
            self._epoch, self._sequence = params["epoch"], params["sequence"]
        return events

    def drop_wire(self):
        """After the watcher has gone."""
        try:
            self.wire.wait_for_end()
        finally:
            self.take_events()
            self.wire.close()
            self.wire = None

    def end_watcher(self, which):
        """Signals the watcher and waits for its end."""
        pid = self.watcher
        processes.kill(pid, which)
        processes.end_of(pid)
        self.tray = 0 if pid == self.tray else self.tray
        self.drop_wire()

    def succeed(self, successor):
        """The process `successor` takes the watcher's place."""
        self.drop_wire()
        self.connect()
        if self.watcher != successor:
            raise Violation(f"{self.watcher} became the watcher, and not {successor}")

    def take_over(self):
        self.succeed(self.begin("watch", "--take-over").pid)

    def start_tray(self):
        self.tray = processes.spawn([self.programs.tray, "--hidden"], self.environment)
        self.succeed(self.tray)

    def quit_tray(self):
        pid, self.tray = self.tray, 0
        processes.kill(pid, signal.SIGTERM)
        self.drop_wire()
        processes.end_of(pid)

    def ask(self, method, **params):
        """The answer of the watcher, which must be connected; an error's kind where it refuses."""
        try:
            return self.wire.ask(method, **params)
        except Refused as refused:
            return refused.kind
        except Gone as gone:
            raise Violation(f"the watcher went away at '{method}'") from gone
