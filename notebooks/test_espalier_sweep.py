"""Tests of espalier_sweep on small journals and a small server; NotebooksTest.java runs it on a real sweep and server."""

import base64
import json
import tempfile
import threading
import unittest
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.error import HTTPError

import numpy as np
from pandas.testing import assert_frame_equal

from espalier_sweep import Server, from_folder, from_server, load, page_table

PLAN = {
    "data": {"name": "shapes", "digest": "d1", "train": 200, "validation": 50, "test": 100},
    "stages": [{"id": "a", "parent": None}, {"id": "b", "parent": "a"}],
    "trials": [{"id": "a"}, {"id": "b"}, {"id": "c"}],
}
IMAGES = {"train": 200, "val": 50, "test": 100}


def line(trial, accuracy, **more):
    entry = {
        "trial": trial,
        "name": f"trial {trial}",
        "status": "completed",
        "parameters": {"model": "cnn", "width": 0.25, "sparsity": 0, "scope": "none", "centroids": None},
        "metrics": {"val/accuracy": accuracy},
    }
    return json.dumps({**entry, **more}) + "\n"


class FolderTest(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = Path(held.name, "small")
        self.folder.mkdir()

    def write(self, *lines, plan=PLAN):
        (self.folder / "results.jsonl").write_text("".join(lines), encoding="utf-8")
        (self.folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
        return from_folder(self.folder).trials

    def test_a_row_a_trial_with_numbers_as_numbers(self):
        trials = self.write(line("b", 0.5), line("a", 0.25, stands_for=["flat", "layerwise"]))
        self.assertEqual(["trial a", "trial b"], list(trials.name))
        self.assertEqual(["flat,layerwise", ""], list(trials.stands_for))
        self.assertEqual([0.25, 0.5], list(trials["val/accuracy"]))
        self.assertEqual([0.25, 0.25], list(trials.width))
        self.assertEqual(["none", "none"], list(trials.scope), "a word")
        self.assertTrue(trials.centroids.isna().all(), "no number")

    def test_controls_are_no_trials(self):
        plan = {**PLAN, "trials": [{"id": "a"}, {"id": "b", "control": "random"}, {"id": "c", "control": "width"}]}
        lines = line("a", 0.5), line("b", 0.25, control="random"), line("c", 0.75, control="width")
        self.assertEqual(["a"], list(self.write(*lines, plan=plan).trial))

    def test_folder_and_file_are_the_same_sweep(self):
        self.write(line("a", 0.5))
        by_folder, by_file = load(str(self.folder)), load(str(self.folder / "results.jsonl"))
        assert_frame_equal(by_folder.trials, by_file.trials)
        self.assertEqual(("small", IMAGES, None), (by_file.name, by_file.images, by_file.front))
        self.assertEqual(("shapes", "d1", {"a"}), (by_file.data, by_file.digest, by_file.baselines))

    def test_the_last_line_of_a_trial_wins(self):
        failed = line("a", 0.5, status="failed", reason="diverged", metrics={})
        self.assertEqual([0.75], list(self.write(failed, line("a", 0.75))["val/accuracy"]))

    def test_a_failed_trial_has_a_reason_and_no_metrics(self):
        failed = line("b", 0.5, status="failed", reason="diverged", metrics={})
        trials = self.write(line("a", 0.5), failed)
        self.assertEqual(["", "diverged"], list(trials.reason))
        self.assertTrue(np.isnan(trials["val/accuracy"][1]))

    def test_a_number_that_json_has_not_is_nan(self):
        trials = self.write(line("a", 0.5), line("b", None))
        self.assertTrue(np.isnan(trials["val/accuracy"][1]))

    def test_a_torn_last_line_is_passed_over(self):
        for torn in ('{"trial": "b"', '{"trial": "b"\n', line("b", 0.5).rstrip("\n")):
            self.assertEqual(["a"], list(self.write(line("a", 0.5), torn).trial))

    def test_a_torn_line_before_it_is_an_error_with_its_place(self):
        with self.assertRaisesRegex(ValueError, r"results\.jsonl:1: must be a line of JSON, found"):
            self.write('{"trial"\n', line("a", 0.5))

    def test_trials_that_left_the_grid_are_left_out(self):
        self.assertEqual(["a"], list(self.write(line("a", 0.5), line("gone", 0.9)).trial))

    def test_a_sweep_without_results_is_an_error(self):
        with self.assertRaisesRegex(ValueError, "must have a completed trial"):
            self.write()
        (self.folder / "plan.json").unlink()
        with self.assertRaisesRegex(ValueError, r"folder of a sweep with plan\.json"):
            load(str(self.folder))

    def test_the_readmes_sweep(self):
        sweep = from_folder(Path(__file__).parent / "../docs/cifar10-resnet18")
        self.assertEqual(81, len(sweep.trials))
        best = sweep.front.trial.iloc[-1]
        baseline = sweep.trials.set_index("trial").loc[best]
        self.assertEqual("0.8648", f"{baseline['val/accuracy']:.4f}", "as the README says")
        self.assertEqual({"train": 45_000, "val": 5_000, "test": 10_000}, sweep.images)


class StudiesTest(unittest.TestCase):
    def test_a_table_of_the_page_is_its_cells(self):
        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder, "studies.md")
            table = "<!-- 1 rows: written by StudiesTest -->\n|  | stated |\n|---|--:|\n| a | 1.5 |\n| b |  |\n"
            for end in ("<!-- end -->\n", "\nWords below it.\n<!-- end -->\n"):
                page.write_text(table + end + "\n| other | table |\n", encoding="utf-8")
                self.assertEqual([["a", "1.5"], ["b", ""]], page_table(page, "1 rows"))
            with self.assertRaisesRegex(ValueError, "must have the table '2 rows'"):
                page_table(page, "2 rows")


class FakeServer(BaseHTTPRequestHandler):
    """Answers runs/search by pages, as MLflow does, and keeps what it was asked."""

    runs = []
    asked = []

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append((request, self.headers.get("Authorization")))
        start = int(request.get("page_token", 0))
        end = start + request["max_results"]
        more = {"next_page_token": str(end)} if end < len(self.runs) else {}
        self.answer(200, {"runs": self.runs[start:end], **more})

    def do_GET(self):
        known = self.path.endswith("experiment_name=small")
        self.answer(200 if known else 404, {"experiment": {"experiment_id": "7"}} if known else {"message": "no such"})

    def answer(self, code, content):
        self.send_response(code)
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def log_message(self, *_):
        pass


def pairs(**values):
    return [{"key": key.replace("__", "."), "value": value} for key, value in values.items()]


def run(trial, sweep, status="FINISHED", **metrics):
    tags = pairs(espalier__sweep=sweep, mlflow__parentRunId="p" + sweep, espalier__key=trial, trial__name="name of " + trial)
    params = pairs(model="cnn", scope="flat", centroids="none")
    found = [{"key": key, "value": value} for key, value in metrics.items()]
    info = {"run_name": "trial " + trial, "status": status}
    return {"info": info, "data": {"tags": tags, "params": params, "metrics": found}}


def parent(sweep):
    counts = pairs(dataset="shapes", images_train="200", images_validation="50", images_test="100")
    tags = pairs(espalier__sweep=sweep, dataset__digest="d1")
    info = {"run_name": "small", "status": "FINISHED", "artifact_uri": "s3://elsewhere/1"}
    return {"info": info, "data": {"tags": tags, "params": counts}}


class ServerTest(unittest.TestCase):
    def setUp(self):
        http = HTTPServer(("127.0.0.1", 0), FakeServer)
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        self.addCleanup(lambda: (http.shutdown(), thread.join(), http.server_close()))
        self.uri = f"http://127.0.0.1:{http.server_port}"
        FakeServer.asked.clear()

    def server(self, **environment):
        return Server(self.uri + "/", environment)

    def test_all_pages_are_read(self):
        names = [chr(ord("a") + i) for i in range(5)]
        FakeServer.runs = [parent("one"), *(run(name, "one", **{"val/accuracy": 0.5}) for name in names)]
        for page in (1, 2, 3, 6, 1000):
            sweep = from_server(self.server(), "small", page=page)
            self.assertEqual(names, list(sweep.trials.trial), f"pages of {page}")
        self.assertEqual((IMAGES, "shapes", "d1"), (sweep.images, sweep.data, sweep.digest))
        self.assertIsNone(sweep.front, "files that the server does not hand out")
        self.assertEqual(frozenset(), sweep.baselines, "nor is the plan")

    def test_only_results_count(self):
        done = {"val/accuracy": 0.5, "train/loss": 0.1, "val/loss": 1.7976931348623157e308, "test/loss": "NaN"}
        done["size/compressed_bytes_log10"] = 3.0
        done["grid/centroids"] = 16.0
        FakeServer.runs = [
            parent("one"),
            run("a", "one", **done),
            run("b", "one", "FAILED", **{"val/accuracy": 0.3}),
            run("c", "one", "RUNNING", **{"val/accuracy": 0.4}),
        ]
        trials = from_server(self.server(), "small").trials
        self.assertEqual(["completed", "failed"], list(trials.status))
        self.assertNotIn("train/loss", trials)
        self.assertNotIn("size/compressed_bytes_log10", trials)
        self.assertNotIn("grid/centroids", trials)
        self.assertEqual(["name of a", "name of b"], list(trials.name))
        self.assertEqual(0.5, trials["val/accuracy"][0])
        self.assertTrue(trials[["val/loss", "test/loss"]].isna().all(axis=None))
        self.assertTrue(np.isnan(trials["val/accuracy"][1]), "the end of a curve is no result")

    def test_of_several_sweeps_one_must_be_named(self):
        FakeServer.runs = [parent("one"), run("a", "one", **{"x": 1}), parent("two"), run("b", "two", **{"x": 2})]
        with self.assertRaisesRegex(ValueError, "which has mlflow:small/one, mlflow:small/two"):
            from_server(self.server(), "small")
        self.assertEqual(["b"], list(from_server(self.server(), "small", "two").trials.trial))

    def test_user_and_password_win_over_the_token(self):
        FakeServer.runs = [parent("one"), run("a", "one", **{"x": 1})]
        both = {"MLFLOW_TRACKING_USERNAME": "ada", "MLFLOW_TRACKING_PASSWORD": "1843", "MLFLOW_TRACKING_TOKEN": "t"}
        for environment, expected in (
            (both, "Basic " + base64.b64encode(b"ada:1843").decode()),
            ({"MLFLOW_TRACKING_TOKEN": "t"}, "Bearer t"),
            ({}, None),
        ):
            from_server(self.server(**environment), "small")
            self.assertEqual(expected, FakeServer.asked[-1][1])

    def test_what_the_server_refuses_is_said_with_its_message(self):
        with self.assertRaisesRegex(HTTPError, "404.*no such") as refused:
            from_server(self.server(), "unknown")
        refused.exception.close()

    def test_a_server_that_is_away_is_named(self):
        # Nobody listens on port 9.
        with self.assertRaisesRegex(OSError, "http://127.0.0.1:9: must be an MLflow server that can be reached"):
            load("mlflow:small", {"MLFLOW_TRACKING_URI": "http://127.0.0.1:9"})

    def test_a_source_on_a_server_needs_the_servers_address(self):
        for wrong in ("", "sqlite:///mlflow.db"):
            with self.assertRaisesRegex(ValueError, "MLFLOW_TRACKING_URI: must be http"):
                load("mlflow:small", {"MLFLOW_TRACKING_URI": wrong})


if __name__ == "__main__":
    unittest.main()
