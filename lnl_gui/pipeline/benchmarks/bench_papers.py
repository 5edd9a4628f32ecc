"""A table of a paper run on a folder of people's images, resumably."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from lnl_gui.encoders.encoder import Backbone
from lnl_gui.encoders.loading.backbone import load_backbone
from lnl_gui.encoders.loading.devices import choose_device
from lnl_gui.encoders.loading.sources import describe, download_needed
from lnl_gui.learn.bench.papers.paper_table import PaperTable, Shortening, title_of
from lnl_gui.learn.bench.papers.planned_constants import planned_constants
from lnl_gui.learn.bench.papers.report import TableRun
from lnl_gui.learn.bench.plan import BenchmarkPlan
from lnl_gui.learn.bench.runner import no_cell, run_benchmark
from lnl_gui.learn.bench.table import BenchmarkCell
from lnl_gui.pipeline.benchmarks.paper_images import (
    OFFICIAL,
    PaperImages,
    described,
    find_images,
)
from lnl_gui.pipeline.benchmarks.paper_work import ProgressOf, TableWork, no_progress_of
from lnl_gui.pipeline.benchmarks.peoples_labels import peoples_labels
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message
from lnl_gui.util.process.allocator import freed_memory_kept

SPLIT_SEED = 0
"""Of the part that is trained on: every seed and method learns from the same images."""
OnCell = Callable[[BenchmarkCell], None]


@dataclass(frozen=True)
class Asked:
    """What a person asked of a table.

    Attributes:
        data: folder of the images.
        folder: below which each table has a folder of its own for its results.
        shortening: in what it is shorter than the paper's.
        seeds: how many; 0 takes the table's.
        device: `auto` or a torch device; `cpu` insists on the processor.
    """

    data: Path
    folder: Path
    shortening: Shortening = field(default_factory=Shortening)
    seeds: int = 0
    device: str = "auto"


def missing(table: PaperTable, *, device: str = "auto", encoder: str = "") -> list[Message]:
    """What a table needs that is not here; empty where it could start.

    Args:
        table: any.
        device: as in `Asked`.
        encoder: another backbone than the table's.
    """
    said: list[Message] = []
    if table.needs_gpu and device == "auto" and choose_device("auto") == "cpu":
        said.append(message("a GPU"))
    for name in _encoders(table, encoder):
        size = download_needed(describe(name))
        if size:
            said.append(
                message("weights of {encoder} ({size:.0f} MB)", encoder=name, size=size / 1e6)
            )
    return said


def run_table(
    table: PaperTable,
    asked: Asked,
    *,
    on_cell: OnCell = no_cell,
    progress_of: ProgressOf = no_progress_of,
) -> TableRun:
    """Run what is not finished of a table, and return all of it.

    Args:
        table: which.
        asked: on what, and how much of it.
        on_cell: called with each new cell.
        progress_of: the progress of a stage; may raise `Cancelled`, finished cells are kept.

    Raises:
        UserError: without a GPU where the table wants one (`needs_gpu`), for weights that cannot be
            had, and for images that are not there or not readable (`benchmark_data`).
    """
    shortening = asked.shortening
    if table.needs_gpu and asked.device == "auto" and choose_device("auto") == "cpu":
        raise UserError(
            message("{table} takes days without a GPU, and there is none here.", table=table.name),
            message("Run it on a machine with one, or shorten it and say `--device cpu`."),
            code="needs_gpu",
        )
    # Before the images: weights that are not to be had are an error of a moment.
    backbone = None if table.on_features else _backbone(table, shortening)
    images = find_images(
        asked.data, table.dataset, progress=progress_of(message("Reading the dataset"))
    )
    people = peoples_labels(asked.data, images.name, images.labels) if table.from_people else {}
    rows = _rows(len(images.files), table.train_share, shortening.limit)
    tests = _rows(len(images.test_files), 1.0, shortening.limit)
    folder = asked.folder / f"{table.name}{shortening.folder_suffix}"
    folder.mkdir(parents=True, exist_ok=True)
    work = TableWork(table, shortening, images, rows, tests, folder, asked.device, progress_of)
    # The memory of each layer else goes back and forth.
    with freed_memory_kept():
        data = work.data({name: labels[rows] for name, labels in people.items()})
        cells = run_benchmark(
            data,
            _plan(table, shortening, asked.seeds),
            folder=folder,
            training=work.training(backbone),
            on_cell=on_cell,
            progress=progress_of(message("Measuring {table}", table=table.name)),
        )
    return TableRun(table, cells, changes(table, asked, images), described(images), folder)


def changes(table: PaperTable, asked: Asked, images: PaperImages) -> list[Message]:
    """In what a run is not the paper's setting, as far as it is known."""
    shortening, said = asked.shortening, list[Message]()
    training, tests = OFFICIAL[table.dataset]
    if (len(images.files), len(images.test_files)) != (training, tests):
        said.append(
            message(
                "{count:,} training and {tests:,} test images were read, {dataset} has {whole:,}"
                " and {all:,}",
                count=len(images.files),
                tests=len(images.test_files),
                dataset=title_of(table.dataset),
                whole=training,
                all=tests,
            )
        )
    if shortening.limit:
        said.append(message("at most {count:,} training images", count=shortening.limit))
    if shortening.epochs:
        said.append(message("epochs: {count}", count=shortening.epochs))
    for name, value in shortening.constants:
        said.append(message("{name}={value}", name=name, value=value))
    if shortening.encoder:
        said.append(
            message(
                "{encoder} in place of {paper}", encoder=shortening.encoder, paper=table.backbone
            )
        )
    return said


def _encoders(table: PaperTable, encoder: str) -> list[str]:
    own = [encoder or table.backbone] if table.backbone else []
    return [*own, *table.relabelled_by]


def _backbone(table: PaperTable, shortening: Shortening) -> Backbone | None:
    if not table.backbone:
        return None
    return load_backbone(shortening.encoder or table.backbone)


def _rows(count: int, share: float, limit: int) -> np.ndarray:
    """Numbers (n,) int64 of a random share of `count` images, rising; at most `limit` unless 0."""
    order = np.random.default_rng(SPLIT_SEED).permutation(count)[: round(share * count)]
    return np.sort(order[:limit] if limit else order)


def _plan(table: PaperTable, shortening: Shortening, seeds: int) -> BenchmarkPlan:
    return BenchmarkPlan(
        shortening.noises or table.noises,
        shortening.methods or table.methods,
        tuple(range(seeds or table.seeds)),
        constants=planned_constants(table, shortening),
    )
