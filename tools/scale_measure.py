"""What `./dev scale` measures: processor time of the watcher and of commands, and memory.

Processor time, because other work on the machine does not count into it. A row is a number of
servers, clients or subscribers, and then what each curve has there.
"""
import os
import statistics
import subprocess
import time
from contextlib import contextmanager

from bench_world import cpu, memory, tell

REPEATS = 9


def scale_servers(world, steps):
    """Rows: servers; one start, `list`, `admin start` of one that runs (ms of processor
    time); memory (MB)."""
    with world.watcher() as watcher:
        def one_more(number):
            must(world, "start", name=f"server{number}", command=["sleep", "3600"], cwd="/",
                 env=["PATH=" + os.environ["PATH"]], grace_period="1h", log_file="/dev/null")
        for count, each in growing(watcher, steps, one_more):
            yield (count, each, command_cpu(world, "list"),
                   command_cpu(world, "admin", "start", "server0", "--", "sleep", "1"),
                   memory(watcher))


def scale_clients(world, steps, crowd):
    """Rows: clients of one server; one attach, one death, `info` (ms of processor time); memory."""
    with world.watcher() as watcher, people(crowd, steps[-1]) as pids:
        must(world, "start", name="server0", command=["sleep", "3600"], cwd="/",
             env=["PATH=" + os.environ["PATH"]], grace_period="1h", log_file="/dev/null")

        def one_more(number):
            must(world, "use", name="server0", pid=pids[number])
        for count, each in growing(watcher, steps, one_more):
            yield (count, each, death_cpu(world, watcher, crowd),
                   command_cpu(world, "info", "server0"), memory(watcher))


def scale_subscribers(world, steps):
    """Rows: subscribers; one event (ms of processor time); memory (MB)."""
    with world.watcher() as watcher:
        must(world, "start", name="server0", command=["sleep", "3600"], cwd="/",
             env=["PATH=" + os.environ["PATH"]], grace_period="1h", log_file="/dev/null")
        listeners = []

        def one_more(_):
            listeners.append(world.connect())
            tell(listeners[-1], "subscribe", {})
            listeners[-1].readline()

        def events():
            for _ in range(REPEATS):
                must(world, "use", name="server0", pid=os.getpid())
                must(world, "unuse", name="server0", pid=os.getpid())
                for listener in listeners:
                    for _ in ("attached", "detached", "grace"):
                        listener.readline()
        for count, _ in growing(watcher, steps, one_more):
            yield count, watcher_cpu(watcher, events) / (3 * REPEATS), memory(watcher)
        for listener in listeners:
            listener.close()


def growing(watcher, steps, one_more):
    """Adds one after the other; at each step, how many there are, and what one of the last cost."""
    there = 0
    for count in steps:
        def add(begin=there, end=count):
            for number in range(begin, end):
                one_more(number)
        yield count, watcher_cpu(watcher, add) / (count - there)
        there = count


def death_cpu(world, watcher, crowd):
    """What the end of one client costs the watcher."""
    with people(crowd, REPEATS) as pids:
        for pid in pids:
            must(world, "use", name="server0", pid=pid)

        def die():
            for pid in pids:
                os.kill(pid, 9)
                wait_until_idle(watcher)
        return watcher_cpu(watcher, die) / REPEATS


def watcher_cpu(watcher, act):
    """The watcher's processor time for what `act` does, and for what comes of it."""
    wait_until_idle(watcher)
    before = cpu(watcher)
    act()
    wait_until_idle(watcher)
    return cpu(watcher) - before


def wait_until_idle(watcher):
    """Until it sleeps, and has not been awake for a while."""
    before = None
    while before != cpu(watcher) or not is_asleep(watcher):
        before = cpu(watcher)
        time.sleep(0.05)


def is_asleep(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
        return stat.read().rsplit(")", 1)[1].split()[0] == "S"


def command_cpu(world, *arguments):
    """The processor time of a command, the median of some."""
    def once():
        pid = os.posix_spawn(world.program, [world.program, *arguments], world.environment,
                             file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
        _, status, usage = os.wait4(pid, 0)
        if status:
            raise SystemExit(f"scale: {' '.join(arguments)} failed with status {status}")
        return (usage.ru_utime + usage.ru_stime) * 1000
    return statistics.median(once() for _ in range(REPEATS))


@contextmanager
def people(crowd, count):
    """The pids of so many processes that only live."""
    with subprocess.Popen([crowd, str(count)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          text=True) as process:
        try:
            yield [int(process.stdout.readline()) for _ in range(count)]
        finally:
            process.stdin.close()


def must(world, method, **params):
    answer = world.ask(method, params)
    if "error" in answer:
        raise SystemExit(f"scale: {method} failed: {answer['error']['message']}")
