"""What an export with given parameters would write, before it is begun."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lnl_gui.session.samples.columns import SampleColumns
from lnl_gui.store.dataset.class_effects import label_effects, other_word
from lnl_gui.store.dataset.classes import ClassInfo
from lnl_gui.store.dataset.samples import UNSEEN
from lnl_gui.store.jobs.parameters import ExportParameters
from lnl_gui.store.review.export_choice import (
    ExportFacts,
    choose_samples,
    set_aside_written,
    unlabelled_message,
)
from lnl_gui.util.messages import NOTHING, Message, joined, message, message_n


@dataclass(frozen=True)
class ExportPreview:
    """Numbers of samples that count."""

    samples: int
    written: int
    """as images, or as lines of a table of images"""
    changed: int
    """with another label than given, by a decision"""
    added: int
    """with a label where the dataset gave none"""
    unlabelled: int
    """without a label: in samples.csv alone unless such are asked for"""
    left_out: int
    """set aside or unsure, and not written"""
    undecided: int = 0
    """nobody has decided on, and written: those that labels of clusters may change"""
    unknown: Message = NOTHING
    """why nothing is known of the suggestions that are taken; nothing where something is"""


def export_preview(
    columns: SampleColumns,
    classes: Sequence[ClassInfo],
    came: np.ndarray,
    parameters: ExportParameters,
) -> ExportPreview:
    """Count what an export writes where all images are there, without labels of clusters.

    Args:
        columns: of N samples.
        classes: all by id.
        came: int (N,), the labels of the dataset as they were written, -1 for none.
        parameters: of the export; its format is taken to hold what is asked for.
    """
    facts = ExportFacts(
        columns.current,
        columns.status,
        columns.readable,
        columns.flagged,
        columns.suggested,
    )
    chosen = choose_samples(
        facts,
        accept_suggestions=parameters.accept_suggestions,
        exclude_unsure=parameters.exclude_unsure,
    )
    aside = set_aside_written(chosen.excluded, columns.status, columns.readable)
    wanted = chosen.included | aside if parameters.excluded else chosen.included
    bare = chosen.label < 0
    written = wanted if parameters.unlabelled else wanted & ~bare
    effects = label_effects(
        came, columns.given, chosen.label, other_word(classes, came, chosen.label)
    )
    return ExportPreview(
        samples=int(np.count_nonzero(columns.readable)),
        written=int(np.count_nonzero(written)),
        changed=int(np.count_nonzero(chosen.included & effects.changed)),
        added=int(np.count_nonzero(chosen.included & effects.added)),
        unlabelled=int(np.count_nonzero(wanted & bare)),
        left_out=int(np.count_nonzero(columns.readable & ~wanted)),
        undecided=int(np.count_nonzero(chosen.included & (columns.status == UNSEEN))),
    )


def preview_sentences(found: ExportPreview, parameters: ExportParameters) -> list[Message]:
    """What an export will write, sentence by sentence.

    Args:
        found: numbers.
        parameters: of the export.
    """
    said = []
    # What has no label may get that of its cluster, and is written then.
    if not (parameters.cluster_labels and found.unlabelled):
        said.append(
            message_n(
                "Exports {written:,} of {count:,} sample.",
                "Exports {written:,} of {count:,} samples.",
                found.samples,
                written=found.written,
            )
        )
    if found.changed:
        said.append(
            message_n("{count:,} label changes.", "{count:,} labels change.", found.changed)
        )
    if parameters.cluster_labels and found.undecided:
        said.append(
            message_n(
                "Up to {count:,} label nobody has decided on changes as well; how many do is known"
                " only after the export.",
                "Up to {count:,} labels nobody has decided on change as well; how many do is known"
                " only after the export.",
                found.undecided,
            )
        )
    if found.added:
        said.append(
            message_n(
                "{count:,} image without a label gets one.",
                "{count:,} images without a label get one.",
                found.added,
            )
        )
    if found.left_out:
        said.append(
            message_n(
                "{count:,} image is left out.", "{count:,} images are left out.", found.left_out
            )
        )
    if found.unlabelled and not (parameters.unlabelled or parameters.cluster_labels):
        said.append(unlabelled_message(found.unlabelled))
    if found.unknown and parameters.accept_suggestions:
        every = message("Every suggestion may be wrong.")
        said.append(joined((every, found.unknown), " "))
    return said
