"""Every recipe trained to its end, killed half-way, resumed and compared; its pace and its falls.

    python -m tests.benchmarks.bench_recipes --data ../shared/data --out FOLDER [RECIPE ...]

Trains by `lnl-gui finetune` on 600 photographs of clothing, a fifth of whose labels are drawn anew,
the recipes over images for a few epochs. Goes on where it was stopped.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from lnl_gui.learn.finetuning.forecast import trains_on_images
from lnl_gui.learn.recipes.parameters import Recipe
from lnl_gui.learn.recipes.registry import find_recipe, list_recipes
from lnl_gui.learn.recipes.settings import settings_of, with_settings
from lnl_gui.learn.training.checkpoint import FILE_NAME
from lnl_gui.learn.training.rollback import STANDARD_ERRORS
from lnl_gui.pipeline.training.forecast import training_seconds
from lnl_gui.store.jobs.parameters import BUNDLED_ENCODER, FinetuneParameters
from lnl_gui.util.files.atomic import write_json
from tests.benchmarks.datasets import DATA, read_clothing
from tests.benchmarks.measuring import REPOSITORY, parser_of
from tests.benchmarks.recipe_rows import Row, as_markdown, differences, row_of

FAST_ENCODER = "bundled-fast"
BOUNDED: Mapping[str, Mapping[str, float]] = {
    "turn": {"tuning_epochs": 2},
    "divide_mix": {"epochs": 2, "warm_up_epochs": 1},
    "unicon": {"epochs": 2, "warm_up_epochs": 1},
}
"""Recipes over images that count their epochs in more than one constant."""
EPOCHS = 2
WRONG = 0.2


def main(arguments: Sequence[str] | None = None) -> int:
    """1 where a resumed training came to something else."""
    options = _options(arguments)
    project = _project(options)
    rows: list[Row] = []
    for name in options.recipes or _fitting():
        kept = options.out / "rows" / f"{name}.json"
        if not kept.is_file():
            kept.parent.mkdir(exist_ok=True)
            write_json(kept, _measured(find_recipe(name), project, options).to_dict())
        rows.append(Row(**json.loads(kept.read_text(encoding="utf-8"))))
        table = as_markdown(rows)
        (options.out / "recipes.md").write_text(table, encoding="utf-8")
        write_json(options.out / "recipes.json", [row.to_dict() for row in rows])
    print(table)
    return int(any(row.differences for row in rows))


def _fitting() -> list[str]:
    # Adapters take a transformer; its weights and ResNet-18's are in no package.
    return [
        recipe.name for recipe in list_recipes() if recipe.adapters is None and not recipe.backbone
    ]


def _options(arguments: Sequence[str] | None) -> Namespace:
    parser = parser_of(__doc__)
    parser.add_argument("recipes", nargs="*", help="default: all but lora and resnet18")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--out", type=Path, default=Path("bench-recipes"))
    parser.add_argument("--images", type=int, default=600)
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args(arguments)


def _project(options: Namespace) -> Path:
    """A project with both bundled encoders' embeddings and detection."""
    project: Path = options.out / "clothing.lnl"
    if not (options.out / "ready").is_file():
        shutil.rmtree(project, ignore_errors=True)
        _write_images(options)
        source, threads = options.out / "clothing", f"--threads={options.threads}"
        _command("import", source, "--project", project)
        encoders = [f"--encoder={name}" for name in (BUNDLED_ENCODER, FAST_ENCODER)]
        _command("embed", project, *encoders, threads)
        _command("detect", project, threads)
        (options.out / "ready").touch()
    return project


def _write_images(options: Namespace) -> None:
    """Class folders of copies, in which some images lie in a folder that was drawn."""
    images = read_clothing(options.data)
    generator = np.random.default_rng(0)
    chosen = generator.permutation(len(images.files))[: options.images]
    for row in chosen:
        label = images.labels[row]
        if generator.random() < WRONG:
            label = generator.integers(len(images.class_names))
        folder = options.out / "clothing" / images.class_names[label]
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(images.files[row], folder / images.files[row].name)


