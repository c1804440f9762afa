"""What must be true after any fault, as the design promises it."""
import os
import stat
import time

from world import LOG_BOUND, LOG_LINES, PATIENCE, SERVER, Violation, wait_until


def check(world, transition, fault, before, watcher_before, done):
    """Raises a Violation where a promise does not hold after the transition.

    `before` is what was known of `web`, `done` the commands that were run.
    """
    torn = [name for name, content in world.lockfiles().items() if content is None]
    if torn:
        raise Violation(f"{torn} is torn")
    world.must("use", "probe", "--pid", world.client(0), "--", *SERVER)  # any next command
    running = settle(world, transition)
    check_calm(world, running)
    check_outside(world, transition)
    web = running.get("web")
    if transition.keeps and (not web or web["pid"] != before["pid"]):
        raise Violation("the server was not kept")
    if transition.returns and not web and world.watchers() == watcher_before:
        raise Violation("the server was not started again")
    counted = {client["pid"] for client in (web or {}).get("clients") or []}
    if before and web:
        leaving = {world.clients[number].pid for number in transition.leaves}
        lost = {client["pid"] for client in before["clients"] or []} - counted - leaving
        if lost:
            raise Violation(f"the clients {lost} were lost")
    for arguments, result in done:
        if result.returncode == 0:
            check_word(world, arguments, web, counted)
    if transition.name == "log-cut":
        check_log(world, fault)


def settle(world, transition):
    """Waits until what is listed is what runs, and nothing else; what is listed then."""
    deadline = time.monotonic() + PATIENCE
    while True:
        running, servers, watchers = world.running(), world.servers(), world.watchers()
        dead = {client["pid"] for info in running.values() for client in info["clients"] or []
                if is_dead(client["pid"])}
        due = transition.ends and "web" in running
        back = transition.returns and "web" not in running and "web" in listed(world)
        if ({info["pid"] for info in running.values()} == servers and len(watchers) == 1
                and not dead and not due and not back):
            return running
        if time.monotonic() > deadline:
            raise Violation(f"servers {servers}, but {sorted(running)} are listed, "
                            f"{len(watchers)} watchers run, and dead clients {dead} are counted")
        time.sleep(0.05)


def listed(world):
    return {name.split(".")[0] for name in world.lockfiles() if name.endswith(".server.json")}


def is_dead(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rsplit(")", 1)[1].split()[0] in "ZX"
    except OSError:
        return True


def check_calm(world, running):
    calm = running.get("calm")
    if world.calm and (not calm or calm["pid"] != world.calm or calm["refcount"] != 1):
        raise Violation("the calm server is another one, or has lost its client")


def check_outside(world, transition):
    """No process that is not ours was signalled; nobody else can read or write our files."""
    for number, client in enumerate(world.clients):
        if client.poll() is not None and not (
                transition.name == "client-death" and number in transition.leaves):
            raise Violation("a client was killed")
    for name in [".", *os.listdir(world.locks)]:
        try:
            mode = os.lstat(os.path.join(world.locks, name)).st_mode
        except FileNotFoundError:
            continue
        if stat.S_IMODE(mode) & 0o077:
            raise Violation(f"others may use '{name}': {stat.filemode(mode)}")


def check_word(world, arguments, web, counted):
    """What a command that succeeded has promised."""
    if arguments[0] in ("use", "unuse"):
        is_counted = int(arguments[arguments.index("--pid") + 1]) in counted
        if is_counted != (arguments[0] == "use"):
            raise Violation(f"'{arguments[0]}' succeeded, but the client is "
                            f"{'' if is_counted else 'not '}counted")
        if "--wait" in arguments and web.get("ready") is not True:
            raise Violation("'use --wait' succeeded, but it is not ready")
    elif arguments[:2] in (["admin", "stop"], ["admin", "kill"]) and web:
        raise Violation("it was stopped, but runs")
    elif arguments[:2] == ["admin", "restart"] and not web:
        raise Violation("it was restarted, but does not run")
    if world.calm:
        world.must("check", "calm")


def check_log(world, fault):
    """No line is lost, doubled or torn by a kill; where a disk is full, lines may be lost whole."""
    server = world.info("web")
    log = server["log_file"]
    if not wait_until(lambda: world.processes().get(server["pid"]) == SERVER, PATIENCE):
        raise Violation("the server does not come to the end of its lines")
    if not wait_until(lambda: os.stat(log).st_blocks * 512 <= LOG_BOUND + (1 << 20), PATIENCE):
        raise Violation("the log is over its bound")
    text = world.must("logs", "web", "--lines", str(2 * LOG_LINES))
    lines = [line for line in text.splitlines() if not line.startswith("--- sharedserver:")]
    torn = [line for line in lines if len(line) != 19 or not line.isdigit()]
    if torn:
        raise Violation(f"{len(torn)} lines of the log are torn, as '{torn[0][:40]}'")
    numbers = [int(line) for line in lines]
    if numbers != sorted(set(numbers)) or not numbers or numbers[-1] != LOG_LINES:
        raise Violation("lines of the log are doubled, or the last ones are missing")
    if fault == "KILL" and numbers != list(range(1, LOG_LINES + 1)):
        raise Violation(f"{LOG_LINES - len(numbers)} lines of the log were lost")
