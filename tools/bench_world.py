"""What the measurements share: a world to measure in, a table to print, and how to look at a process."""
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager

# What a trace shows of a process that does nothing.
WAITING = ("detached", "poll(", "epoll_wait", "restart_syscall")

NOTHING = os.open(os.devnull, os.O_RDWR)


def run(*argv):
    """Milliseconds from the start of a process to its end."""
    begin = time.perf_counter()
    pid = os.posix_spawn(argv[0], argv, os.environ, file_actions=[
        (os.POSIX_SPAWN_DUP2, NOTHING, fd) for fd in (0, 1, 2)])
    _, status = os.waitpid(pid, 0)
    took = (time.perf_counter() - begin) * 1000
    if status:
        sys.exit(f"bench: {' '.join(argv)} failed with status {status}")
    return took


class World:
    """A lock directory, its watcher, and the commands on it."""

    def __init__(self, program):
        self.program = program
        self.folder = tempfile.mkdtemp(prefix="sharedserver-bench.")
        self.locks = os.path.join(self.folder, "run")
        os.environ.update(SHAREDSERVER_LOCKDIR=self.locks,
                          XDG_STATE_HOME=os.path.join(self.folder, "state"),
                          XDG_CONFIG_HOME=os.path.join(self.folder, "config"))
        os.environ.pop("SHAREDSERVER_CONFIG", None)

    def command(self, *arguments):
        return run(self.program, *arguments)

    def output(self, *arguments):
        return subprocess.run([self.program, *arguments], check=True, capture_output=True,
                              text=True).stdout

    def info(self, name):
        return json.loads(self.output("info", name, "--json"))

    @contextmanager
    def watcher(self):
        """A watcher that stays, and its pid."""
        process = subprocess.Popen([self.program, "watch", "--linger", "1h"], stdin=NOTHING)
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
        """A connection to the watcher, greeted, as a file of lines; None where nobody listens."""
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

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def tell(lines, method, params):
    lines.write(json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}) + "\n")
    lines.flush()


class Table:
    """Prints one line a figure."""

    def __init__(self):
        print(f"{'':44}{'median':>12}{'spread':>20}{'limit':>12}")

    def add(self, what, values, unit, limit=None):
        values = sorted(values)
        middle = statistics.median(values)
        low = values[len(values) // 10]
        high = values[-1 - len(values) // 10]
        spread = f"{low:.2f} … {high:.2f}" if len(values) > 1 else ""
        verdict = "" if limit is None else f"≤ {limit:g}" + ("" if middle <= limit else "  EXCEEDED")
        print(f"{what:44}{middle:9.2f} {unit:2}{spread:>20}{verdict:>12}", flush=True)


def memory(pid):
    """What a process has in memory, in MB."""
    with open(f"/proc/{pid}/status", encoding="utf-8") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024


def idle_calls(world, pid):
    """How many system calls a process makes in 10 s, those apart in which it waits."""
    # Not where it is seen: a process may watch the world's folder.
    trace = os.path.join(tempfile.mkdtemp(dir=world.folder), "trace")
    tracer = subprocess.Popen(["strace", "-f", "-qq", "-o", trace, "-p", str(pid)], stderr=NOTHING)
    try:
        tracer.wait(timeout=10)
    except subprocess.TimeoutExpired:
        tracer.terminate()
        tracer.wait()
    with open(trace, encoding="utf-8", errors="replace") as lines:
        # The call in which it waits is shown when it is left.
        return sum(not any(word in line for word in WAITING) for line in lines)
