"""The transitions in the life of a server, and whose system calls each of them is tried with."""
import os
import signal

from world import CHATTY, LOG_BOUND, SERVER, STUBBORN, wait_until


class Transition:
    """A change in the life of the server `web`: what comes before it, and what makes it happen.

    `act` returns the arguments of a command, or does it itself. The command is traced where the
    role is `command` or `all`. `roles` says whose system calls are meant:

    watcher    the one that runs
    child      what it forks, until that executes
    command    the command, and what it forks, until that executes
    all        the command and everything that it starts
    successor  a new watcher, from its own start on: `successor` starts it, before `act`
    rival      as `command`, while another one, `rival`, does the same at the same time

    `keeps`: `web` must be the same process afterwards. `ends`: it must be gone in the end.
    `leaves`: the numbers of the clients that may be counted no more. `empty`: nothing runs before.
    """

    def __init__(self, name, before, act, roles=("watcher", "command"), keeps=False, ends=False,
                 leaves=(), successor=None, rival=None, empty=False, returns=False):
        self.name, self.before, self.act, self.roles = name, before, act, roles
        self.keeps, self.ends, self.leaves = keeps, ends, leaves
        self.successor, self.rival, self.empty, self.returns = successor, rival, empty, returns


def use(client, *more):
    return lambda world: ["use", "web", "--pid", world.client(client), *more]


def unuse(client):
    return lambda world: ["unuse", "web", "--pid", world.client(client)]


def fixed(*arguments):
    return lambda world: list(arguments)


def use_when_port_answers(world):
    return ["use", "web", "--pid", world.client(1), "--wait", "--ready", f"tcp:{world.port}", "--",
            *SERVER]


def server_dies(world):
    pid = world.info("web")["pid"]
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not world.watchers() or "web" not in world.running())


def server_fails(world):
    """It is to come back, half a second later."""
    pid = world.info("web")["pid"]
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not world.watchers()
               or world.running().get("web", {"pid": pid})["pid"] != pid)


def client_dies(world):
    world.clients[2].kill()
    wait_until(lambda: not world.watchers() or world.info("web")["refcount"] == 1)


def grace_ends(world):
    wait_until(lambda: not world.watchers() or "web" not in world.running())


def watcher_dies(world):
    for pid in world.watchers():
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not world.watchers())


def log_grows(world):
    with open(world.fifo, "w", encoding="utf-8") as fifo:
        fifo.write("go\n")
    log = world.info("web")["log_file"]

    def is_cut():
        return (SERVER in [line for pid, line in world.processes().items() if pid != world.calm]
                and os.path.exists(log + ".1") and os.stat(log).st_size <= LOG_BOUND)
    wait_until(lambda: not world.watchers() or is_cut())


def tray_comes(world):
    tray = world.start_tray()
    wait_until(lambda: world.watchers() == [tray.pid] and world.listener_pid() == tray.pid, 20)


def tray_quits(world):
    world.tray_process.send_signal(signal.SIGTERM)
    wait_until(lambda: world.tray_process.poll() is not None, 20)


def new_watcher(world, prefix):
    return world.command("watch", "--take-over", "--linger", "1h", prefix=prefix)


def new_tray(world, prefix):
    return world.start_tray(prefix)


def successor_comes(world):
    """An untraced one, while the old one is traced."""
    new = new_watcher(world, [])
    wait_until(lambda: new.poll() is not None or world.watchers() == [new.pid])


START = use(1, "--", *SERVER)
TRANSITIONS = [
    Transition("cold-start", [], START, roles=("command", "successor"), empty=True,
               successor=new_watcher),
    Transition("first-use", [], START, roles=("watcher", "child", "command")),
    Transition("attach", [START], use(2), keeps=True),
    Transition("detach", [START, use(2)], unuse(2), keeps=True, leaves=[2]),
    Transition("to-grace", [START], unuse(1), keeps=True, leaves=[1]),
    Transition("rescue", [START, unuse(1)], use(2, "--", *SERVER), keeps=True),
    Transition("grace-end", [use(1, "--grace-period", "300ms", "--", *SERVER), unuse(1)],
               grace_ends, roles=("watcher",), ends=True, leaves=[1]),
    Transition("stop", [START], fixed("admin", "stop", "web")),
    Transition("stop-force", [use(1, "--", *STUBBORN)],
               fixed("admin", "stop", "web", "--force", "--timeout", "50ms")),
    Transition("restart", [START, use(2)], fixed("admin", "restart", "web"),
               roles=("watcher", "child", "command")),
    Transition("kill", [START], fixed("admin", "kill", "web")),
    Transition("server-death", [START], server_dies, roles=("watcher",), ends=True),
    Transition("client-death", [START, use(2)], client_dies, roles=("watcher",), keeps=True,
               leaves=[2]),
    Transition("adoption", [START, watcher_dies], use(2), roles=("command", "all", "successor"),
               keeps=True, successor=new_watcher),
    Transition("start-race", [START, watcher_dies], use(2, "--", *SERVER), roles=("rival",),
               keeps=True, rival=use(0, "--", *SERVER)),
    # It waits for less than the patience of a trial: what strikes a child strikes each attempt's.
    Transition("ready-exec", [],
               use(1, "--wait", "--timeout", "10s", "--ready", "exec:true", "--", *SERVER),
               roles=("watcher", "child", "command")),
    Transition("ready-tcp", [], use_when_port_answers),
    Transition("back-off", [use(1, "--restart", "on-failure", "--", *SERVER)], server_fails,
               roles=("watcher", "child"), returns=True),
    Transition("log-cut", [use(1, "--", *CHATTY)], log_grows, roles=("watcher",), keeps=True),
    Transition("hand-over", [START], successor_comes, roles=("watcher",), keeps=True),
    Transition("take-over", [START], use(2), roles=("successor",), keeps=True,
               successor=new_watcher),
    Transition("tray-take-over", [START], use(2), roles=("successor",), keeps=True,
               successor=new_tray),
    Transition("tray-hand-over", [START, tray_comes], tray_quits, roles=("watcher",), keeps=True),
]
