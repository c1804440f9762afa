"""Makes a list of steps that fails shorter (delta debugging)."""


def shrink(steps, fails):
    """A shortest part that can be found by leaving out names, chunks and single steps. `fails`
    plays steps, and is true where they fail."""
    steps = without_words(list(steps), fails)
    size = max(1, len(steps) // 2)
    while True:
        shorter = without_chunks(steps, size, fails)
        if size == 1 and len(shorter) == len(steps):
            return shorter
        steps = shorter
        size = max(1, size // 2)


def without_words(steps, fails):
    """Leaves out all steps with a certain name or client, where it fails without."""
    for word in sorted({word for step in steps for word in step.split()}):
        rest = [step for step in steps if word not in step.split()]
        if rest != steps and fails(rest):
            steps = rest
    return steps


def without_chunks(steps, size, fails):
    begin = 0
    while begin < len(steps):
        rest = steps[:begin] + steps[begin + size:]
        if rest and fails(rest):
            steps = rest
        else:
            begin += size
    return steps
