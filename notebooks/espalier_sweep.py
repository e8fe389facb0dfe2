"""Loads a finished sweep into a table: from its folder, or from the MLflow server that it was sent to. And what studies state."""

import base64
import csv
import io
import json
import os
import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

# Okabe and Ito's colours, which colour-blind people can tell apart: https://jfly.uni-koeln.de/color/
COLOURS = {
    "grey": "#999999",
    "orange": "#E69F00",
    "sky": "#56B4E9",
    "green": "#009E73",
    "blue": "#0072B2",
    "vermilion": "#D55E00",
    "purple": "#CC79A7",
    "black": "#000000",
}

# Doubles that stand for infinity in MLflow's databases start here.
_INFINITE = 1.797e308

_NONE = "none"


@dataclass(frozen=True)
class Sweep:
    """A sweep as both ways of loading give it.

    name: that of the folder, or of the experiment on the server.
    trials: a row for each trial of the grid that is over, by name. Columns: trial (id), name, status ("completed" or
        "failed"), reason (why it failed, else ""), stands_for ("flat,layerwise" where the trial is the same for both
        scopes, else ""); then the parameters, numbers except for words (NaN where null); then the metrics, named as in
        the journal with their units (NaN where there is no number). A failed trial has no metrics.
    data: the name of the data set.
    digest: of the data set; equal where the images are.
    images: how many there are in the splits "train", "val" and "test".
    baselines: the ids of the stages that trials begin with, equal where recipe, images and seed are; empty where the plan is
        not known.
    front: front.csv; None where there is none.
    """

    name: str
    trials: pd.DataFrame
    data: str
    digest: str
    images: dict
    baselines: frozenset
    front: pd.DataFrame | None


def load(source, environment=os.environ):
    """The sweep in a folder (or of the results.jsonl in it), or for "mlflow:NAME" the one of that name on a server.

    MLFLOW_TRACKING_URI names the server; MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or
    MLFLOW_TRACKING_TOKEN, open it. Where several sweeps have the name, "mlflow:NAME/ID" takes one by its tag espalier.sweep.
    ValueError says what is wrong with the source, OSError that a server cannot be reached.
    """
    if not str(source).startswith("mlflow:"):
        return from_folder(source)
    uri = environment.get("MLFLOW_TRACKING_URI", "")
    if not re.match("https?://", uri):
        raise ValueError(f"MLFLOW_TRACKING_URI: must be http://... or https://... for {source}, found '{uri}'")
    name, _, sweep = source.removeprefix("mlflow:").partition("/")
    return from_server(Server(uri, environment), name, sweep)


def page_table(page, name):
    """The cells of the table of that name in docs/studies.md, a list for each row below its head."""
    text = Path(page).read_text(encoding="utf-8")
    found = re.search(rf"(?s)<!-- {name}: written by StudiesTest -->\n(.*?)\n(?:\n|<!-- end)", text)
    if not found:
        raise ValueError(f"{page}: must have the table '{name}', found no such table")
    rows = [line.strip("|").split("|") for line in found.group(1).split("\n")[2:]]
    return [[cell.strip() for cell in row] for row in rows]


def from_folder(path):
    """The sweep in a folder that Espalier wrote, which has results.jsonl and plan.json."""
    folder = Path(path).parent if Path(path).name == "results.jsonl" else Path(path)
    for needed in ("results.jsonl", "plan.json"):
        if not (folder / needed).is_file():
            raise ValueError(f"{folder}: must be the folder of a sweep with {needed}, found no such file")
    plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    results = folder / "results.jsonl"
    front = folder / "front.csv"
    return Sweep(
        folder.resolve().name,
        _table(_journal(results.read_text(encoding="utf-8"), results).values(), plan),
        plan["data"]["name"],
        plan["data"]["digest"],
        {"train": plan["data"]["train"], "val": plan["data"]["validation"], "test": plan["data"]["test"]},
        _baselines(plan),
        _front(front.read_text(encoding="utf-8")) if front.is_file() else None,
    )


