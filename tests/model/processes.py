"""The processes of one world: started, found, ended and reaped here, whoever their parent was.

We are the subreaper (prctl(2)) of all that is started: what a killed watcher leaves behind becomes
our child, so that nothing of a world can hide, and nobody stays a zombie.
"""
import ctypes
import os
import re
import select
import signal
import tempfile
import time

PR_SET_CHILD_SUBREAPER = 36
PATIENCE = 30  # seconds, for what takes milliseconds
LOOK_AGAIN = 0.02  # seconds, where nothing tells of a change

_ended = {}  # statuses of children that were reaped, by pid


def become_subreaper():
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def reap():
    """Takes the statuses of all children that have ended."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        _ended[pid] = os.waitstatus_to_exitcode(status)


def contents(path):
    """All of a file of /proc; nothing where there is none, as once its process has ended.

    A walk reads dozens of them a step, and open() makes twice as many system calls for each.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            return b"".join(iter(lambda: os.read(descriptor, 65536), b""))
        finally:
            os.close(descriptor)
    except OSError:
        return b""


def stat_fields(pid):
    """The fields of /proc/PID/stat from the third on; None where there is no such process."""
    stat = contents(f"/proc/{pid}/stat")
    return stat.rpartition(b")")[2].split() if stat else None


def start_time(pid):
    """Its start stamp; None where it is not alive. A zombie is dead."""
    fields = stat_fields(pid)
    return int(fields[19]) if fields and fields[0] not in b"ZX" else None


def is_alive(pid, stamp=None):
    found = start_time(pid)
    return found is not None and stamp in (None, found)


def ignores(pid, which):
    """Whether its program has that signal ignored."""
    status = re.search(rb"^SigIgn:\t(\w+)$", contents(f"/proc/{pid}/status"), re.MULTILINE)
    return bool(status) and int(status[1], 16) >> (which - 1) & 1 == 1


def wait_until_ignores(pid, which):
    """Until a program that has just been started has got so far, or has ended."""
    deadline = time.monotonic() + PATIENCE
    while is_alive(pid) and not ignores(pid, which):
        if time.monotonic() > deadline:
            raise TimeoutError(f"process {pid} does not ignore signal {which}")
        select.select([], [], [], LOOK_AGAIN)


def children(pid):
    return [int(child) for child in contents(f"/proc/{pid}/task/{pid}/children").split()]


def descendants(pid):
    found = children(pid)
    for child in found:  # which grows meanwhile
        found.extend(children(child))
    return found


def command_line(pid):
    return contents(f"/proc/{pid}/cmdline").decode(errors="replace").split("\0")[:-1]


def spawn(arguments, environment, output=os.devnull, new_session=False):
    """Starts a program, stdin from nowhere, stdout and stderr to a file; its pid."""
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND
    actions = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
               (os.POSIX_SPAWN_OPEN, 1, output, flags, 0o600),
               (os.POSIX_SPAWN_DUP2, 1, 2)]
    return os.posix_spawnp(arguments[0], arguments, environment, file_actions=actions,
                           setsid=new_session, setsigmask=[], setsigdef=[signal.SIGPIPE])


def end_of(pid, patience=PATIENCE):
    """Waits for a child's end; its exit code, negative where a signal ended it."""
    if pid not in _ended:
        descriptor = os.pidfd_open(pid)
        try:
            poll = select.poll()
            poll.register(descriptor, select.POLLIN)
            if not poll.poll(patience * 1000):
                raise TimeoutError(f"process {pid} ({' '.join(command_line(pid))}) hangs")
        finally:
            os.close(descriptor)
        reap()
    return _ended.pop(pid)


def kill(pid, which=signal.SIGKILL):
    try:
        os.kill(pid, which)
    except ProcessLookupError:
        pass


class Running:
    """A program under way, and what it says."""

    def __init__(self, arguments, environment):
        self._file = tempfile.NamedTemporaryFile(prefix="sharedserver-model.")
        self.arguments = arguments
        self.pid = spawn(arguments, environment, self._file.name)

    def finish(self):
        """Its exit code and its words."""
        code = end_of(self.pid)
        with self._file:
            return code, self._file.read().decode(errors="replace")


def end_all():
    """Ends everything that descends from us."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        left = descendants(os.getpid())
        if not left:
            break
        for pid in left:
            kill(pid)
        reap()
    _ended.clear()
