"""What can happen to a world: each step does it, and tells the model.

A step is a line of text: a word, and what it is done to. Every step can be made in every state, so
that any part of a walk is a walk, too; where there is nothing to do, it does nothing.
"""
import signal
import time

import processes
from wire import Wire
from world import Violation

# For servers that are known not to end: they are not waited for.
SHORT = 30  # milliseconds
OUTCOME_OF_WORD = {"Started": "started", "Attached": "attached", "Rescued": "rescued"}


class Acts:
    """The steps that sharedserver's users make, and the deaths of all that takes part."""

    def __init__(self, world, expected):
        self.world, self.expected = world, expected

    # --- Help for the steps ---

    def watched(self):
        """A watcher runs, and we are connected to it."""
        if not self.world.wire:
            now = time.monotonic()
            self.world.connect()
            self.expected.watcher_came(now)

    def command(self, server):
        return [self.world.programs.server] + ["--ignore-term"] * server.is_deaf

    def launch(self, server):
        env = [f"{key}={value}" for key, value in self.world.environment.items()]
        return {"command": self.command(server), "env": env, "cwd": "/", "umask": 0o022,
                "grace_period": server.grace_text}

    def limit(self, server):
        """How long a stop may take, where that is not to be the usual time. Its start may have been
        answered before it was deaf."""
        if not server.is_deaf:
            return {}
        if server.runs:
            processes.wait_until_ignores(server.pid, signal.SIGTERM)
        return {"timeout_ms": SHORT}

    def ask_about(self, server, method, **params):
        """Asks for a change of one server. Whether it runs, for the watcher, and the answer."""
        self.watched()
        now = time.monotonic()
        if server.is_hidden:
            self.expected.found(server, now)
        answer = self.world.ask(method, name=server.name, **params)
        if server.may_be_over(time.monotonic(), True) and (
                answer == "not_running" or answer_word(answer) == "started"):
            server.end()
        return now, answer

    def must(self, server, step, answer, *right):
        if answer_word(answer) not in right:
            raise Violation(f"{step} {server.name}: the answer is {answer_word(answer)}, not "
                            f"{' or '.join(right)}")

    def attach(self, server, client, now, outcome, pid):
        """Somebody was told that he is attached."""
        if self.may_be_given_up(server):
            return self.end_in_doubt(server)
        right = "started"
        if server.runs:
            right = "attached" if server.clients else "rescued"
        if server.foreign and right == "rescued" and outcome == "attached":
            right = outcome  # its own watcher takes the dead out, up to 500 ms later
        if outcome != right or (server.runs and server.pid != pid):
            raise Violation(f"use {server.name}: {outcome} process {pid}, but it should have "
                            f"{right} {server.pid or 'a new one'}")
        if not server.runs:
            server.start(pid)
        return server.attach(client)

    def let_foreign_watcher_end(self, server):
        """After the server's end: version 0.4.4 removes whatever files stand there by then."""
        if server.foreign:
            processes.end_of(server.foreign_watcher)

    def may_be_given_up(self, server):
        """Another tool's watcher looks for clients, and ends the server a moment later: whoever
        attaches in between comes too late."""
        return server.foreign and server.may_be_over(time.monotonic(), True)

    def end_in_doubt(self, server):
        """Whether somebody was too late for it is open. So it ends now, with what may have been
        started in its place, and nobody is listed for it."""
        processes.kill(server.pid)
        self.let_foreign_watcher_end(server)
        if self.world.wire:
            self.world.ask("kill", name=server.name)
        server.end(self.expected.is_watched)

    # --- Steps of users, on the socket ---

    def use(self, name, client):
        server = self.expected.server(name)
        pid = self.world.client(client)
        now, answer = self.ask_about(server, "use", pid=pid, **self.launch(server))
        self.must(server, "use", answer, "started", "attached", "rescued")
        self.attach(server, client, now, answer["outcome"], answer["info"]["pid"])

    def use_dead(self, name):
        """A process that is not alive cannot become a client. Nothing is looked for then: a server
        that no file names is found by the next request that is not refused."""
        server = self.expected.server(name)
        pid = self.world.client("nobody")
        self.world.end_client("nobody")
        self.watched()
        answer = self.world.ask("use", name=name, pid=pid, **self.launch(server))
        self.must(server, "use-dead", answer, "not_running", "usage")

    def rush(self, name):
        """All clients at once, each on a connection of its own."""
        server = self.expected.server(name)
        self.watched()
        now = time.monotonic()
        if server.is_hidden:
            self.expected.found(server, now)
        wires = [(client, Wire(self.world.directory)) for client in self.expected.clients]
        for client, wire in wires:
            wire.send("use", name=name, pid=self.world.client(client), **self.launch(server))
        answers = [(client, wire.answer()) for client, wire in wires]
        for _, wire in wires:
            wire.close()
        if self.may_be_given_up(server):
            return self.end_in_doubt(server)
        started = [answer for _, answer in answers if answer["outcome"] == "started"]
        if server.may_be_over(time.monotonic(), True) and started:
            server.end()
        if len(started) != (0 if server.runs else 1):
            raise Violation(f"rush {name}: {len(started)} have started a server")
        if len({answer["info"]["pid"] for _, answer in answers}) != 1:
            raise Violation(f"rush {name}: several servers were found")
        if started:
            server.start(started[0]["info"]["pid"])
        for client, _ in answers:
            server.attach(client)
        return None

    def start(self, name):
        server = self.expected.server(name)
        now, answer = self.ask_about(server, "start", **self.launch(server))
        self.must(server, "start", answer, "already_running" if server.runs else "started")
        if not server.runs:
            server.start(answer["info"]["pid"])
            server.look_for_grace(now, True)

    def unuse(self, name, client):
        server = self.expected.server(name)
        now, answer = self.ask_about(server, "unuse", pid=self.world.client(client))
        if not server.runs:
            return self.must(server, "unuse", answer, "not_running")
        self.must(server, "unuse", answer,
                  "detached" if client in server.clients else "not_attached")
        return server.detach(client, now, True)

    def stop(self, name):
        server = self.expected.server(name)
        self.end_by(server, "stop", server.is_deaf, **self.limit(server))

    def stop_force(self, name):
        server = self.expected.server(name)
        self.end_by(server, "stop", False, force=True, **self.limit(server))

    def kill(self, name):
        self.end_by(self.expected.server(name), "kill", False)

    def end_by(self, server, method, resists, **params):
        answer = self.ask_about(server, method, **params)[1]
        if not server.runs:
            self.must(server, method, answer, "not_running")
        elif resists:
            self.must(server, method, answer, "timeout")
        else:
            # Its grace may have ended meanwhile, which is as good.
            self.must(server, method, answer, "stopped")
            self.let_foreign_watcher_end(server)
            server.end()

    def restart(self, name):
        server = self.expected.server(name)
        now, answer = self.ask_about(server, "restart", **self.limit(server))
        clients = set(server.clients)  # those whom a watcher knows that came only for this
        if answer == "not_running":
            if server.runs:
                raise Violation(f"restart {name}: not running")
        elif server.is_deaf:
            self.must(server, "restart", answer, "timeout")
        else:
            self.must(server, "restart", answer, "started")
            self.let_foreign_watcher_end(server)
            server.start(answer["info"]["pid"])
            for client in clients:
                server.attach(client)
            server.look_for_grace(now, True)

    def doctor(self, name="all"):
        if name == "all":
            self.watched()
            answer = self.world.ask("doctor")
        else:
            answer = self.ask_about(self.expected.server(name), "doctor")[1]
        for finding in answer["findings"]:
            if not finding["mended"]:
                raise Violation(f"doctor {name}: {finding['problem']} {finding['action']}")

    # --- Steps of users, on the command line ---

    def run(self, server, *arguments):
        """Runs a command that changes something: the command itself starts the watcher."""
        now = time.monotonic()
        code, words = self.world.run(*arguments)
        if not self.world.wire:
            self.world.connect()
            self.expected.watcher_came(now)
        if server.is_hidden:
            self.expected.found(server, now)
        return now, code, words

    def cli_use(self, name, client):
        server = self.expected.server(name)
        now, code, words = self.run(
            server, "use", name, "--pid", str(self.world.client(client)),
            "--grace-period", server.grace_text, "--", *self.command(server))
        outcome = OUTCOME_OF_WORD.get(words.removeprefix("✓ ").split(" ")[0])
        if code != 0 or not outcome:
            raise Violation(f"cli-use {name}: exit code {code}: {words}")
        if outcome == "started" and server.may_be_over(time.monotonic(), True):
            server.end()
        pid = self.world.ask("info", name=name).get("pid", 0)
        self.attach(server, client, now, outcome, pid)

    def cli_rush(self, name):
        """All clients at once, each with a command of its own, which may start a watcher."""
        server = self.expected.server(name)
        now = time.monotonic()
        commands = [(client, self.world.begin(
            "use", name, "--pid", str(self.world.client(client)), "--grace-period",
            server.grace_text, "--", *self.command(server))) for client in self.expected.clients]
        for client, command in commands:
            code, words = command.finish()
            if code != 0:
                raise Violation(f"cli-rush {name}: exit code {code}: {words}")
        if not self.world.wire:
            self.world.connect()
            self.expected.watcher_came(now)
        if server.is_hidden:
            self.expected.found(server, now)
        if self.may_be_given_up(server):
            return self.end_in_doubt(server)
        pid = self.world.ask("info", name=name).get("pid", 0)
        if server.may_be_over(time.monotonic(), True) and pid != server.pid:
            server.end()
        if not server.runs:
            server.start(pid)
        for client, _ in commands:
            server.attach(client)
        return None

    def cli_unuse(self, name, client):
        server = self.expected.server(name)
        pid = str(self.world.client(client))
        now, code, words = self.run(server, "unuse", name, "--pid", pid)
        if code == 1 and server.may_be_over(time.monotonic(), True):
            server.end()
        if code != (0 if server.runs else 1):
            raise Violation(f"cli-unuse {name}: exit code {code}: {words}")
        server.detach(client, now, True)

    def cli_kill(self, name):
        server = self.expected.server(name)
        _, code, words = self.run(server, "admin", "kill", name)
        if code != (0 if server.runs else 1) and not server.may_be_over(time.monotonic(), True):
            raise Violation(f"cli-kill {name}: exit code {code}: {words}")
        self.let_foreign_watcher_end(server)
        server.end()

    # --- Deaths and successions ---

    def client_dies(self, client):
        now = time.monotonic()
        if self.world.end_client(client):
            self.expected.client_died(client, now)

    def server_crashes(self, name):
        self.signal_server(name, signal.SIGKILL)

    def server_exits(self, name):
        if not self.expected.server(name).is_deaf:
            self.signal_server(name, signal.SIGTERM)

    def signal_server(self, name, which):
        server = self.expected.server(name)
        if server.runs:
            processes.kill(server.pid, which)
            self.let_foreign_watcher_end(server)
            server.end(self.expected.is_watched)

    def watcher_killed(self):
        self.end_watcher(signal.SIGKILL)

    def watcher_terminated(self):
        if self.world.tray:
            self.world.quit_tray()
            self.world.connect()
        else:
            self.end_watcher(signal.SIGTERM)

    def end_watcher(self, which):
        if self.world.wire:
            self.world.end_watcher(which)
            self.expected.watcher_left(time.monotonic())

    def take_over(self):
        self.watched()
        if not self.world.tray:
            self.world.take_over()

    def tray_starts(self):
        if self.world.programs.tray and not self.world.tray:
            self.watched()
            self.world.start_tray()

    def tray_quits(self):
        if self.world.tray:
            self.world.quit_tray()
            self.world.connect()


def answer_word(answer):
    return answer if isinstance(answer, str) else answer.get("outcome", "an answer")
