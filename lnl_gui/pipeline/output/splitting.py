"""The splits of an export: those of the dataset, none, or parts drawn anew."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lnl_gui.dataset.listing import first_few
from lnl_gui.dataset.stratified_parts import stratified_parts
from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.pipeline.training.curation import Curated
from lnl_gui.pipeline.training.training_data import duplicate_groups, sample_draws
from lnl_gui.util.messages import Message, message
from lnl_gui.util.split_shares import KEEP, NONE, SplitShare, parse_shares

_TOLERANCE = 0.01
"""A share this much off what was asked for is said."""


@dataclass(frozen=True)
class ExportSplits:
    """What part each sample of an export is in.

    Attributes:
        names: of R samples, "" for none.
        asked: the parts drawn anew, () where the dataset's own were kept or left away.
        notes: what could not be done as asked.
    """

    names: Sequence[str]
    asked: tuple[SplitShare, ...] = ()
    notes: list[Message] = field(default_factory=list)

    def counts(self) -> dict[str, Any]:
        """How many samples each part has; where it was drawn, its share and what was asked."""
        found = Counter(self.names)
        if not self.asked:
            return {name: {"images": count} for name, count in sorted(found.items()) if name}
        return {
            part.name: {
                "images": found[part.name],
                "share": round(found[part.name] / max(len(self.names), 1), 6),
                "asked": round(part.share, 6),
            }
            for part in self.asked
        }


def export_splits(
    snapshot: Snapshot, curated: Curated, rows: np.ndarray, *, wanted: str, seed: int
) -> ExportSplits:
    """The part of each exported sample.

    Parts drawn anew hold every class in proportion. Copies of an image, parts of one
    picture, and groups by a column of the dataset, are never divided. The draw follows from the
    seed and the images' content (before an embedding their paths), so that it is the same on every
    machine, and few images change their part when the dataset grows.

    Args:
        snapshot: of the project.
        curated: gives the labels.
        rows: (R,) int, which samples are exported.
        wanted: `keep`, `none`, or parts as `parse_shares` reads them.
        seed: of the draw.

    Raises:
        UserError: when `wanted` is nothing of it.
    """
    asked = parse_shares(wanted)
    if wanted == KEEP:
        split = snapshot.samples.split[rows].tolist()
        return ExportSplits([snapshot.split_names[number] for number in split])
    if wanted == NONE:
        return ExportSplits([""] * len(rows))
    classes = len(snapshot.class_names)
    # What has no label, and what was set aside, is in proportion too, each apart.
    strata = np.where(curated.label < 0, classes, curated.label)
    strata = np.where(curated.excluded, classes + 1, strata)[rows]
    groups = duplicate_groups(snapshot)[rows]
    draws = sample_draws(snapshot, seed=seed)[rows]
    part = stratified_parts(strata, groups, draws=draws, shares=[one.share for one in asked])
    notes = [
        *_unknown_copies(snapshot),
        *_missed_shares(part, groups, asked),
        *_missing_classes(part, strata, asked, snapshot.class_names),
    ]
    return ExportSplits([asked[number].name for number in part.tolist()], asked, notes)


def _unknown_copies(snapshot: Snapshot) -> list[Message]:
    if snapshot.facts is not None:
        return []
    return [
        message(
            "Copies of an image may be in several splits: before an embedding they are not known."
        )
    ]


def _missed_shares(
    part: np.ndarray, groups: np.ndarray, asked: Sequence[SplitShare]
) -> list[Message]:
    counts = np.bincount(part, minlength=len(asked))
    largest = int(np.unique(groups, return_counts=True)[1].max())
    notes = []
    for wanted, count in zip(asked, counts.tolist(), strict=True):
        off = abs(count / len(part) - wanted.share)
        # One image more or less is rounding.
        if off > _TOLERANCE and off * len(part) > 1:
            notes.append(
                message(
                    "Split `{name}` has {share:.1%} of the images, not the {asked:.1%} asked for:"
                    " what belongs together stays together, and the largest group has"
                    " {largest:,} images.",
                    name=wanted.name,
                    share=count / len(part),
                    asked=wanted.share,
                    largest=largest,
                )
            )
    return notes


def _missing_classes(
    part: np.ndarray, strata: np.ndarray, asked: Sequence[SplitShare], class_names: Sequence[str]
) -> list[Message]:
    real = strata < len(class_names)
    present = np.unique(strata[real])
    notes = []
    for number, wanted in enumerate(asked):
        missing = np.setdiff1d(present, strata[real & (part == number)]).tolist()
        if missing:
            notes.append(
                message(
                    "Split `{name}` has no image of {count:,} of {total:,} classes ({shown}):"
                    " they have too few images, or too few groups.",
                    name=wanted.name,
                    count=len(missing),
                    total=len(present),
                    shown=first_few(class_names[one] for one in missing),
                )
            )
    return notes
