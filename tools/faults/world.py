"""A place for one trial: a lock directory of its own, clients, and a look at what lives in it."""
import ctypes
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time

PATIENCE = 20  # seconds, for what takes milliseconds
SERVER = ["sleep", "3600"]
STUBBORN = ["sh", "-c", 'trap "" TERM; while :; do sleep 3600; done']
LOG_LINES = 600_000
LOG_BOUND = 10 << 20  # as docs/architecture.md says
# Waits for a word, then writes lines of 20 bytes: more than a log may hold.
CHATTY = ["sh", "-c", f'read word <"$HOME/go"; seq -f %019.0f 1 {LOG_LINES}; exec sleep 3600']


class Violation(Exception):
    """A promise that did not hold."""


class World:
    """A lock directory with its watcher, a calm server that no transition concerns, and clients.

    Where it is `empty`, there is neither a watcher nor a server yet.
    """

    def __init__(self, program, tray, empty=False):
        self.program, self.tray = program, tray
        self.folder = tempfile.mkdtemp(prefix="sharedserver-faults.")
        self.locks = os.path.join(self.folder, "run")
        self.mark = f"SHAREDSERVER_TEST_WORLD={self.folder}"
        self.environment = dict(os.environ, HOME=self.folder, SHAREDSERVER_TEST_WORLD=self.folder,
                                SHAREDSERVER_LOCKDIR=self.locks,
                                XDG_STATE_HOME=os.path.join(self.folder, "state"),
                                XDG_CONFIG_HOME=os.path.join(self.folder, "config"),
                                QT_QPA_PLATFORM="offscreen", DBUS_SESSION_BUS_ADDRESS="disabled:")
        self.environment.pop("SHAREDSERVER_CONFIG", None)
        self.fifo = os.path.join(self.folder, "go")
        os.mkfifo(self.fifo)
        # Something that a server could be asked for by its port.
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.clients = [subprocess.Popen(["sleep", "7200"]) for _ in range(3)]
        self.others, self.tray_process = [], None
        self.calm = None
        if not empty:
            self.must("use", "calm", "--pid", self.client(0), "--", *SERVER)
            self.calm = self.info("calm")["pid"]

    @property
    def port(self):
        return str(self.listener.getsockname()[1])

    def client(self, number):
        return str(self.clients[number].pid)

    def command(self, *arguments, prefix=()):
        """Begins a command; its output goes to files: a tracer that goes on would keep pipes open."""
        # pylint: disable=consider-using-with
        output, errors = tempfile.TemporaryFile("w+"), tempfile.TemporaryFile("w+")
        process = subprocess.Popen([*prefix, self.program, *arguments], env=self.environment,
                                   stdin=subprocess.DEVNULL, stdout=output, stderr=errors)
        process.files = output, errors
        self.others.append(process)
        return process

    def finish(self, process):
        """Waits for its end; raises subprocess.TimeoutExpired where it hangs."""
        process.wait(timeout=PATIENCE)
        texts = []
        for file in process.files:
            file.seek(0)
            texts.append(file.read())
            file.close()
        return subprocess.CompletedProcess(process.args, process.returncode, *texts)

    def run(self, *arguments, prefix=()):
        return self.finish(self.command(*arguments, prefix=prefix))

    def must(self, *arguments):
        try:
            done = self.run(*arguments)
        except subprocess.TimeoutExpired as hung:
            raise Violation(f"'{' '.join(arguments)}' hangs") from hung
        if done.returncode:
            raise Violation(f"'{' '.join(arguments)}' failed: {done.stderr.strip()}")
        return done.stdout

    def info(self, name):
        return json.loads(self.must("info", name, "--json"))

    def running(self):
        return {info["name"]: info for info in json.loads(self.must("list", "--json"))
                if info["state"] in ("active", "grace")}

    def start_tray(self, prefix=()):
        process = subprocess.Popen([*prefix, self.tray, "--hidden"], env=self.environment,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        self.others.append(process)
        self.tray_process = process
        return process

    def processes(self):
        """All live ones of this world: pid to command line."""
        found = {}
        for pid in descendants(os.getpid()):
            try:
                with open(f"/proc/{pid}/environ", "rb") as file:
                    if self.mark.encode() not in file.read().split(b"\0"):
                        continue
                with open(f"/proc/{pid}/cmdline", "rb") as file:
                    arguments = file.read().decode(errors="replace").split("\0")[:-1]
            except OSError:
                continue
            if arguments:
                found[pid] = arguments
        return found

    def servers(self):
        """The pids of live servers, known or not."""
        found = set()
        for pid, arguments in self.processes().items():
            try:
                if (arguments == SERVER or arguments[:1] == ["sh"]) and os.getpgid(pid) == pid:
                    found.add(pid)
            except ProcessLookupError:
                pass
        return found

    def watchers(self):
        return [pid for pid, arguments in self.processes().items()
                if arguments[1:2] == ["watch"] and arguments[0] != "strace"
                or arguments[0] == self.tray and self._holds_watcher_lock(pid)]

    def _holds_watcher_lock(self, pid):
        """A tray that has let go is no watcher any more, although it may take a while to end."""
        folder = f"/proc/{pid}/fd"
        try:
            return any(os.readlink(os.path.join(folder, number)).endswith("/watcher.lock")
                       for number in os.listdir(folder))
        except OSError:
            return False

    def listener_pid(self):
        """The watcher that can be connected to; None where there is none."""
        with socket.socket(socket.AF_UNIX) as connection:
            try:
                connection.connect(os.path.join(self.locks, "control.sock"))
            except OSError:
                return None
            peer = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
            # The socket may have been made by the one who started the watcher.
            return int.from_bytes(peer[:4], "little")

    def lockfiles(self):
        """What is in the lockfiles, each read under its lock; None where it is no JSON."""
        found = {}
        for name in os.listdir(self.locks) if os.path.isdir(self.locks) else []:
            if not name.endswith((".server.json", ".clients.json")):
                continue
            try:
                with open(os.path.join(self.locks, name), encoding="utf-8") as file:
                    fcntl.flock(file, fcntl.LOCK_SH)
                    found[name] = json.load(file)
            except FileNotFoundError:
                pass
            except ValueError:
                found[name] = None
        return found

    def end_tracers(self):
        """What they trace goes on. With -o, strace heeds no gentler signal."""
        while True:
            tracers = [pid for pid, line in self.processes().items() if line[0] == "strace"]
            if not tracers:
                return
            for pid in tracers:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            time.sleep(0.01)

    def end(self):
        while self.processes():
            for pid in self.processes():
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
        for process in [*self.clients, *self.others]:
            process.kill()
            process.wait()
        reap_children()
        self.listener.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def descendants(pid):
    """Thanks to adopt_orphans() nothing escapes; and it is quick however full the machine is."""
    found = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children", encoding="utf-8") as file:
                for child in map(int, file.read().split()):
                    found += [child, *descendants(child)]
    except OSError:
        pass  # it has ended
    return found


def adopt_orphans():
    """Makes this process the parent of all orphans below it, so that they leave no zombies."""
    pr_set_child_subreaper = 36
    ctypes.CDLL(None).prctl(pr_set_child_subreaper, 1, 0, 0, 0)


def reap_children():
    """Waits for all that have been killed: one may take a moment to die."""
    try:
        while True:
            os.waitpid(-1, 0)
    except ChildProcessError:
        pass


def wait_until(is_so, seconds=3.0):
    """For what a trial may have made impossible, so it gives up; whether it is so."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
