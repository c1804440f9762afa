"""Worlds to measure in: a program with a lock directory of its own, and ways to look at processes."""
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager

NOTHING = os.open(os.devnull, os.O_RDWR)

# Who is ended in the middle clears up, too.
signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))

# What a trace shows of a process that does nothing.
WAITING = ("detached", "poll(", "epoll_wait", "restart_syscall", "attached")


class Failed(SystemExit):
    """Something did not work. Who does not catch it ends with this message."""


def run(environment, *argv):
    """Milliseconds from the start of a process to its end."""
    begin = time.perf_counter()
    pid = os.posix_spawn(argv[0], argv, environment, file_actions=[
        (os.POSIX_SPAWN_DUP2, NOTHING, fd) for fd in (0, 1, 2)])
    _, status = os.waitpid(pid, 0)
    took = (time.perf_counter() - begin) * 1000
    if status:
        raise Failed(f"bench: {' '.join(argv)} failed with status {status}")
    return took


def wait_until(what, condition, pause=0.002, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise Failed(f"bench: {what} did not come within {seconds} s")
        time.sleep(pause)


class World:
    """One program, its lock directory, and its commands. All of its kind, whoever wrote it: nothing
    here but the command line and the lockfiles, save what says so."""

    def __init__(self, name, program, is_peer=False):
        self.name = name
        self.is_peer = is_peer  # what it cannot do is a dash, see bench_figures.py
        self.complaints = []
        self.program = os.path.realpath(program)
        self.folder = tempfile.mkdtemp(prefix="sharedserver-bench.")
        self.locks = os.path.join(self.folder, "run")
        self.environment = dict(os.environ, SHAREDSERVER_LOCKDIR=self.locks, HOME=self.folder,
                                TMPDIR=self.folder,
                                XDG_STATE_HOME=os.path.join(self.folder, "state"),
                                XDG_CONFIG_HOME=os.path.join(self.folder, "config"))
        self.environment.pop("SHAREDSERVER_CONFIG", None)

    def command(self, *arguments):
        return run(self.environment, self.program, *arguments)

    def output(self, *arguments):
        return subprocess.run([self.program, *arguments], check=True, capture_output=True,
                              text=True, env=self.environment).stdout

    def use(self, name, pid=None):
        return self.command("use", name, "--pid", str(pid or os.getpid()), "--", "sleep", "3600")

    def info(self, name):
        return json.loads(self.output("info", name, "--json"))

    def refcount(self, name):
        """As the file says, which any reader may read at any time."""
        try:
            with open(os.path.join(self.locks, name + ".clients.json"), encoding="utf-8") as file:
                return json.load(file)["refcount"]
        except FileNotFoundError:
            return 0

    def watchers(self):
        """The pids of those who look after its servers."""
        return list(filter(self._is_watcher, self._processes()))

    def _processes(self):
        """The pids of all that have its environment: watchers and servers."""
        return [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc")))
                if self._is_inside(pid)]

    def _is_inside(self, pid):
        try:
            with open(f"/proc/{pid}/environ", "rb") as environment:
                return self.locks.encode() in environment.read()
        except OSError:
            return False

    def _is_watcher(self, pid):
        try:
            return os.readlink(f"/proc/{pid}/exe") == self.program
        except OSError:
            return False

    def clear(self):
        """Ends all servers and watchers, those first, who might start a server again, and removes
        their files. Asks nothing of the program, which may be a peer that knows no such command."""
        for watcher in self.watchers():
            end(watcher)
        while pids := self._processes():
            for pid in pids:
                end(pid)
        shutil.rmtree(self.locks, ignore_errors=True)

    def remove(self):
        try:
            self.clear()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    @contextmanager
    def watcher(self):
        """A watcher that stays, and its pid. Only where the program has one for all servers."""
        process = subprocess.Popen([self.program, "watch", "--linger", "1h"], stdin=NOTHING,
                                   env=self.environment)
        while self.ask("list") is None:
            if process.poll() is not None:
                sys.exit("bench: the watcher has ended")
        try:
            yield process.pid
        finally:
            for server in json.loads(self.output("list", "--json")):
                self.command("admin", "kill", server["name"])
            process.terminate()
            process.wait()

    def connect(self):
        """A connection to that watcher, greeted, as a file of lines; None where nobody listens."""
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(os.path.join(self.locks, "control.sock"))
        except OSError:
            connection.close()
            return None
        lines = connection.makefile("rw", encoding="utf-8", newline="\n")
        connection.close()  # the file keeps it open
        tell(lines, "hello", {"protocol": 1})
        lines.readline()
        return lines

    def ask(self, method, params=None):
        lines = self.connect()
        if lines is None:
            return None
        with lines:
            tell(lines, method, params or {})
            return json.loads(lines.readline())


def tell(lines, method, params):
    lines.write(json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}) + "\n")
    lines.flush()


def end(pid):
    """Ends a process that may not be our child, and waits for its end."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        signal.pidfd_send_signal(descriptor, signal.SIGKILL)
        wait_readable(descriptor)
    except ProcessLookupError:
        pass
    finally:
        os.close(descriptor)


def wait_readable(descriptor):
    import select
    select.select([descriptor], [], [])


def memory(pid):
    """What a process has in memory, its share of what it shares counted, in MB (proc(5), Pss)."""
    with open(f"/proc/{pid}/smaps_rollup", encoding="utf-8") as rollup:
        return next(int(line.split()[1]) for line in rollup if line.startswith("Pss:")) / 1024


def cpu(pid):
    """The processor time that a process has had, in ms."""
    with open(f"/proc/{pid}/schedstat", encoding="utf-8") as schedstat:
        return int(schedstat.read().split()[0]) / 1e6


def idle_calls(world, pids, seconds=10):
    """How many system calls processes make, those apart in which they wait."""
    # Not where it is seen: a process may watch the world's folder.
    trace = os.path.join(tempfile.mkdtemp(dir=world.folder), "trace")
    which = [word for pid in pids for word in ("-p", str(pid))]
    tracer = subprocess.Popen(["strace", "-f", "-qq", "-o", trace, *which], stderr=NOTHING)
    try:
        tracer.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        tracer.terminate()
        tracer.wait()
    with open(trace, encoding="utf-8", errors="replace") as lines:
        # The call in which it waits is shown when it is left.
        return sum(not any(word in line for word in WAITING) for line in lines)
