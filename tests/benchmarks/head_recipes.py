"""Recipes on embeddings beside the plain linear probe, on small and large sets."""

import copy
import json
import shutil
import sys
import time
from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from lnl_gui.encoders.loading.backbone import load_backbone
from lnl_gui.learn.data.sources import Holdout, TrainingSet
from lnl_gui.learn.finetuning.finetune import finetune
from lnl_gui.learn.finetuning.forecast import trains_on_images
from lnl_gui.learn.recipes.parameters import STAGES
from lnl_gui.learn.recipes.registry import find_recipe, list_recipes
from lnl_gui.util.statistics.intervals import student
from tests.benchmarks.datasets import Images, embedded

PROBE = "linear_probe"
LABELS = ("random1", "worse")
Cell = dict[str, float | int | str]


def head_recipes() -> list[str]:
    """Those whose epochs read no image, but for stages, which train blocks of the network."""
    return [
        recipe.name
        for recipe in list_recipes()
        if not trains_on_images(recipe) and (recipe.method != STAGES or not recipe.stages)
    ]


def run_recipes(images: Images, test: Images, options: Namespace) -> list[Cell]:
    """Train every recipe on draws of each size, and go on where it was stopped.

    Args:
        images: with people's labels, from which training sets are drawn.
        test: of true labels.
        options: out, encoder, sizes, seeds, methods.
    """
    kept = options.out / "recipes.jsonl"
    lines = kept.read_text(encoding="utf-8").splitlines() if kept.is_file() else []
    cells: list[Cell] = [json.loads(line) for line in lines]
    done = {_key(cell) for cell in cells}
    for cell in _wanted(options):
        if _key(cell) in done:
            continue
        _train(cell, images, test, options)
        cells.append(cell)
        with kept.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(cell) + "\n")
        print(json.dumps(cell), file=sys.stderr, flush=True)
    return cells


def _wanted(options: Namespace) -> Iterator[Cell]:
    for size in options.sizes:
        for seed in range(options.seeds):
            for labels in LABELS:
                for recipe in options.methods or head_recipes():
                    yield {"recipe": recipe, "size": size, "labels": labels, "seed": seed}


def _key(cell: Cell) -> tuple[float | int | str, ...]:
    return tuple(cell[name] for name in ("recipe", "size", "labels", "seed"))


def _train(cell: Cell, images: Images, test: Images, options: Namespace) -> None:
    """Train, and add to the cell what it came to."""
    parts = (("train", images), ("test", test))
    train, tested = (
        embedded(f"cifar10n-{part}", found.files, options.encoder, options.out)
        for part, found in parts
    )
    rows = np.random.default_rng(int(cell["seed"])).permutation(len(images.files))
    rows = rows[: int(cell["size"])]
    folder = options.out / "run"
    shutil.rmtree(folder, ignore_errors=True)
    started = time.perf_counter()
    labels = images.label_sets[str(cell["labels"])][rows]
    result = finetune(
        TrainingSet([images.files[row] for row in rows], labels, images.class_names, train[rows]),
        Holdout(test.files, test.labels, tested),
        find_recipe(str(cell["recipe"])),
        backbone_name=options.encoder,
        backbone=copy.copy(load_backbone(options.encoder)),
        folder=folder,
        seed=int(cell["seed"]),
        workers=1,
    )
    shutil.rmtree(folder, ignore_errors=True)
    cell["accuracy"] = float((result.probabilities.argmax(axis=1) == result.labels).mean())
    cell["chosen"] = result.chosen
    cell["seconds"] = round(time.perf_counter() - started, 1)


def recipes_markdown(cells: Sequence[Cell]) -> str:
    """Accuracy in %, and the difference from the probe in points with its interval over draws."""
    sizes = sorted({int(cell["size"]) for cell in cells})
    names = list(dict.fromkeys(str(cell["recipe"]) for cell in cells))
    lines = [
        f"| recipe | {' | '.join(f'{size:,} images' for size in sizes)} |",
        f"|---|{'---:|' * len(sizes)}",
    ]
    rows = [[name, *(_entry(cells, name, size) for size in sizes)] for name in names]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def _entry(cells: Sequence[Cell], recipe: str, size: int) -> str:
    found = {_key(cell)[2:]: cell for cell in cells if _key(cell)[:2] == (recipe, size)}
    probe = {_key(cell)[2:]: cell for cell in cells if _key(cell)[:2] == (PROBE, size)}
    if not found:
        return ""
    mean = 100 * np.mean([float(cell["accuracy"]) for cell in found.values()])
    # Of the same draw: which images were drawn counts for more than the recipe.
    pairs = [
        100 * (float(cell["accuracy"]) - float(probe[key]["accuracy"]))
        for key, cell in found.items()
        if key in probe
    ]
    if recipe == PROBE or len(pairs) < 2:
        return f"{mean:.1f}"
    interval = student(pairs)
    return f"{mean:.1f}, {np.mean(pairs):+.1f} ({interval.low:+.1f} to {interval.high:+.1f})"


def write_recipes(folder: Path, cells: Sequence[Cell]) -> None:
    """The table and all cells, beside those of the methods."""
    (folder / "recipes.md").write_text(recipes_markdown(cells) + "\n", encoding="utf-8")
    (folder / "recipes.json").write_text(json.dumps(list(cells), indent=1), encoding="utf-8")
