"""Tests of comparison on small frames, and on the sweeps in docs/, whose intervals Espalier computed itself."""

import unittest
from pathlib import Path

import numpy as np
import pandas as pd

from comparison import changes, differences, network_names, one_frame, over_seeds, rows, standard_error
from espalier_sweep import Sweep, load

DOCS = Path(__file__).parent / "../docs"


def trial(name, accuracy, seed=1, **more):
    entry = {"trial": name, "name": f"{name}-seed{seed}", "status": "completed", "reason": "", "stands_for": ""}
    return {**entry, "model": "cnn", "quantize": "none", "seed": float(seed), "val/accuracy": accuracy, **more}


def sweep(name, *trials, data="shapes", digest="d1", train=200, val=50, baselines=("a",)):
    images = {"train": train, "val": val, "test": 100}
    return Sweep(name, pd.DataFrame(trials), data, digest, images, frozenset(baselines), None)


class OneFrameTest(unittest.TestCase):
    def test_each_trial_has_the_name_and_the_validation_images_of_its_sweep(self):
        frame = one_frame([sweep("a", trial("x", 0.5)), sweep("b", trial("x", 0.6), trial("y", 0.7), val=80)])
        self.assertEqual(["a", "b", "b"], list(frame["sweep"]))
        self.assertEqual([50, 80, 80], list(frame.images))
        self.assertEqual([0.5, 0.6, 0.7], list(frame["val/accuracy"]))

    def test_what_a_sweep_has_not_is_none_among_words_and_nan_among_numbers(self):
        pruned = trial("y", 0.6, unit="filter", sparsity=0.5, **{"memory/ram_bytes": 7.0})
        frame = one_frame([sweep("a", trial("x", 0.5)), sweep("b", pruned)])
        self.assertEqual(["none", "filter"], list(frame.unit))
        self.assertEqual([True, False], list(frame.sparsity.isna()))
        self.assertEqual([True, False], list(frame["memory/ram_bytes"].isna()))

    def test_two_sweeps_of_one_name_are_refused(self):
        with self.assertRaisesRegex(ValueError, "must have different names, found twice: a$"):
            one_frame([sweep("a", trial("x", 0.5)), sweep("b", trial("x", 0.5)), sweep("a", trial("y", 0.5))])

    def test_equal_sweeps_differ_in_nothing(self):
        self.assertEqual([], list(differences([sweep("a"), sweep("b")])))

    def test_other_data_images_and_baselines_are_said(self):
        other = sweep("b", data="cifar10", digest="c0ffee0000", train=300, val=80, baselines=("b",))
        self.assertEqual(
            [
                "different data sets: shapes d1 (a), cifar10 c0ffee00 (b)",
                "different numbers of training images: 200 (a), 300 (b)",
                "different numbers of validation images: 50 (a), 80 (b)",
                "different baselines: compare what a step changes within a sweep, rather than accuracies across sweeps",
            ],
            list(differences([sweep("a"), other])),
        )


class RowsTest(unittest.TestCase):
    def test_trials_that_differ_in_their_seed_alone_are_a_row(self):
        small = sweep("a", *(trial("x", accuracy, seed) for seed, accuracy in enumerate((0.5, 0.6, 0.7), 1)), trial("y", 0.9))
        found = rows(one_frame([small, sweep("b", trial("x", 0.1))]))
        self.assertEqual([("a", "x", 3), ("a", "y", 1), ("b", "x", 1)], list(zip(found["sweep"], found.name, found.seeds)))
        np.testing.assert_allclose(found["val/accuracy"], [0.6, 0.9, 0.1])
        np.testing.assert_allclose(found.half[0], 4.303 * 0.1 / np.sqrt(3), err_msg="over seeds")
        np.testing.assert_allclose(found.half[1], 1.96 * np.sqrt(0.9 * 0.1 / 50), err_msg="over images")

    def test_failed_trials_are_in_no_row(self):
        failed = trial("x", np.nan, 2, status="failed")
        found = rows(one_frame([sweep("a", trial("x", 0.5), failed)]))
        self.assertEqual([(1, 0.5)], list(zip(found.seeds, found["val/accuracy"])))

    def test_an_interval_over_seeds_is_that_of_the_page_of_studies(self):
        accuracies = [0.9883, 0.9867, 0.9822]
        self.assertEqual("0.9857 ± 0.0079", "{:.4f} ± {:.4f}".format(*over_seeds(accuracies)))
        mean, half = over_seeds(accuracies[:2])
        self.assertAlmostEqual(0.9875, mean)
        self.assertTrue(np.isnan(half), "two seeds say next to nothing about a spread")

    def test_a_network_is_named_by_its_model_and_the_width_that_it_may_have(self):
        frame = pd.DataFrame({"model": ["resnet18", "mine"], "width": [0.25, np.nan]})
        self.assertEqual(["resnet18, width 0.25", "mine"], list(network_names(frame)))

    def test_the_standard_error_of_the_readmes_baseline(self):
        self.assertEqual("0.0048", f"{standard_error(0.8648, 5000):.4f}")

    def test_means_and_intervals_are_those_of_front_csv(self):
        for folder in ("cifar10-resnet18", "cifar10-pruning", "studies/001-resnet18-cifar10", "studies/004-mobilenetv2-cifar10"):
            loaded = load(DOCS / folder)
            found = rows(one_frame([loaded])).set_index("name")
            front = loaded.front.set_index(loaded.front.name.str.replace(r"-seed\d+$", "", regex=True))
            found = found.loc[front.index]
            np.testing.assert_array_equal(front.sparsity.astype(float), found.sparsity, "parameters beside their names")
            self.assertEqual(list(front.seeds.astype(int)), list(found.seeds), folder)
            for sign, bound in ((-1, "accuracy_low"), (1, "accuracy_high")):
                expected = front[bound].astype(float).clip(0, 1)
                np.testing.assert_allclose((found["val/accuracy"] + sign * found.half).clip(0, 1), expected, atol=2e-5)


class ChangesTest(unittest.TestCase):
    def test_a_trial_is_compared_with_the_one_that_differs_in_the_parameter_alone(self):
        def of(name, accuracy, size, **more):
            return trial(name, accuracy, **{"sparsity": 0.0, "percentile": np.nan, "size/compressed_bytes": size, **more})

        small = sweep(
            "a",
            of("x", 0.5, 400.0),
            of("x-int8", 0.4, 100.0, quantize="int8", quantize_percentile=99.0),
            of("y-int8", 0.3, 50.0, quantize="int8", sparsity=0.5),
            of("z-k4", 0.2, 60.0, centroids=4.0),
        )
        found = changes(one_frame([small]), "quantize", "none", "int8", ["size/compressed_bytes"])
        self.assertEqual([("x-int8", 1, 0.25)], list(zip(found.name, found.seeds, found["size/compressed_bytes"])))
        np.testing.assert_allclose(found.change, [-0.1])
        np.testing.assert_allclose(found.half, [1.96 * np.sqrt((0.25 + 0.24) / 50)], err_msg="as independent")

    def test_what_the_seeds_have_in_common_cancels(self):
        both = []
        for seed, accuracy, change in ((1, 0.5, -0.01), (2, 0.7, -0.02), (3, 0.9, -0.03)):
            both += [trial("x", accuracy, seed), trial("x-int8", accuracy + change, seed, quantize="int8")]
        found = changes(one_frame([sweep("a", *both)]), "quantize", "none", "int8", [])
        np.testing.assert_allclose((found.change[0], found.half[0]), (-0.02, 4.303 * 0.01 / np.sqrt(3)))


if __name__ == "__main__":
    unittest.main()
