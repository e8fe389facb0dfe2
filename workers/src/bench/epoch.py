#!/usr/bin/env python3
"""The tables of epoch.sh from its files: bench.jsonl, samples.json and the sweep in out/ of FOLDER.

    epoch.py FOLDER
"""

import json
import sys
from collections import Counter
from pathlib import Path
from statistics import median

# What a stage does, by the first rule that names a frame of the stack.
RULES = [
    ("training steps", "engine.TrainableNetwork.step"),
    ("predicting, for evaluation", "engine.TrainableNetwork.predict"),
    ("batches: order, augmentation, normalization", "data.Batches.fill"),
    ("images for evaluation", "data.Dataset.images"),
    ("reading the data set", "data.Datasets.load"),
    ("encoding and writing the checkpoint", "size.CompressedNetwork"),
    ("encoding and writing the checkpoint", "checkpoint.Attempt"),
    ("building the network", "workers.Checkpoints.open"),
    ("other", "workers.Worker.run"),
]
LAYERS = ("training steps", "predicting, for evaluation")


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def speed(rows, mode):
    return median(row["images_per_second"] for row in rows if row["mode"] == mode)


def samples(path):
    found = Counter()
    for event in json.loads(path.read_text(encoding="utf-8"))["recording"]["events"]:
        trace = event["values"]["stackTrace"]
        frames = [f["method"]["type"]["name"] + "." + f["method"]["name"] for f in trace["frames"]] if trace else []
        frames = [frame.replace("/", ".") for frame in frames]
        if any("workers.Worker.run" in frame for frame in frames):
            found[next(name for name, word in RULES if any(word in frame for frame in frames))] += 1
    return found



def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    bench = lines(folder / "bench.jsonl")
    train, infer = speed(bench, "train"), speed(bench, "infer")
    data = json.loads((folder / "out" / "plan.json").read_text(encoding="utf-8"))["data"]
    print(f"Layers: {train:.0f} images/s in training, {infer:.0f} in inference (batches of 256), by `bench` before and after.\n")
    print("| stage | images trained | evaluated | seconds | trained images/s | of the layers' | with evaluation counted |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for stage in lines(folder / "out" / "stages.jsonl"):
        own = len(stage.get("curve", []))
        if own == 0:
            continue
        trained = own * (data["train"] // 64 * 64)
        evaluated = own * data["validation"] + data["validation"] + data["test"]
        seconds = stage["seconds"]
        layers = trained / train + evaluated / infer
        print(
            f"| {stage['stage'][:8]}, {own} epochs | {trained:,} | {evaluated:,} | {seconds:.1f} | {trained / seconds:.0f}"
            f" | {100 * trained / seconds / train:.0f} % | {100 * layers / seconds:.0f} % |"
        )
    found = samples(folder / "samples.json")
    total = sum(found.values())
    print(f"\n| of the stages' time, by {total} stack samples | |")
    print("|---|--:|")
    for name, count in found.most_common():
        print(f"| {name} | {100 * count / total:.1f} % |")
    print(f"| in the layers together | {100 * sum(found[name] for name in LAYERS) / total:.1f} % |")


if __name__ == "__main__":
    main()