def _measured(recipe: Recipe, project: Path, options: Namespace) -> Row:
    changes = _changes(recipe)
    written = {name: f"{value:g}" for name, value in changes.items()}
    encoder = FAST_ENCODER if trains_on_images(recipe) else BUNDLED_ENCODER
    whole, killed = options.out / "whole.lnl", options.out / "killed.lnl"
    for copy in (whole, killed):
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(project, copy)
    parameters = FinetuneParameters(
        recipe=recipe.name, encoder=encoder, settings=tuple(written.items())
    )
    told = training_seconds(whole, _alone(parameters), threads=options.threads)
    settings = [f"--set={name}={value}" for name, value in written.items()]
    command = [f"--recipe={recipe.name}", f"--encoder={encoder}", "--no-comparison", "--json"]
    command += [f"--threads={options.threads}", *settings]
    started = time.perf_counter()
    first = json.loads(_command("finetune", whole, *command))
    seconds = time.perf_counter() - started
    stopped = _kill_half_way(killed, command, seconds, epochs=len(first["epochs"]) // 2)
    started = time.perf_counter()
    second = json.loads(_command("finetune", killed, *command))
    resumed = time.perf_counter() - started
    batch = settings_of(with_settings(recipe, changes, encoder=encoder), encoder=encoder)
    row = row_of(
        recipe.name,
        encoder,
        first,
        batch_size=int(batch.get("batch_size", 0)),
        told=told,
        seconds=seconds,
        stopped=stopped,
        resumed=resumed,
        differences=differences(first, second, _models(whole), _models(killed)),
        standard_errors=STANDARD_ERRORS,
    )
    print(as_markdown([row]).splitlines()[-1], file=sys.stderr, flush=True)
    return row


def _changes(recipe: Recipe) -> dict[str, float]:
    if not trains_on_images(recipe):
        return {}
    return dict(BOUNDED.get(recipe.name, {"epochs": EPOCHS}))


def _alone(parameters: FinetuneParameters) -> FinetuneParameters:
    return replace(parameters, compare_with_given=False)


def _models(project: Path) -> dict[str, bytes]:
    found = sorted((project / "models").rglob("*.safetensors"))
    return {file.name: file.read_bytes() for file in found}


def _environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(REPOSITORY)}


def _command(verb: str, *arguments: object) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "lnl_gui", verb, *map(str, arguments)],
        env=_environment(),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


def _kill_half_way(project: Path, command: Sequence[str], seconds: float, *, epochs: int) -> str:
    """Kill a training once half of its epochs are over and the next one is under way.

    Args:
        project: where it trains.
        command: options of `lnl-gui finetune`.
        seconds: that it took as a whole; what notes nothing within an epoch is killed after half.
        epochs: half of what it has.

    Returns:
        what lay on the disk then.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "lnl_gui", "finetune", str(project), *command],
        env=_environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    state: dict[str, Any] | None = None
    started = time.perf_counter()
    while process.poll() is None:
        found = list(project.glob(f"runs/*/parts/*/{FILE_NAME}"))
        state = _state(found[0]) if found else None
        done = len(state["reports"].splitlines()) if state is not None else -1
        # Not by time alone: on a machine that others leave meanwhile it would be over.
        late = done > epochs or time.perf_counter() - started > seconds / 2
        if state is not None and done >= epochs and (late or state["underway"]):
            break
        time.sleep(0.02)
    over = process.poll() is not None
    process.kill()
    process.wait()
    if over:
        return "it was over"
    if state is None:
        return "nothing yet"
    within = ", within it" if state["underway"] else ""
    return f"phase {state['phase']}, epoch {state['epoch']}{within}"


def _state(checkpoint: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = torch.load(checkpoint, map_location="cpu", weights_only=True)
    # Replaced, or removed at the end, while it was opened.
    except OSError:
        return None
    return found


if __name__ == "__main__":
    sys.exit(main())