def _journal(text, file):
    """Trials by id: the last line of a trial wins, and a last line that a crash tore is passed over."""
    *lines, _ = text.split("\n")
    trials = {}
    for number, line in enumerate(lines, start=1):
        try:
            entry = json.loads(line)
        except json.JSONDecodeError as e:
            if number == len(lines):
                break
            raise ValueError(f"{file}:{number}: must be a line of JSON, found {e}") from e
        trials[entry["trial"]] = {
            "trial": entry["trial"],
            "name": entry["name"],
            "status": entry["status"],
            "reason": entry.get("reason", ""),
            "stands_for": ",".join(entry.get("stands_for", [])),
            "parameters": {k: _NONE if v is None else str(v) for k, v in entry["parameters"].items()},
            "metrics": entry["metrics"],
        }
    return trials


class Server:
    """An MLflow server by its REST API: https://mlflow.org/docs/latest/api_reference/rest-api.html"""

    def __init__(self, uri, environment):
        self.uri = uri.rstrip("/")
        user = environment.get("MLFLOW_TRACKING_USERNAME", "")
        password = environment.get("MLFLOW_TRACKING_PASSWORD", "")
        token = environment.get("MLFLOW_TRACKING_TOKEN", "")
        if user and password:
            self.authorization = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
        else:
            self.authorization = "Bearer " + token if token else None

    def experiment(self, name):
        """The id of an experiment."""
        query = urllib.parse.urlencode({"experiment_name": name})
        answer = self._send("mlflow/experiments/get-by-name?" + query)
        return json.loads(answer)["experiment"]["experiment_id"]

    def runs(self, experiment, page=1000):
        """All runs of an experiment that are not deleted, asked for by pages."""
        request = {"experiment_ids": [experiment], "max_results": page}
        while True:
            answer = json.loads(self._send("mlflow/runs/search", json.dumps(request)))
            yield from answer.get("runs", [])
            token = answer.get("next_page_token")
            if not token:
                return
            request["page_token"] = token

    def artifact(self, run, name):
        """The text of a run's file; None where there is none, or where the server does not hand files out itself."""
        uri = run["info"]["artifact_uri"]
        if not uri.startswith("mlflow-artifacts:/"):
            return None
        # With or without a host: mlflow-artifacts://host:port/1/... is the same server.
        root = re.sub("^mlflow-artifacts:(//[^/]*)?/*", "", uri)
        try:
            return self._send("mlflow-artifacts/artifacts/" + urllib.parse.quote(f"{root}/{name}"))
        except urllib.error.HTTPError as e:
            if e.code == 404:
                return None
            raise

    def _send(self, path, body=None):
        request = urllib.request.Request(f"{self.uri}/api/2.0/{path}", body and body.encode())
        request.add_header("Content-Type", "application/json")
        if self.authorization:
            # Unredirected: no other host than this one is to see it.
            request.add_unredirected_header("Authorization", self.authorization)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.read().decode("utf-8")
        except urllib.error.HTTPError as e:
            e.msg += ": " + e.read(1000).decode("utf-8", "replace")
            raise
        except urllib.error.URLError as e:
            raise OSError(f"{self.uri}: must be an MLflow server that can be reached, found {e.reason}") from e


