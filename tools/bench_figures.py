"""What is measured, for each program; and what a peer cannot do."""
import subprocess
import sys

from bench_world import Failed


def attempt(world, work):
    """Whether that works. Only of a peer it need not: what ours cannot do ends the run."""
    try:
        work()
    except (Failed, OSError, ValueError, LookupError, subprocess.SubprocessError) as failure:
        if not world.is_peer:
            raise
        complaint = f"{world.name}: {failure}"
        if complaint not in world.complaints:
            world.complaints.append(complaint)
            print(complaint, file=sys.stderr, flush=True)
        return False
    return True


class Figures:
    """For each program its values. Who fails once has none, and is not tried again."""

    def __init__(self):
        self.values = {}
        self._unable = set()

    def measure(self, world, work):
        """Notes what `work` returns; whether it did."""
        def note():
            self.values.setdefault(world.name, []).append(work())

        if world.name not in self._unable and not attempt(world, note):
            self._unable.add(world.name)
            self.values.pop(world.name, None)
        return world.name not in self._unable

    def part(self, number):
        """Where each value is a tuple, one part of it."""
        return {name: [value[number] for value in values] for name, values in self.values.items()}
