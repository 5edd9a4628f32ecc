"""The one-click fine-tune on CIFAR-10N: accuracy, seconds and rates.

    python -m tests.benchmarks.bench_finetune --data ../shared/data --out FOLDER [--labels worse]

Trains on the 5 000 training images with each kind of labels and tests on clean test images. The
activations of the frozen part are computed once and shared, as in the product.
"""

import json
from collections.abc import Sequence
from pathlib import Path

from lnl_gui.learn.data.sources import Holdout, TrainingSet
from lnl_gui.learn.finetuning.finetune import finetune
from lnl_gui.learn.recipes.registry import find_recipe
from tests.benchmarks.datasets import DATA, PEOPLE, read_cifar10n
from tests.benchmarks.measuring import parser_of


def load_sets(data: Path, column: str, images: int, tests: int) -> tuple[TrainingSet, Holdout]:
    """The first images of the training and of the test part."""
    training = read_cifar10n(data).first(images)
    test = read_cifar10n(data, "test").first(tests)
    labels = training.label_sets.get(column, training.labels)
    return TrainingSet(training.files, labels, training.class_names), Holdout(
        test.files, test.labels
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Run and print one line a run."""
    parser = parser_of(__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--labels", nargs="+", choices=(*PEOPLE, "clean"), default=["worse", "aggre", "clean"]
    )
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
