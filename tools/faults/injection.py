"""How a fault is brought in: strace counts the system calls of a role, and injects at one of them."""
import os
import re
import subprocess

from world import wait_until

# strace leaves out a call that it lets fail, but these do their work whatever they return: close(2)
# always frees the descriptor, and a new process is there.
# The others cannot fail where they are used; nor is there a trial of what stands in for close_range(2),
# 65,000 calls that take too long under strace.
NEVER_FAIL = {"close", "exit", "exit_group", "munmap", "rt_sigreturn", "execve",
              "getpid", "gettid", "getuid", "geteuid", "setsid", "umask", "futex", "close_range"}
# Qt draws in several threads, and waits for ever where it gets none: nothing of ours can mend that.
MAKES_THREADS = {"clone3", "mmap", "mprotect"}
# What wakes an event loop (eventfd(2)): it cannot fail, and strace would leave it out.
WAKES = 'write(', r'"\1\0\0\0\0\0\0\0", 8)'
# `child` and `command` follow a fork, and let go of what executes.
UNTIL_EXEC = ["-f", "-qq", "-b", "execve"]
FOLLOWS = {"watcher": ["-qq"], "successor": ["-qq"], "child": UNTIL_EXEC, "command": UNTIL_EXEC,
           "rival": UNTIL_EXEC, "all": ["-f", "-qq"]}


def is_permitted():
    """Whether processes can be traced here: containers often forbid it."""
    return subprocess.run(["strace", "-o", os.devnull, "true"], stderr=subprocess.DEVNULL,
                          check=False).returncode == 0


def can_fail(call, of_tray):
    return call[0] not in NEVER_FAIL and not (of_tray and call[0] in MAKES_THREADS)


def options(fault, call):
    what = "signal=SIGKILL" if fault == "KILL" else f"error={fault}"
    return ["-e", f"inject={call[0]}:{what}:when={call[1]}"]


def make(world, transition, role, more):
    """Makes the transition with one role traced; the finished commands, each with its arguments."""
    trace = ["strace", "-o", os.path.join(world.folder, "trace"), *FOLLOWS[role], *more]
    if role in ("command", "all", "rival"):
        return make_by_command(world, transition, [*trace, "-D"])
    if role == "successor":
        successor = transition.successor(world, [*trace, "-D"])
        wait_until(lambda: successor.poll() is not None or successor.pid in world.watchers()
                   and world.watchers() == [successor.pid] and world.listener_pid())
        arguments = transition.act(world)
        done = world.run(*arguments)
        world.end_tracers()
        return [(arguments, done)]
    # pylint: disable=consider-using-with
    tracer = subprocess.Popen([*trace[:3], *more, *[o for o in FOLLOWS[role] if o != "-qq"], "-p",
                               str(world.watchers()[0])], stderr=subprocess.PIPE, text=True)
    try:
        tracer.stderr.readline()  # "Process N attached"
        arguments = transition.act(world)
        return [(arguments, world.run(*arguments))] if arguments else []
    finally:
        tracer.terminate()
        tracer.communicate()


def make_by_command(world, transition, trace):
    """With -D the tracer stands aside: it would live as long as what it follows."""
    rival = transition.rival(world) if transition.rival else None
    rivals = world.command(*rival) if rival else None
    arguments = transition.act(world)
    done = [(arguments, world.run(*arguments, prefix=trace))]
    if rivals:
        done.append((rival, world.finish(rivals)))
    world.end_tracers()
    return done


def calls_in(lines, role, folder):
    """The system calls of a trace that are worth a trial: each a name, and the how manieth it was.

    Until a new process first names the world's folder, it only loads its libraries: one call stands
    for all of those. Of `child`, only calls that the watcher itself does not make as often: strace
    counts for each process, and would hit that one first.
    """
    counts, calls, asleep = {}, {}, {}
    first = ...  # none yet; a process is None where only one is traced
    for line in lines:
        call = re.match(r"(?:(\d+) +)?(\w+)\(", line)
        if not call:
            continue
        process, name = call.groups()
        if first is ...:
            first = process
            if role not in ("watcher", "child"):
                asleep[process] = None
        counts[process, name] = counts.get((process, name), 0) + 1
        key = name, counts[process, name]
        if name == "execve" and role == "all":
            asleep[process] = key
        if process in asleep and folder in line and name != "execve":
            if asleep[process]:
                calls[asleep[process]] = process
            del asleep[process]
        if process in asleep:
            asleep[process] = key
        elif all(part in line for part in WAKES):
            pass
        elif role != "child" or process != first:
            calls.setdefault(key, process)
    if role == "child":
        return [(name, count) for name, count in calls if counts.get((first, name), 0) < count]
    return list(calls)
