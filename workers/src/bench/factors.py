#!/usr/bin/env python3
"""The table of sweep.sh from its files in FOLDER: run.json, trials.jsonl, and the sweep in sweep/.

    factors.py FOLDER
"""

import json
import sys
from pathlib import Path

TRIALS = 90


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def fine_tuned(trial):
    return int(trial["trial"].split(",")[2])


def whole(trials, key):
    """Seconds of all trials: measured, or those of a sample put on a line over the epochs of fine-tuning (least squares)."""
    if len(trials) == TRIALS:
        return sum(trial[key] for trial in trials)
    epochs = [fine_tuned(trial) for trial in trials]
    seconds = [trial[key] for trial in trials]
    mean = sum(epochs) / len(epochs)
    level = sum(seconds) / len(seconds)
    spread = sum((e - mean) ** 2 for e in epochs)
    if spread == 0:
        sys.exit("the sample must have trials of different fine-tuning: take a larger one")
    slope = sum((e - mean) * (s - level) for e, s in zip(epochs, seconds)) / spread
    # A third of the grid each has 0, 1 and 3 epochs.
    return TRIALS * (level + slope * (4 / 3 - mean))


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    run = json.loads((folder / "run.json").read_text(encoding="utf-8").splitlines()[-1])
    trials = lines(folder / "trials.jsonl")
    plan = json.loads((folder / "sweep" / "plan.json").read_text(encoding="utf-8"))
    stages = lines(folder / "sweep" / "stages.jsonl")
    failed = [stage["stage"] for stage in stages if stage["status"] != "done"]
    if failed or len(plan["trials"]) != TRIALS:
        sys.exit(f"the sweep must have {TRIALS} trials and no failed stage, found {len(plan['trials'])} and {failed}")
    seconds = {stage["stage"]: stage["seconds"] for stage in stages}
    once = sum(seconds.values())
    paths = sum(seconds[stage] for trial in plan["trials"] for stage in trial["path"])
    sharing = (run["wall"] - once + paths) / run["wall"]
    extrapolated = "" if len(trials) == TRIALS else f", **extrapolated from {len(trials)}**"

    print(f"| {TRIALS} trials | by wall time | by processor time |")
    print("|---|--:|--:|")
    ours = {"wall": run["wall"], "cpu": run["user"] + run["system"]}
    theirs = {"wall": whole(trials, "seconds"), "cpu": whole(trials, "cpu_seconds")}
    print(f"| libtorch, one by one, s{extrapolated} | {theirs['wall']:,.0f} | {theirs['cpu']:,.0f} |")
    print(f"| Espalier's sweep of {len(stages)} stages, s | {ours['wall']:,.0f} | {ours['cpu']:,.0f} |")
    together = {key: theirs[key] / ours[key] for key in ours}
    print(f"| sharing | {sharing:.2f} | {sharing:.2f} |")
    print(f"| engine | {together['wall'] / sharing:.2f} | {together['cpu'] / sharing:.2f} |")
    print(f"| together | **{together['wall']:.1f}** | {together['cpu']:.1f} |")
    accuracy = sorted(trial["test_accuracy"] for trial in trials)
    found = sorted(stage["metrics"]["test/accuracy"] for stage in stages)
    print(
        f"\nStages take {once:,.0f} of the sweep's {run['wall']:,.0f} s. Test accuracy from {accuracy[0]:.3f} to {accuracy[-1]:.3f}"
        f" in libtorch{' (of the sample)' if extrapolated else ''}, from {found[0]:.3f} to {found[-1]:.3f} in Espalier."
    )


if __name__ == "__main__":
    main()
