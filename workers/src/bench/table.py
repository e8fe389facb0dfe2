#!/usr/bin/env python3
"""The Markdown table of compare.sh from its measured lines: medians over the rounds, and ratios.

    table.py LINES ROUNDS
"""

import json
import sys
from collections import defaultdict
from statistics import median

# What was asked for: Espalier's images/s as a multiple of PyTorch's.
ASKED = {
    ("resnet18", 0.25, "train"): 1.3,
    ("resnet18", 0.25, "infer"): 1.3,
    ("resnet18", 1.0, "train"): 1.6,
    ("resnet18", 1.0, "infer"): 1.6,
    ("mobilenetv2", 0.35, "train"): 1.3,
    ("mobilenetv2", 0.35, "infer"): 1.2,
    ("mobilenetv2", 1.0, "train"): 1.2,
    ("mobilenetv2", 1.0, "infer"): 1.2,
}
# Two trainings at once in one process, as a multiple of one.
ASKED_TWO = {"resnet18": 1.65, "mobilenetv2": 1.45}
TORCH = "PyTorch 1.13, Debian's build"


def read(path):
    """Figures by (model, width, batch, threads, mode, engine), in the order of measuring."""
    figures = defaultdict(list)
    parameters = {}
    for line in open(path, encoding="utf-8"):
        row = json.loads(line)
        cell = (row["model"], row["width"], row["batch"])
        if parameters.setdefault(cell, row["parameters"]) != row["parameters"]:
            sys.exit(f"{cell}: {row['engine']} has {row['parameters']} parameters, others {parameters[cell]}")
        figures[(*cell, row["threads"], row["mode"], row["engine"])].append(row["images_per_second"])
    return figures


def pairs(values):
    """Two processes at once stand in neighbouring lines."""
    return [a + b for a, b in zip(values[::2], values[1::2])]


def engines(figures):
    """The names of ours, of PyTorch eager and of PyTorch frozen."""
    names = {key[-1] for key in figures}
    ours = [n for n in names if not n.startswith("torch-")]
    eager = [n for n in names if n.startswith("torch-") and not n.endswith("-frozen")]
    if len(ours) != 1 or len(eager) != 1:
        sys.exit(f"there must be one engine of each side, found {sorted(names)}")
    return ours[0], eager[0], eager[0] + "-frozen"


def number(value):
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}"


def spread(values):
    return f"{number(median(values))} ({number(min(values))} to {number(max(values))})"


def single(figures, ours, eager, frozen):
    print(f"| images/s on one core | Espalier | {TORCH} | ratio | asked | {TORCH}, frozen TorchScript | ratio |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for (model, width, mode), asked in ASKED.items():
        for key in figures:
            if key[0] == model and key[1] == width and key[3:] == (1, mode, ours):
                cell = key[:5]
                mine, theirs, folded = figures[key], figures[(*cell, eager)], figures.get((*cell, frozen))
                row = [f"{model} {width} B{cell[2]} {mode}", spread(mine), spread(theirs)]
                row += [f"{median(mine) / median(theirs):.2f}", f"{asked:.2f}"]
                row += [spread(folded), f"{median(mine) / median(folded):.2f}"] if folded else ["", ""]
                print("| " + " | ".join(row) + " |")


def double(figures, ours, eager):
    print(
        "| two trainings at once, images/s together | Espalier, one process | of one | asked"
        f" | {TORCH}, two processes | ratio |"
    )
    print("|---|--:|--:|--:|--:|--:|")
    for key in list(figures):
        if key[3:] == (2, "train", ours):
            model, width, batch = key[:3]
            two = figures[key]
            one = figures[(model, width, batch, 1, "train", ours)]
            theirs = pairs(figures[(model, width, batch, 2, "train", eager)])
            row = [f"{model} {width} B{batch}", spread(two), f"{median(two) / median(one):.2f}"]
            row += [f"{ASKED_TWO[model]:.2f}", spread(theirs), f"{median(two) / median(theirs):.2f}"]
            print("| " + " | ".join(row) + " |")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    figures = read(sys.argv[1])
    ours, eager, frozen = engines(figures)
    single(figures, ours, eager, frozen)
    print()
    double(figures, ours, eager)
    print()
    print(f"Medians of {sys.argv[2]} rounds, lowest and highest in brackets.")


if __name__ == "__main__":
    main()
