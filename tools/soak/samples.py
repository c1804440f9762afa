"""What a long run measures of a watcher, how it is shown, and when it has grown."""
import os
import statistics

# Growth is looked for after the warm-up (caches, rings of events and the heap fill up in it, see
# soak.py), by the medians of the last third of the samples and of the first third. More than both of
# these is growth: a share, and an amount below which a heap may move to and fro.
MOST_SHARE = 0.05
LEAST_AMOUNT = {"rss_kb": 1024, "private_kb": 1024, "descriptors": 8, "cpu_ms": 0.2}
# How long an answer takes depends on what else the machine does, so it is shown and not judged: what
# is judged is the processor time that the watcher took, for each change and all that belongs to it.
COLUMNS = ("seconds", "rss_kb", "private_kb", "descriptors", "changes", "cpu_ms", "median_ms",
           "p99_ms")


def processor_ms(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        times = file.read().rsplit(")", 1)[1].split()[11:13]
    return sum(map(int, times)) * 1000 / os.sysconf("SC_CLK_TCK")


def sample(pid, seconds, latencies, cpu_ms):
    """`cpu_ms`: what the watcher took since the last one; `latencies`: one for each change."""
    memory = dict.fromkeys(("Rss", "Private_Clean", "Private_Dirty"), 0)
    with open(f"/proc/{pid}/smaps_rollup", encoding="utf-8") as file:
        for line in file:
            key = line.split(":")[0]
            if key in memory:
                memory[key] = int(line.split()[1])
    latencies = sorted(latencies)
    return {"seconds": round(seconds), "rss_kb": memory["Rss"],
            "private_kb": memory["Private_Clean"] + memory["Private_Dirty"],
            "descriptors": len(os.listdir(f"/proc/{pid}/fd")), "changes": len(latencies),
            "cpu_ms": round(cpu_ms / len(latencies), 3),
            "median_ms": round(statistics.median(latencies), 3),
            "p99_ms": round(latencies[int(len(latencies) * 0.99)], 3)}


def heading():
    return "".join(f"{column:>13}" for column in COLUMNS)


def row(values):
    return "".join(f"{values[column]:>13}" for column in COLUMNS)


def growth(samples):
    """Each figure that grew: its name, and both medians."""
    third = len(samples) // 3
    grown = []
    for column, amount in LEAST_AMOUNT.items():
        first = statistics.median(values[column] for values in samples[:third])
        last = statistics.median(values[column] for values in samples[-third:])
        if last - first > amount and last > first * (1 + MOST_SHARE):
            grown.append((column, first, last))
    return grown


def plot(samples, column, width=60):
    """A curve in characters, one line a sample."""
    most = max(values[column] for values in samples) or 1
    lines = [f"{column}, up to {most}"]
    for values in samples:
        bar = "#" * round(width * values[column] / most)
        lines.append(f"{values['seconds']:>6} s {values[column]:>10} {bar}")
    return "\n".join(lines)
