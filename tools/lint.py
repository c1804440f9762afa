#!/usr/bin/env python3
"""Runs clang-tidy over the sources of the programs, as `./dev lint` does.

    lint.py CLANG_TIDY BUILD_FOLDER JOBS

Most of its time goes into the headers of Qt. So several sources of one target are looked at as one
translation unit, which includes them all. Where that one has something wrong (or two of its sources
have a name in common, which only matters there), its halves are looked at in its place, and then
theirs: what is told of a source always comes from a look at that source alone.

What passed is not looked at again while neither it, nor any header, nor the rules have changed: its
stamp is named by a checksum of all of these.
"""
import concurrent.futures
import hashlib
import json
import pathlib
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDERS = ("core", "cli", "app")
TOGETHER = 8  # more would save little, and make two equal names likelier


class Linter:
    def __init__(self, tool, build):
        self.tool = tool
        self.build = ROOT / build
        self.stamps = self.build / "stamps"
        self.units = self.build / "units"
        self.stamps.mkdir(exist_ok=True)
        self.units.mkdir(exist_ok=True)
        self.rules = self.read_rules()

    def read_rules(self):
        rules = hashlib.sha256(subprocess.check_output([self.tool, "--version"]))
        rules.update((ROOT / ".clang-tidy").read_bytes())
        for folder in FOLDERS:
            for header in sorted((ROOT / folder).rglob("*.h")):
                rules.update(header.read_bytes())
        return rules.digest()

    def stamp(self, source):
        text = source.read_bytes() + str(source).encode() + self.rules
        return self.stamps / hashlib.sha256(text).hexdigest()

    def due(self):
        """Lists of sources, each with the flags that all of them are compiled with."""
        targets = {}
        for entry in json.loads((self.build / "compile_commands.json").read_text()):
            source = pathlib.Path(entry["file"])
            if self.is_ours(source) and not self.stamp(source).exists():
                targets.setdefault(flags_of(entry), []).append(source)
        for flags, sources in targets.items():
            for first in range(0, len(sources), TOGETHER):
                yield flags, sorted(sources)[first:first + TOGETHER]

    @staticmethod
    def is_ours(source):
        """Without what is generated."""
        return ROOT in source.parents and source.relative_to(ROOT).parts[0] in FOLDERS

    def look(self, flags, sources):
        """What is wrong with these sources, as text."""
        if len(sources) == 1:
            passed, found = self.run(sources[0], flags)
        else:
            passed, found = self.run(self.unit_of(sources), flags)
        if passed:
            for source in sources:
                self.stamp(source).touch()
            return ""
        if len(sources) == 1:
            return found
        half = len(sources) // 2
        return self.look(flags, sources[:half]) + self.look(flags, sources[half:])

    def unit_of(self, sources):
        names = "\n".join(map(str, sources))
        unit = self.units / (hashlib.sha256(names.encode()).hexdigest()[:16] + ".cpp")
        unit.write_text("".join(f'#include "{source}" // NOLINT\n' for source in sources))
        return unit

    def run(self, file, flags):
        # To clang-tidy, what a unit includes is a header.
        headers = f"^{ROOT}/({'|'.join(FOLDERS)})/.*\\.(h|cpp)$"
        command = [self.tool, "--quiet", f"--header-filter={headers}",
                   f"--config-file={ROOT / '.clang-tidy'}", str(file), "--", *flags]
        done = subprocess.run(command, cwd=self.build, text=True, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.returncode == 0, done.stdout


def flags_of(entry):
    words = shlex.split(entry["command"])
    output = words.index("-o")
    return tuple(word for word in words[1:output] + words[output + 2:]
                 if word not in ("-c", entry["file"]))


def main():
    tool, build, jobs = sys.argv[1:]
    linter = Linter(tool, build)
    with concurrent.futures.ThreadPoolExecutor(int(jobs)) as pool:
        found = list(pool.map(lambda due: linter.look(*due), linter.due()))
    print("".join(found), end="")
    sys.exit(1 if any(found) else 0)


if __name__ == "__main__":
    main()
