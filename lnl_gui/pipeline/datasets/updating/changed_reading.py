"""A dataset that would be read otherwise than its project was: what decides the labels is another.

A table that was put beside class folders, a list of class names, or other rules of another version
of this program would give labels that nobody has asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers.doubts.refused_folders import NOT_LISTED
from lnl_gui.dataset.readers.folders import class_folders as folders
from lnl_gui.dataset.readers.reasons import MANY_NOT_FOUND
from lnl_gui.dataset.readers.registry import list_readers
from lnl_gui.pipeline.datasets.import_dataset import refuse_doubtful
from lnl_gui.pipeline.datasets.matching.known_samples import KnownSamples
from lnl_gui.pipeline.datasets.reading.kept_reading import files_gone, kept_reading, option_words
from lnl_gui.pipeline.datasets.reading.reading_record import record_of
from lnl_gui.store.dataset.reading_record import ReadingRecord
from lnl_gui.store.jobs.parameters import CHANGED_READING, ImportParameters
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, as_message, joined, message

_MOST = 0.5
"""Share of labels that differ where it is not on record what they were taken from."""


def refuse_new_doubts(
    listing: Listing, known: KnownSamples, wanted: ImportParameters, *, accepted_now: bool
) -> None:
    """Stop where a reading is doubtful, but for doubts that somebody has accepted.

    Raises:
        UserError: as `refuse_doubtful`.
    """
    if accepted_now or (wanted.accept_layout and known.reading is None):
        return
    accepted = known.reading.doubts if wanted.accept_layout and known.reading else ()
    # An update asks itself where most images have gone or folders are not listed, and says how many
    # were decided on.
    accepted = (*accepted, MANY_NOT_FOUND.template, NOT_LISTED.template)
    doubts = [doubt for doubt in listing.suspicions if doubt.template not in accepted]
    refuse_doubtful(replace(listing, suspicions=doubts))


def says_reading(before: ImportParameters | None, wanted: ImportParameters) -> bool:
    """Whether somebody said anew what the labels are taken from, and not only where it lies."""
    if before is None:
        return True
    as_before = replace(
        wanted,
        source=before.source,
        project=before.project,
        image_root=before.image_root,
        accept_layout=before.accept_layout,
    )
    if as_before != before:
        return True
    old, new = Path(before.source), Path(wanted.source)
    return old != new and new.is_file() and (old.is_dir() or old.name != new.name)


@dataclass(frozen=True)
class ReadingDifferences:
    """What a reading changes in samples whose images are where they were.

    `labels` are the labels of before and now by the row of each that has another now, `left_out`
    the rows of images that are there and were read before, `compared` the number of images that
    are where they were and `added` that of new ones.
    """

    labels: Mapping[int, tuple[str, str]]
    left_out: tuple[int, ...]
    compared: int
    added: int


def refuse_changed_reading(
    known: KnownSamples, listing: Listing, wanted: ImportParameters, found: ReadingDifferences
) -> None:
    """Stop where labels change because they would be taken from something else.

    Raises:
        UserError: with the code `CHANGED_READING`, how it was read, and what keeps it so.
    """
    now, then = record_of(listing), known.reading
    if then is None:
        if not _is_another(known, listing, found):
            return
        then = ReadingRecord(known.reader)
    elif then.label_source == now.label_source or not _matters(then, now, found):
        return
    raise UserError(
        message(
            "The dataset would be read otherwise than before. Then: {then} Now: {now} {changes}",
            then=_sentence(then),
            now=_sentence(now),
            changes=_what(known, found),
        ),
        _options(then, listing, wanted),
        code=CHANGED_READING,
    )


def _matters(then: ReadingRecord, now: ReadingRecord, found: ReadingDifferences) -> bool:
    """Whether labels depend on it; new images have theirs from another file though all agree."""
    others = (then.reader, then.files) != (now.reader, now.files)
    return bool(found.labels or found.left_out or (others and found.added))


def _is_another(known: KnownSamples, listing: Listing, found: ReadingDifferences) -> bool:
    """Whether it was probably read otherwise, where only the format of the import is on record."""
    if not found.labels and not found.left_out:
        return False
    # Whoever said at an update where the labels are left no trace of it in those days.
    if known.reader != listing.reader and not known.base:
        return True
    # The folder of an image that did not move has the name that it had.
    by_folders = known.reader == listing.reader == folders.NAME and not known.base
    return bool(found.labels) and (by_folders or len(found.labels) > _MOST * found.compared)


def _sentence(record: ReadingRecord) -> Message:
    said = record.said or message("as {title}.", title=_title(record.reader))
    if not record.class_names_file:
        return said
    names = message("`{file}` names the classes.", file=record.class_names_file)
    return joined([said, names], " ")


def _title(name: str) -> Message:
    titles = (as_message(reader.title) for reader in list_readers() if reader.name == name)
    return next(titles, as_message(name))


def _what(known: KnownSamples, found: ReadingDifferences) -> Message:
    parts = []
    paths = known.samples.paths
    if found.labels:
        row, (before, after) = next(iter(found.labels.items()))
        parts.append(
            message(
                "{count:,} images would get another label, such as `{path}`: it was {before} and"
                " would be {after}.",
                count=len(found.labels),
                path=paths[row],
                before=_shown(before),
                after=_shown(after),
            )
        )
    if found.left_out:
        parts.append(
            message(
                "{count:,} images that are still there would be left out, such as `{path}`.",
                count=len(found.left_out),
                path=paths[found.left_out[0]],
            )
        )
    if found.added and not parts:
        parts.append(
            message("{count:,} new images would get their labels there.", count=found.added)
        )
    return joined(parts, " ")


def _shown(label: str) -> Message:
    return Message("{label}").with_fields(label=f"`{label}`") if label else message("no label")


def _options(then: ReadingRecord, listing: Listing, wanted: ImportParameters) -> Message:
    said = files_gone(then, listing)
    kept = kept_reading(then, listing, wanted)
    if kept and not said:
        said.append(
            message(
                "If it is to be read as before, say `lnl-gui update PROJECT {options}`.",
                options=" ".join(option_words(kept)),
            )
        )
    new = message("If the new reading is meant, say `lnl-gui update PROJECT --accept-layout`.")
    return joined([*said, new], " ")
