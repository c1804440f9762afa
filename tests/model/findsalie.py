"""The test of the model itself: a view that lies is found, and the walk to it is made short.

    findsalie.py WALK...    (the command that makes walks)
"""
import subprocess
import sys
import tempfile


def run(*arguments):
    done = subprocess.run([*sys.argv[1:], *arguments], stdout=subprocess.PIPE, text=True,
                          check=False)
    return done.returncode, done.stdout


def main():
    code, words = run("--steps", "500", "--seed", "3", "--lie", "third-client")
    assert code == 1 and "the files" in words, words
    steps = [line for line in words.splitlines() if not line.startswith("#")]
    # Three clients must meet; one step that brings all of them is the shortest.
    assert 1 <= len(steps) <= 3, words
    with tempfile.NamedTemporaryFile("w", suffix=".model") as script:
        script.write(words)
        script.flush()
        code, words = run("--script", script.name, "--lie", "third-client")
        assert code == 1 and "the files" in words, words
        code, words = run("--script", script.name)
        assert code == 0, words


main()
