"""The measurements of the tray, on a desktop of their own: Xvfb, a message bus, and a panel."""
import subprocess
import time
from contextlib import contextmanager

from bench_world import NOTHING, idle_calls, memory, wait_until


@contextmanager
def process(*argv, environment, reads=False):
    started = subprocess.Popen(argv, stdin=NOTHING, stderr=NOTHING, env=environment,
                               stdout=subprocess.PIPE if reads else NOTHING, text=True)
    try:
        yield started
    finally:
        started.terminate()
        started.wait()


@contextmanager
def desktop(environment):
    """The environment of one who sits before it."""
    with process("Xvfb", "-displayfd", "1", "-screen", "0", "1280x800x24", "-noreset",
                 environment=environment, reads=True) as screen, \
            process("dbus-daemon", "--session", "--nofork", "--print-address=1",
                    environment=environment, reads=True) as bus:
        seated = dict(environment, DISPLAY=":" + screen.stdout.readline().strip(),
                      DBUS_SESSION_BUS_ADDRESS=bus.stdout.readline().strip(),
                      QT_QPA_PLATFORM="xcb")
        with process("trayer", "--expand", "false", "--widthtype", "request", environment=seated):
            wait_until("the panel", lambda: windows("trayer", seated))
            yield seated


def windows(window_class, environment):
    found = subprocess.run(["xdotool", "search", "--onlyvisible", "--class", f"^{window_class}$"],
                           capture_output=True, text=True, check=False, env=environment)
    return found.stdout.split()


@contextmanager
def tray(world, program, environment):
    """A tray that is the watcher, with its icon on the panel; how long both took, in ms."""
    begin = time.perf_counter()
    with process(program, "--hidden", environment=environment) as started:
        wait_until("a watcher", lambda: world.ask("list") is not None)
        ready = (time.perf_counter() - begin) * 1000
        wait_until("the icon", lambda: windows("sharedserver-tray", environment))
        yield started.pid, ready, (time.perf_counter() - begin) * 1000


def bench_tray(world, table, program, runs):
    with desktop(world.environment) as environment:
        ready, shown = [], []
        for _ in range(min(runs, 10)):
            with tray(world, program, environment) as (_, until_ready, until_shown):
                ready.append(until_ready)
                shown.append(until_shown)
        table.add("the tray, until it is the watcher", "ms", {world.name: ready})
        table.add("the tray, until its icon is there", "ms", {world.name: shown})
        with tray(world, program, environment) as (pid, _, _):
            for number in range(3):
                world.use(f"idle{number}")
            table.add("memory of the tray with 3 servers", "MB", {world.name: [memory(pid)]})
            time.sleep(1)  # the panel asks what it has been told
            table.add("its system calls in 10 idle s", "", {world.name: [idle_calls(world, [pid])]},
                      0)
            for number in range(3):
                world.command("admin", "kill", f"idle{number}")
