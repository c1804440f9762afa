"""A client of the control socket (docs/protocol.md), which keeps an eye on the events' numbers."""
import json
import os
import select
import socket
import time

from processes import PATIENCE


class Gone(Exception):
    """The watcher went away."""


class Refused(Exception):
    """The watcher answered with an error."""

    def __init__(self, error):
        super().__init__(error["message"])
        self.kind = error.get("data", {}).get("kind", str(error["code"]))


class Wire:
    """One connection. Raises Gone where nobody listens, or nobody does any more."""

    def __init__(self, directory):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(PATIENCE)
        self._rest = b""
        self._last = 0
        self.events = []
        try:
            self._socket.connect(os.path.join(directory, "control.sock"))
        except OSError as error:
            self._socket.close()
            raise Gone() from error
        try:
            self.greeting = self.ask("hello", protocol=1, client="model")
        except Gone:
            self._socket.close()
            raise

    def send(self, method, **params):
        self._last += 1
        line = json.dumps({"jsonrpc": "2.0", "id": self._last, "method": method, "params": params})
        try:
            self._socket.sendall(line.encode() + b"\n")
        except (BrokenPipeError, ConnectionResetError) as error:
            raise Gone() from error

    def answer(self):
        while True:
            message = json.loads(self._line())
            if "id" not in message:
                self.events.append(message)
            elif "error" in message:
                raise Refused(message["error"])
            else:
                return message["result"]

    def ask(self, method, **params):
        self.send(method, **params)
        return self.answer()

    def wait_for_news(self, seconds):
        """Until something comes, or so long; takes what has come."""
        if not self._rest and not select.select([self._socket], [], [], seconds)[0]:
            return
        while self._rest or select.select([self._socket], [], [], 0)[0]:
            self.events.append(json.loads(self._line()))

    def wait_for_end(self):
        """Until the watcher has closed the connection."""
        deadline = time.monotonic() + PATIENCE
        try:
            while time.monotonic() < deadline:
                self.events.append(json.loads(self._line()))
        except Gone:
            return
        raise TimeoutError("the watcher does not let go")

    def close(self):
        self._socket.close()

    def _line(self):
        while b"\n" not in self._rest:
            try:
                part = self._socket.recv(1 << 16)
            except ConnectionResetError as error:
                raise Gone() from error
            if not part:
                raise Gone()
            self._rest += part
        line, self._rest = self._rest.split(b"\n", 1)
        return line
