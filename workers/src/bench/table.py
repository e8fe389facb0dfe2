#!/usr/bin/env python3
"""The Markdown tables of compare.sh from its measured lines: medians over the rounds, and ratios.

    table.py LINES
"""

import json
import os
import re
import sys
from collections import defaultdict
from datetime import date
from pathlib import Path
from statistics import median

# What was asked for: Espalier's images/s as a multiple of libtorch's, whose batch norms are folded for predictions.
ASKED_AVX2 = {
    ("resnet18", 0.25, 32, "train"): 1.2,
    ("resnet18", 0.25, 32, "infer"): 1.15,
    ("resnet18", 1.0, 32, "train"): 1.1,
    ("resnet18", 1.0, 32, "infer"): 1.1,
    ("mobilenetv2", 0.35, 32, "train"): 1.3,
    ("mobilenetv2", 0.35, 32, "infer"): 1.6,
    ("mobilenetv2", 1.0, 32, "train"): 1.6,
    ("mobilenetv2", 1.0, 32, "infer"): 1.5,
    ("resnet18", 0.25, 16, "train"): 1.0,
    ("mobilenetv2", 0.125, 16, "train"): 1.0,
}
ASKED_AVX512 = {cell: 1.3 if cell[2] == 32 else 1.0 for cell in ASKED_AVX2}
LIBTORCH = "libtorch-2.7.1"
FIGURES = ["images_per_second", "mean_images_per_second", "images_per_cpu_second"]


def read(path):
    """Ours and theirs: rows by (model, width, batch, size, threads, mode) and side, in the order of measuring."""
    cells = defaultdict(lambda: defaultdict(list))
    parameters = {}
    for line in open(path, encoding="utf-8"):
        row = json.loads(line)
        network = (row["model"], row["width"])
        if parameters.setdefault(network, row["parameters"]) != row["parameters"]:
            sys.exit(f"{network}: {row['engine']} has {row['parameters']} parameters, others {parameters[network]}")
        side = row["engine"].removesuffix("-folded").removesuffix("-frozen")
        if row["threads"] == 1 and row["mode"] == "infer" and side != "onednn" and side == row["engine"]:
            continue  # predictions without folding
        cells[(*network, row["batch"], row["size"], row["threads"], row["mode"])][side].append(row)
    return cells


def values(rows, figure):
    return [row[figure] for row in rows]


def number(value):
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}"


def spread(found):
    return f"{number(median(found))} ({number(min(found))} to {number(max(found))})"


def ratio(mine, theirs, figure):
    return f"{median(values(mine, figure)) / median(values(theirs, figure)):.2f}"


def single(cells, ours, other, asked):
    head = ["images/s on one core", "Espalier", "libtorch 2.7.1", "ratio", "of the means", "by processor time", "asked"]
    head += [f"{other.replace('torch-', 'PyTorch ')}", "ratio"] if other else []
    print("| " + " | ".join(head) + " |")
    print("|---" + "|--:" * (len(head) - 1) + "|")
    for key, wanted in asked.items():
        for (model, width, batch, size, threads, mode), sides in cells.items():
            if (model, width, size, mode) != key or threads != 1 or not (sides[ours] and sides[LIBTORCH]):
                continue
            mine, theirs = sides[ours], sides[LIBTORCH]
            row = [f"{model} {width} B{batch}{'' if size == 32 else f', {size} px'} {mode}"]
            row += [spread(values(side, FIGURES[0])) for side in (mine, theirs)]
            row += [ratio(mine, theirs, figure) for figure in FIGURES] + [f"{wanted:.2f}"]
            if other:
                there = sides[other]
                row += [spread(values(there, FIGURES[0])), ratio(mine, there, FIGURES[0])] if there else ["", ""]
            print("| " + " | ".join(row) + " |")


def double(cells, ours):
    print("| two trainings at once, images/s together | Espalier, one process | of one | libtorch 2.7.1, two processes | ratio |")
    print("|---|--:|--:|--:|--:|")
    for (model, width, batch, size, threads, mode), sides in cells.items():
        if threads == 2 and mode == "train" and sides[ours] and sides[LIBTORCH]:
            one = cells[(model, width, batch, size, 1, mode)][ours]
            two = values(sides[ours], FIGURES[0])
            halves = values(sides[LIBTORCH], FIGURES[0])  # two processes stand in neighbouring lines
            theirs = [a + b for a, b in zip(halves[::2], halves[1::2])]
            row = [f"{model} {width} B{batch}", spread(two), f"{median(two) / median(values(one, FIGURES[0])):.2f}"]
            row += [spread(theirs), f"{median(two) / median(theirs):.2f}"]
            print("| " + " | ".join(row) + " |")


def machine(instructions):
    """Where and when this runs, which is where and when the lines were measured if compare.sh calls it."""
    about = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    name, family = (re.search(rf"^{key}\s*: (.*)$", about, re.MULTILINE)[1] for key in ("model name", "cpu family"))
    limited = " by limiting an AVX-512 processor" if instructions.startswith("avx2") and "avx512f" in about else ""
    load = os.getloadavg()[0]
    return f"{instructions}{limited}: {name} (family {family}), {os.cpu_count()} cores, load {load:.1f}, {date.today()}"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    cells = read(sys.argv[1])
    rows = [row for sides in cells.values() for found in sides.values() for row in found]
    ours = {(row["engine"], row["instructions"]) for row in rows if "instructions" in row}
    others = {row["engine"].removesuffix("-frozen") for row in rows if row["engine"].startswith("torch-")}
    if len(ours) != 1 or len(others) > 1:
        sys.exit(f"there must be one engine of each side, found {sorted(ours)} and {sorted(others)}")
    engine, instructions = ours.pop()
    asked = ASKED_AVX2 if instructions.startswith("avx2") else ASKED_AVX512
    single(cells, engine, next(iter(others), None), asked)
    if any(key[4] == 2 for key in cells):
        print()
        double(cells, engine)
    rounds = {len(found[engine]) for found in cells.values()}
    least, most = min(rounds), max(rounds)
    print(f"\n{machine(instructions)}. Medians of {least if least == most else f'{least} to {most}'} rounds, lowest and highest in brackets.")


if __name__ == "__main__":
    main()
