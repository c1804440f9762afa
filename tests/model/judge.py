"""Whether all views of a world agree with the model, as soon as things have settled."""
import os
import select
import time

import processes
import views
from processes import LOOK_AGAIN
from world import Violation

PATIENCE = 20
# How long a grace period may last beyond its time before it counts as forgotten.
OVERDUE = 20


class Judge:
    """`patience`: how many seconds what takes milliseconds may take."""

    def __init__(self, world, expected, lie=None, patience=PATIENCE):
        self.world, self.expected, self.lie, self.patience = world, expected, lie, patience

    def settle(self, with_command_line=False):
        """Waits until all views agree with the model. Raises a Violation where they do not."""
        deadline = time.monotonic() + self.patience
        while True:
            wrong = self.disagreements(with_command_line)
            if not wrong:
                break
            if time.monotonic() > deadline:
                raise Violation("; ".join(wrong))
            if self.world.wire:
                self.world.wire.wait_for_news(LOOK_AGAIN)
            else:
                select.select([], [], [], LOOK_AGAIN)
        self.world.take_events()

    def wait_for_grace_end(self, name):
        """Where that server is in a short grace period."""
        server = self.expected.server(name)
        while server.runs and not server.clients and server.ends_after and server.grace < 60 and (
                self.expected.is_watched or server.foreign):
            left = server.ends_after - time.monotonic()
            if left < -OVERDUE:
                raise Violation(f"the grace period of {name} does not end")
            if self.world.wire:
                self.world.wire.wait_for_news(max(left, LOOK_AGAIN))
            else:
                select.select([], [], [], max(left, LOOK_AGAIN))
            self.settle()

    def disagreements(self, with_command_line):
        processes.reap()
        self.world.check_strangers()
        files = views.in_files(self.world, self.expected.servers)
        seen = {"the files": files}
        if self.world.wire:
            seen["the socket"] = views.on_socket(self.world)
        if with_command_line:
            seen["the command line"] = views.on_command_line(self.world)
        live = views.in_proc(self.world)
        self.end_what_may_be_over()
        wrong = [word for view, servers in seen.items() for word in self.compare(view, servers)]
        pids = {server.pid for server in self.expected.running()}
        if live != pids:
            wrong.append(f"processes: {sorted(live)} run, and not {sorted(pids)}")
        wrong += self.left_files()
        if self.lie and not wrong:
            self.tell_lie(files)
        return wrong

    def compare(self, view, servers):
        right = self.visible(is_file=view != "the socket")
        return [] if servers == right else [f"{view}: {differences(servers, right)}"]

    def left_files(self):
        """Where a watcher runs, nothing is left of servers that do not."""
        if not self.expected.is_watched:
            return []
        return [f"leftovers: {os.path.basename(path)}" for server in self.expected.servers.values()
                if not server.runs and not server.has_debris
                for path in views.paths(self.world, server.name) if os.path.exists(path)]

    def tell_lie(self, files):
        """Where this run is to show that a lie is found, a third client is kept secret: only once
        the truth is as it should be, so that nothing that is merely late is taken for the lie."""
        found = self.compare("the files", {name: (state, pid, frozenset(sorted(clients)[:2]))
                                           for name, (state, pid, clients) in files.items()})
        if found:
            raise Violation("; ".join(found))

    def end_what_may_be_over(self):
        for server in self.expected.running():
            if processes.is_alive(server.pid):
                continue
            now = time.monotonic()
            if server.may_be_over(now, self.expected.is_watched):
                server.end()
            elif server.ends_after is not None and now < server.ends_after:
                left = server.ends_after - now
                raise Violation(f"too early: {server.name} has ended {left:.1f}s before its grace "
                                "period")

    def visible(self, is_file):
        right = {}
        for server in self.expected.running():
            if server.is_hidden:
                continue
            clients = frozenset(server.clients)
            if is_file and server.clients_file != "good":
                clients = frozenset()
            right[server.name] = ("active" if clients else "grace", server.pid, clients)
        return right

    def look(self, name):
        """What the commands say of one server and of all."""
        self.settle(with_command_line=True)
        server = self.expected.server(name)
        if server.ends_after is not None and server.grace < 60:
            return  # it may end between two commands
        right = self.visible(is_file=True).get(name)
        state = right[0] if right else "stopped"
        code = self.world.run("check", name)[0]
        if code != {"active": 0, "grace": 1, "stopped": 2}[state]:
            raise Violation(f"check {name} exits with {code}, but it is {state}")
        if server.is_hidden and server.server_file == "damaged":
            return  # info says why it cannot tell
        info = self.world.json("info", name)
        if right and views.of_infos(self.world, [info]) != {name: right}:
            raise Violation(f"info {name} says {info}, and not {right}")
        if info["state"] != state:
            raise Violation(f"info {name} says {info['state']}, but it is {state}")


def differences(seen, right):
    return ", ".join(f"{name} is {show(seen.get(name))} and not {show(right.get(name))}"
                     for name in sorted(seen.keys() | right.keys())
                     if seen.get(name) != right.get(name))


def show(server):
    if not server:
        return "stopped"
    state, pid, clients = server
    return f"{state} (process {pid}; {' '.join(sorted(clients)) or 'nobody'})"
