#!/usr/bin/env python3
"""The tables of profile.sh from its files: plain.jsonl, verbose.txt, stacks.txt and peak.txt in FOLDER.

    profile.py FOLDER
"""

import json
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

# What Java was doing outside oneDNN, by the first rule that names a frame of the stack.
RULES = [
    ("inside oneDNN", ["dnnl_primitive_execute"]),
    ("update of the weights", ["engine/Optimizer.update"]),
    ("sums of gradients by Deeplearning4j", ["BaseNDArray.addi"]),
    ("classifier and loss", ["SoftmaxRuntime"]),
    ("batch to native memory", ["InputLayout", "engine/Detached"]),
    ("convolution layers, around oneDNN", ["ConvolutionRuntime"]),
    ("batch norm layers, around oneDNN", ["BatchNormRuntime"]),
    ("sums of two rows, around oneDNN", ["AddRuntime"]),
]
OTHER = "Deeplearning4j and ND4J, the rest"


def first_quartile(values):
    return sorted(values)[len(values) // 4]


def kind(parts):
    """A kind of layer and which of its passes, from the fields of a line without its time."""
    primitive, implementation, propagation, problem = parts[3], parts[4], parts[5], parts[-1]
    groups = re.match(r"g(\d+)mb\d+_ic(\d+)", problem)
    if primitive == "convolution":
        if groups and groups[1] == groups[2]:
            primitive = "depthwise convolution"
        elif "wino" in implementation:
            primitive = "convolution, Winograd"
        elif "kh1sh" in problem and "kw1sw" in problem:
            primitive = "convolution, 1x1"
        else:
            primitive = "convolution, direct"
    passes = {"backward_data": "backward", "backward_weights": "backward, weights", "backward": "backward"}
    return primitive.replace("_", " "), passes.get(propagation, "forward")


def primitives(path):
    """Milliseconds of one step by kind and pass: first quartile of each primitive, times how often a step runs it."""
    times = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        parts = line.split(",")
        if re.match("(onednn|dnnl)_verbose,exec,", line):
            times[tuple(parts[:-1])].append(float(parts[-1]))
    if not times:
        sys.exit(f"{path}: must hold lines of onednn_verbose,exec, found none")
    steps = min(len(values) for values in times.values())  # the stem runs once a step
    milliseconds = Counter()
    for parts, values in times.items():
        milliseconds[kind(parts)] += len(values) / steps * first_quartile(values)
    return milliseconds


def stacks(path):
    """Samples of the thread that ran the batches, by rule."""
    found = Counter()
    for line in path.read_text(encoding="utf-8").splitlines():
        stack, count = line.rsplit(" ", 1)
        if "TrainableNetwork.step" in stack or "TrainableNetwork.predict" in stack:
            names = (name for name, words in RULES if any(word in stack for word in words))
            found[next(names, OTHER)] += int(count)
    return found


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    cell = json.loads((folder / "plain.jsonl").read_text(encoding="utf-8"))
    step = 1000 * cell["batch"] / cell["images_per_cpu_second"]
    milliseconds = primitives(folder / "verbose.txt")
    print(f"{cell['model']} {cell['width']} B{cell['batch']} {cell['mode']}: {step:.1f} ms of processor time a batch\n")
    print("| in oneDNN | pass | ms | of the batch |")
    print("|---|---|--:|--:|")
    for (name, direction), value in sorted(milliseconds.items(), key=lambda item: -item[1]):
        print(f"| {name} | {direction} | {value:.2f} | {100 * value / step:.1f} % |")
    inside = sum(milliseconds.values())
    print(f"| together | | {inside:.1f} | {100 * inside / step:.1f} % |\n")

    found = stacks(folder / "stacks.txt")
    samples = sum(found.values())
    print(f"| by stack samples ({samples}) | of the batch |")
    print("|---|--:|")
    for name, count in found.most_common():
        print(f"| {name} | {100 * count / samples:.1f} % |")

    peak = float((folder / "peak.txt").read_text(encoding="utf-8"))
    passes = 3 if cell["mode"] == "train" else 1
    reached = 2e-9 * cell["macs"] * passes * cell["images_per_cpu_second"]
    print(
        f"\n{reached:.0f} GFLOP/s of the {peak:.0f} that sgemm reaches on this core, {100 * reached / peak:.0f} %:"
        f" {cell['macs']:,} multiply-accumulates an image and pass, {passes} passes, counted as direct convolution."
    )


if __name__ == "__main__":
    main()
