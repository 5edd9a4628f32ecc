"""The one-click fine-tune on CIFAR-10N: accuracy, seconds and rates.

    python -m tests.benchmarks.bench_finetune --data ../shared/data --out FOLDER [--labels worse]

Trains on the 5 000 training images with each kind of labels and tests on clean test images. The
activations of the frozen part are computed once and shared, as in the product.
"""

import argparse
import csv
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lnl_gui.learn.data.sources import Holdout, TrainingSet
from lnl_gui.learn.finetuning.finetune import finetune
from lnl_gui.learn.recipes.registry import find_recipe


def read_rows(folder: Path) -> list[dict[str, str]]:
    """The rows of a folder's label table."""
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def load_sets(data: Path, column: str, images: int, tests: int) -> tuple[TrainingSet, Holdout]:
    """The first images of the training and of the test part."""
    training, test = data / "cifar10n-train", data / "cifar10n-test"
    rows, held = read_rows(training)[:images], read_rows(test)[:tests]
    names = sorted({row["clean"] for row in rows})
    number = {name: index for index, name in enumerate(names)}
    return (
        TrainingSet(
            [training / row["path"] for row in rows],
            np.array([number[row[column]] for row in rows], np.int32),
            names,
        ),
        Holdout(
            [test / row["path"] for row in held],
            np.array([number[row["label"]] for row in held], np.int32),
        ),
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Run and print one line a run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--labels", nargs="+", default=["worse", "aggre", "clean"])
    parser.add_argument("--recipe", default="quick")
    parser.add_argument("--encoder", default="bundled")
    parser.add_argument("--images", type=int, default=5000)
    parser.add_argument("--tests", type=int, default=1000)
    parser.add_argument("--device", default="auto")
    options = parser.parse_args(arguments)
    for column in options.labels:
        sets = load_sets(options.data, column, options.images, options.tests)
        result = finetune(
            *sets,
            find_recipe(options.recipe),
            backbone_name=options.encoder,
            folder=options.out / column,
            cache_folder=options.out / "activations",
            device=options.device,
            on_epoch=lambda report: print(json.dumps(report.to_dict()), flush=True),
        )
        accuracy = result.metrics.accuracy if result.metrics else None
        print(f"{column}: {result.chosen}, accuracy {accuracy}, {result.seconds:.0f} s", flush=True)


if __name__ == "__main__":
    main()