def from_server(server, name, sweep="", page=1000):
    """The sweep whose experiment has this name; its id must be given where several sweeps have it."""
    by_sweep = {}
    for run in server.runs(server.experiment(name), page):
        tags = _pairs(run, "tags")
        by_sweep.setdefault(tags.get("espalier.sweep"), []).append((run, tags))
    by_sweep.pop(None, None)
    if not sweep and len(by_sweep) == 1:
        sweep = next(iter(by_sweep))
    if sweep not in by_sweep:
        choices = ", ".join(f"mlflow:{name}/{one}" for one in sorted(by_sweep)) or "none"
        raise ValueError(f"mlflow:{name}: must name one sweep of this experiment, which has {choices}")
    parents = [run for run, tags in by_sweep[sweep] if "mlflow.parentRunId" not in tags]
    if not parents:
        raise ValueError(f"mlflow:{name}/{sweep}: must have a parent run, found none: send it again by espalier track")
    counts = _pairs(parents[0], "params")
    plan = json.loads(server.artifact(parents[0], "plan.json") or "null")
    front = server.artifact(parents[0], "front.csv")
    # A run has the most important metrics only: all of them are in the journal, which a finished sweep leaves here.
    results = server.artifact(parents[0], "results.jsonl")
    journal = _journal(results, f"mlflow:{name}/results.jsonl") if results else {}
    trials = [_trial(run, tags) for run, tags in by_sweep[sweep] if "mlflow.parentRunId" in tags]
    for trial in trials:
        if trial["status"] == "completed" and trial["trial"] in journal:
            trial["metrics"] = journal[trial["trial"]]["metrics"]
    return Sweep(
        name,
        _table([trial for trial in trials if trial["status"]], plan),
        counts["dataset"],
        _pairs(parents[0], "tags")["dataset.digest"],
        {split: int(counts["images_" + name]) for split, name in (("train", "train"), ("val", "validation"), ("test", "test"))},
        _baselines(plan),
        _front(front) if front else None,
    )


def _trial(run, tags):
    status = {"FINISHED": "completed", "FAILED": "failed"}.get(run["info"]["status"])
    metrics = {key: float(value) for key, value in _pairs(run, "metrics").items()}
    return {
        "trial": tags["espalier.key"],
        # The name of a run begins with what differs; before that, runs had the names of their trials.
        "name": tags.get("trial.name") or run["info"].get("run_name") or tags["mlflow.runName"],
        "status": status,
        "reason": tags.get("failure.reason", ""),
        "stands_for": tags.get("stands_for", ""),
        "parameters": _pairs(run, "params"),
        # What stands below train/ is the end of a curve and no result, and so is all that a failed trial has; what
        # stands below grid/ and the logarithms of sizes are there for MLflow's charts.
        "metrics": {
            key: value if abs(value) < _INFINITE else None
            for key, value in metrics.items()
            if status == "completed" and not key.startswith(("train/", "grid/")) and not key.endswith("_log10")
        },
    }


def _pairs(run, kind):
    return {pair["key"]: pair.get("value", "") for pair in run["data"].get(kind, [])}


def _table(trials, plan):
    """The trials of the plan but the controls, all where it is not known; a column for each parameter and metric."""
    trials = [trial for trial in trials if "control" not in trial["parameters"]]
    if plan:
        planned = {trial["id"] for trial in plan["trials"] if "control" not in trial}
        trials = [trial for trial in trials if trial["trial"] in planned]
    trials = sorted(trials, key=lambda trial: trial["name"])
    if not any(trial["status"] == "completed" for trial in trials):
        raise ValueError("a sweep must have a completed trial, found none")
    words = ["trial", "name", "status", "reason", "stands_for"]
    parameters = pd.DataFrame([trial["parameters"] for trial in trials]).fillna(_NONE).apply(_typed)
    metrics = pd.DataFrame([trial["metrics"] for trial in trials], dtype=float)
    return pd.concat(
        [
            pd.DataFrame(trials)[words],
            parameters[sorted(parameters)],
            metrics[sorted(metrics)],
        ],
        axis="columns",
    )


def _baselines(plan):
    return frozenset(stage["id"] for stage in plan["stages"] if not stage["parent"]) if plan else frozenset()


def _typed(parameter):
    """Numbers where all that is not null is one; "none" is null, but among the scopes a word."""
    numbers = pd.to_numeric(parameter[parameter != _NONE], errors="coerce")
    if parameter.name == "scope" or numbers.isna().any():
        return parameter
    return numbers.reindex(parameter.index).astype(float)


def _front(text):
    front = pd.DataFrame(list(csv.DictReader(io.StringIO(text))))
    # Older files say true and false.
    marks = [column for column in ("knee", "tied_with_smaller") if column in front]
    front[marks] = front[marks].replace({"true": "yes", "false": "no"})
    return front
