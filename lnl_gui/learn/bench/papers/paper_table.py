"""What one table of a paper is: its data, network, noises, methods and constants."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from lnl_gui.learn.models.parts import Part
from lnl_gui.store.jobs.benchmark_names import Noise
from lnl_gui.util.constants import Constant
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import NOTHING, Message, message

Figure = Literal["last", "best"]
"""The test accuracy a paper prints: of the last epoch, or of the best one."""


@dataclass(frozen=True)
class PaperTable:
    """One table of a paper.

    Attributes:
        name: what the command line calls it.
        paper: short name of the paper, by which all its tables are meant.
        title: what it shows.
        source: the publication.
        dataset: `cifar10`, `cifar100` or `mnist`.
        network: as in `published.Setting`.
        noises: its columns; `people` label sets by their names in CIFAR-N's files.
        methods: its rows, as in `BenchmarkPlan`.
        figure: which accuracy the paper prints.
        backbone: encoder that is fine-tuned or whose features are learnt from; "" trains a network
            of its own from scratch.
        on_features: whether heads are trained on the backbone's frozen features.
        part: of the backbone that learns.
        relabelled_by: encoders in whose features labels are corrected before training.
        constants: numbers of a method changed by name.
        train_share: of the training images that are trained on.
        train_accuracy: whether accuracies on the training images are shown too.
        needs_gpu: whether it takes days without one.
        seeds: how many are run where nobody says otherwise.
        note: where the paper says less than is needed, what was taken here.
    """

    name: str
    paper: str
    title: Message
    source: str
    dataset: str
    network: str
    noises: tuple[Noise, ...]
    methods: tuple[str, ...]
    figure: Figure = "best"
    backbone: str = ""
    on_features: bool = False
    part: Part = "full"
    relabelled_by: Sequence[str] = ()
    constants: Mapping[str, Mapping[str, Constant]] = field(default_factory=dict)
    train_share: float = 1.0
    train_accuracy: bool = False
    needs_gpu: bool = False
    seeds: int = 3
    note: Message = NOTHING

    @property
    def from_people(self) -> bool:
        """Whether its labels are those that people gave."""
        return not any(noise.is_drawn for noise in self.noises)


def title_of(dataset: str) -> str:
    """How the papers write a dataset of a table."""
    return {"cifar10": "CIFAR-10", "cifar100": "CIFAR-100", "mnist": "MNIST"}[dataset]


@dataclass(frozen=True)
class Shortening:
    """How a run is made shorter than the paper's.

    Attributes:
        limit: training images, and at most as many test images; 0 takes all.
        epochs: of every method; 0 takes the paper's.
        constants: values by name, for each method that has such a constant.
        encoder: another backbone; "" takes the paper's.
        noises: the columns to run; none runs all.
        methods: the rows to run; none runs all.
    """

    limit: int = 0
    epochs: int = 0
    encoder: str = ""
    noises: tuple[Noise, ...] = ()
    methods: tuple[str, ...] = ()
    constants: tuple[tuple[str, str], ...] = ()

    @property
    def folder_suffix(self) -> str:
        """What sets its results apart from those of the paper's setting; "" for that one."""
        parts = [f"{self.limit}-images"] if self.limit else []
        parts += [f"{self.epochs}-epochs"] if self.epochs else []
        parts += [f"{name}-{value}" for name, value in self.constants]
        parts += [self.encoder] if self.encoder else []
        # No separator of paths, in whatever a person wrote.
        return "".join(f"-{re.sub(r'[^A-Za-z0-9_.-]', '_', part)}" for part in parts)


def chosen(names: Sequence[str], known: Sequence[str], table: PaperTable) -> list[str]:
    """The rows or columns of a table that were named, in the table's order.

    Args:
        names: as they were given; none names none.
        known: all of the table.
        table: for the error.

    Raises:
        UserError: for one that the table does not have.
    """
    for name in names:
        if name not in known:
            raise UserError(
                message("{table} has no {name}.", table=table.name, name=name),
                message("It has: {known}.", known=", ".join(known)),
                code="unknown_paper",
            )
    return [name for name in known if name in names]
