"""Clients by the thousand: real processes, each as cheap as one can be.

A child interpreter of its own forks them, so that none inherits what the test itself holds.
"""
import ctypes
import os
import signal
import subprocess
import sys


class Crowd:
    """Processes that do nothing until they are told to end."""

    def __init__(self):
        # pylint: disable=consider-using-with
        self.process = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True, bufsize=1)

    def born(self):
        """The pid of a new client."""
        return int(self._tell("new"))

    def die(self, pid):
        self._tell(str(pid))

    def _tell(self, word):
        self.process.stdin.write(word + "\n")
        return self.process.stdout.readline()

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def serve():
    pr_set_pdeathsig = 1
    system = ctypes.CDLL(None)
    for word in sys.stdin:
        if word == "new\n":
            pid = os.fork()
            if pid == 0:
                system.prctl(pr_set_pdeathsig, signal.SIGKILL)
                while True:
                    signal.pause()
        else:
            pid = int(word)
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        print(pid, flush=True)


if __name__ == "__main__":
    serve()
