"""How long each command of a run took, as a picture: `python3 latency_plot.py out latency.png`.

Each command of a record (the folder of `attest run` or `pytest --attest`) is a line: how many of its exchanges took how
long at most. What leans left is fast; a long tail to the right is what users notice.
"""

import sys

import matplotlib

matplotlib.use("Agg")  # a file, and no window

import matplotlib.pyplot as plot

import attest


def main(record, picture):
    figure, axes = plot.subplots(figsize=(9, 5), layout="constrained")
    for row in attest.Record(record).latencies():
        milliseconds = sorted(ns / 1e6 for ns in row["total_ns"])
        if len(milliseconds) < 5:
            continue
        shares = [100 * (i + 1) / len(milliseconds) for i in range(len(milliseconds))]
        axes.step(milliseconds, shares, where="post", label=f"{row['command']} {row['ending']} ({len(milliseconds)})")
    axes.set(xscale="log", xlabel="from the command to the end of its reply (ms)", ylabel="of all its exchanges (%)")
    axes.set_title(f"Latency in {record}")
    axes.grid(alpha=0.3)
    axes.legend(fontsize="small")
    figure.savefig(picture, dpi=120)


if __name__ == "__main__":
    main(*sys.argv[1:])
