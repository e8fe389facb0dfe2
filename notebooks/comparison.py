"""Trials beside each other: those of several sweeps in one table, seeds as repetitions, and what one step changes."""

import numpy as np
import pandas as pd

ACCURACY = "val/accuracy"

# The 0.975 quantile of Student's t by degrees of freedom: Abramowitz and Stegun, "Handbook of Mathematical Functions", 26.10.
_T975 = {2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262}

# What the normal distribution has in place of it.
_Z975 = 1.96


def standard_error(accuracy, images):
    """One binomial standard error of an accuracy (a fraction) that was measured on so many images."""
    return np.sqrt(accuracy * (1 - accuracy) / images)


def over_seeds(values):
    """The mean of numbers of several seeds, and half of its 95 % interval by Student's t; NaN for fewer than three."""
    if len(values) < 3:
        return np.mean(values), np.nan
    return np.mean(values), _T975[len(values) - 1] * np.std(values, ddof=1) / np.sqrt(len(values))


def one_frame(sweeps):
    """The trials of sweeps in one table: their columns, and before them "sweep" and "images", those of its validation split.

    What a sweep has no parameter for is "none" or NaN there, as null is; a metric that it has not measured is NaN.
    ValueError where two sweeps have the same name.
    """
    names = [sweep.name for sweep in sweeps]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"sweeps in one frame must have different names, found twice: {', '.join(twice)}")
    parts = [sweep.trials.assign(sweep=sweep.name, images=sweep.images["val"]) for sweep in sweeps]
    frame = pd.concat(parts, ignore_index=True)
    words = [column for column in parameters(frame) if not pd.api.types.is_numeric_dtype(frame[column])]
    frame[words] = frame[words].fillna("none")
    first = ["sweep", "images", "trial", "name", "status", "reason", "stands_for"]
    return frame[first + sorted(parameters(frame)) + sorted(column for column in frame if "/" in column)]


def parameters(frame):
    """The columns of a table of trials that are parameters."""
    others = {"sweep", "images", "trial", "name", "status", "reason", "stands_for"}
    return [column for column in frame if "/" not in column and column not in others]


def differences(sweeps):
    """What keeps accuracies of sweeps from being compared as they are, a line each; none where nothing does."""
    for what, of in (
        ("data sets", lambda sweep: f"{sweep.data} {sweep.digest[:8]}"),
        ("numbers of training images", lambda sweep: f"{sweep.images['train']:,}"),
        ("numbers of validation images", lambda sweep: f"{sweep.images['val']:,}"),
    ):
        found = {sweep.name: of(sweep) for sweep in sweeps}
        if len(set(found.values())) > 1:
            yield f"different {what}: " + ", ".join(f"{value} ({name})" for name, value in found.items())
    if len({sweep.baselines for sweep in sweeps}) > 1:
        yield "different baselines: compare what a step changes within a sweep, rather than accuracies across sweeps"


def row_names(trials):
    """The names of the rows that trials belong to: their own without the seed, in which alone the trials of a row differ."""
    return trials.name.str.replace(r"-seed\d+$", "", regex=True)


def network_names(trials):
    """The names of the networks of trials: the model, and its width where it has one."""
    return trials.model + trials.width.map(", width {:g}".format).where(trials.width.notna(), "")


def rows(trials):
    """The completed trials of one_frame as rows over seeds; docs/front.md says what a row and its interval are.

    Columns: sweep, images, name (without the seed), seeds (how many), the parameters but the seed, the means of the
    metrics, and "half" of the 95 % interval of the validation accuracy: over seeds by Student's t from three on, else over
    images. Two seeds are taken as right on the same images, which errs towards a wider interval.
    """
    done = trials[trials.status == "completed"]
    groups = done.assign(name=row_names(done)).groupby(["sweep", "name"], sort=False)
    shared = [column for column in parameters(trials) if column != "seed"]
    table = groups[["images", *shared]].first()
    table.insert(0, "seeds", groups.size())
    table = table.join(groups[[column for column in trials if "/" in column]].mean())
    seeds = groups[ACCURACY].agg(lambda values: over_seeds(values)[1])
    table["half"] = seeds.fillna(_Z975 * standard_error(table[ACCURACY], table.images))
    return table.reset_index()


def changes(trials, parameter, before, after, costs):
    """What it changes that a parameter has one value rather than another, all else being equal, as rows over seeds.

    Columns: sweep, name (of the row with the value after) and seeds, as in rows; "change" of the validation accuracy; "half"
    of its 95 % interval, by Student's t over the changes of the seeds from three on, else over images, as if each accuracy had
    images of its own, which errs towards a wider interval; and for each cost the ratio of after to before.
    """
    own = [column for column in parameters(trials) if column == parameter or column.startswith(parameter + "_")]
    same = ["sweep", *(column for column in parameters(trials) if column not in own)]
    done = trials[trials.status == "completed"]
    measured = [*same, ACCURACY, *costs]
    pairs = done[done[parameter] == after].merge(done.loc[done[parameter] == before, measured], on=same, suffixes=("", " before"))
    pairs["change"] = pairs[ACCURACY] - pairs[ACCURACY + " before"]
    variance = sum(standard_error(pairs[column], pairs.images) ** 2 for column in (ACCURACY, ACCURACY + " before"))
    pairs["half"] = _Z975 * np.sqrt(variance)
    for cost in costs:
        pairs[cost] = pairs[cost] / pairs[cost + " before"]
    groups = pairs.assign(name=row_names(pairs)).groupby(["sweep", "name"], sort=False)
    table = groups[["change", "half", *costs]].mean()
    table.insert(0, "seeds", groups.size())
    table["half"] = groups.change.agg(lambda values: over_seeds(values)[1]).fillna(table.half)
    return table.reset_index()
