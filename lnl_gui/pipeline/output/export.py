"""The export job: writes the curated dataset, tables, journal and model as a whole."""

from pathlib import Path
from typing import Any

import numpy as np

from lnl_gui.dataset.csv_table import write_table
from lnl_gui.dataset.writers import Writer, find_writer
from lnl_gui.dataset.writers.embedded import require_copies
from lnl_gui.dataset.writers.items import ExportSet, WrittenImages
from lnl_gui.pipeline.datasets.changed_files import never_seen, refuse_changed
from lnl_gui.pipeline.datasets.missing_files import (
    files_missing,
    missing_rows,
    stats_of,
    unread_note,
)
from lnl_gui.pipeline.output.checksums import write_checksums
from lnl_gui.pipeline.output.destination import (
    MANIFEST,
    recover_export,
    refuse_occupied,
    refuse_unwritable,
    whole_folder,
)
from lnl_gui.pipeline.output.export_set import export_set
from lnl_gui.pipeline.output.exported_model import MODEL, write_model
from lnl_gui.pipeline.output.inside_dataset import inside_note
from lnl_gui.pipeline.output.manifest import IMAGES, ManifestFacts, manifest_of
from lnl_gui.pipeline.output.records import write_records
from lnl_gui.pipeline.output.remote_export import export_to_url, refuse_url
from lnl_gui.pipeline.output.replacing import sources_of
from lnl_gui.pipeline.output.report import FILE_NAME as REPORT
from lnl_gui.pipeline.output.report import write_report
from lnl_gui.pipeline.output.sample_table import sample_table, split_columns
from lnl_gui.pipeline.output.splitting import export_splits
from lnl_gui.pipeline.output.untold import untold_notes
from lnl_gui.pipeline.snapshot import Snapshot, take_snapshot
from lnl_gui.pipeline.training.cluster_labels import cluster_labels, cluster_note, relabelled
from lnl_gui.pipeline.training.curation import Curated, accepted_unseen, curate
from lnl_gui.pipeline.training.known_copies import copies_of
from lnl_gui.remote.address import remote_url
from lnl_gui.store.dataset.replaced_pictures import never_seen_message
from lnl_gui.store.dataset.samples import EXCLUDED, UNDECIDED, UNSEEN
from lnl_gui.store.detection.unjudged import never_judged
from lnl_gui.store.history.looked_at import NOT_KNOWN
from lnl_gui.store.jobs.parameters import FILES_MISSING, ExportParameters
from lnl_gui.store.project import open_project
from lnl_gui.store.review.accepted_labels import COLUMN as ACCEPTED_UNSEEN
from lnl_gui.store.review.accepted_labels import not_known_message
from lnl_gui.store.review.export_choice import set_aside_written, unlabelled_message
from lnl_gui.store.review.second_opinion import waiting_message, waiting_opinions
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.files.atomic import write_json
from lnl_gui.util.messages import Message, in_english, message, message_n
from lnl_gui.util.progress import JobContext, stage_progress
from lnl_gui.util.split_shares import KEEP, parse_shares

_SEEN = message(
    "The model was trained before these splits were drawn and has seen images of each: measured on"
    " them it looks better than it is."
)


def run(
    parameters: ExportParameters, context: JobContext, *, project_folder: Path, run_folder: Path
) -> dict[str, Any]:
    """Export to `parameters.destination`, a folder or a URL.

    Raises:
        UserError: when the destination holds something else, or cannot be written, or images are
            missing (unless they are to be left out), or the model computes something else in the
            form it is exported in.
    """
    url = remote_url(parameters.destination)
    if url is None:
        return _export(parameters, context, project_folder)
    return export_to_url(
        url, parameters, context, lambda here: _export(here, context, project_folder)
    )


def refuse_early(parameters: ExportParameters, project_folder: Path) -> None:
    """Refuse what an export to come would be refused for, before hours of computing for it.

    Of an export with images that is to be replaced only the names of its files are looked at.

    Args:
        parameters: of the export.
        project_folder: of its project.

    Raises:
        UserError: as the export does.
    """
    _checked(parameters)
    if remote_url(parameters.destination) is not None:
        refuse_url(parameters)
        return
    destination = Path(parameters.destination)
    try:
        recover_export(destination)
        refuse_occupied(
            destination,
            parameters,
            sources=lambda: sources_of(project_folder, take_snapshot(project_folder)),
            contents=False,
        )
        refuse_unwritable(destination)
    except OSError as error:
        raise as_user_error(
            error, message("write the export {destination}", destination=destination)
        ) from error


def _checked(parameters: ExportParameters) -> Writer:
    """The writer of an export.

    Raises:
        UserError: for an unknown format, a wrong list of splits, or choices that exclude each
            other.
    """
    writer = find_writer(parameters.format)
    parse_shares(parameters.splits)
    if parameters.excluded and not writer.tells_status:
        raise _no_status(writer)
    if writer.holds_images:
        require_copies(parameters.images, writer.title)
    if parameters.cluster_labels and parameters.accept_suggestions:
        raise UserError(
            message("Labels of clusters and suggested labels exclude each other."),
            message("Leave one of them out."),
            code="contradiction",
        )
    return writer


def _export(
    parameters: ExportParameters, context: JobContext, project_folder: Path
) -> dict[str, Any]:
    destination = Path(parameters.destination)
    # Before anything follows from what is there: a kill may have left two exports and no whole one.
    recover_export(destination)
    # Before anything is read.
    writer = _checked(parameters)
    snapshot = take_snapshot(project_folder)
    absent, stats = _absent(snapshot, parameters, context)
    clusters = _clusters(snapshot, parameters)
    curated = curate(
        snapshot,
        accept_suggestions=parameters.accept_suggestions,
        exclude_unsure=parameters.exclude_unsure,
        clusters=clusters,
        absent=absent,
    )
    if not curated.included.any():
        raise _nothing_to_export(int(absent.sum()))
    # What has no label belongs to no class: where a format has no place for it, or none is asked
    # for, it is in the tables alone.
    with_unlabelled = parameters.unlabelled and writer.holds_unlabelled
    aside = _aside(snapshot, curated, absent, parameters)
    rows = np.flatnonzero((curated.included | aside) & (with_unlabelled | (curated.label >= 0)))
    splits = export_splits(
        snapshot, curated, rows, wanted=parameters.splits, seed=parameters.split_seed
    )
    exported = export_set(snapshot, curated, rows, splits.names)
    left = _changed_since(snapshot, rows, stats, context)
    not_seen = never_seen(snapshot, rows)
    if len(not_seen):
        left.append(never_seen_message(len(not_seen), snapshot.samples.paths[int(not_seen[0])]))
    left += [*unread_note(project_folder), *snapshot.other_pictures_note, *splits.notes]
    left += untold_notes(writer, exported, snapshot)
    if curated.unlabelled and not with_unlabelled:
        left.append(unlabelled_message(curated.unlabelled))
    unseen = accepted_unseen(snapshot, curated.label) & curated.included
    unknown = int((unseen & (snapshot.origins == NOT_KNOWN)).sum())
    left += _accepted_note(int(unseen.sum()) - unknown)
    if unknown:
        left.append(not_known_message(unknown))
    # What a person has decided needs no detection.
    unjudged = snapshot.unjudged & curated.included & (snapshot.samples.status == UNSEEN)
    if clusters is None and unjudged.any():
        left.append(never_judged(int(unjudged.sum())))
    with open_project(project_folder, read_only=True) as project:
        waiting = waiting_opinions(project, snapshot.samples)
    if waiting:
        left.append(waiting_message(waiting))
    if clusters is not None:
        changed = relabelled(snapshot, clusters)[1] & curated.included
        left.append(cluster_note(int(changed.sum()), int(curated.labelled.sum())))
    try:
        with whole_folder(
            destination,
            parameters,
            partial=bool(absent.any()),
            sources=lambda: sources_of(project_folder, snapshot),
            progress=stage_progress(context, message("Looking at the export that is there")),
        ) as folder:
            written = _write_images(folder, exported, parameters, context)
            absent = absent | _not_written(snapshot, rows, written, parameters)
            places = _places(rows, written, parameters)
            table = sample_table(snapshot, curated, absent, places)
            if parameters.splits != KEEP:
                table |= split_columns(snapshot, absent, rows, splits)
            write_table(folder / "samples.csv", table)
            with open_project(project_folder, read_only=True) as project:
                write_records(folder, project)
                exported_count = len(rows) - len(written.failed)
                left += inside_note(project, parameters)
                left += write_model(folder, project, snapshot, parameters, context)
                write_report(folder / REPORT, project, snapshot, curated, exported=exported_count)
                warnings = [*written.warnings, *left]
                if splits.asked and (folder / MODEL).is_dir():
                    warnings.append(_SEEN)
                facts = ManifestFacts(
                    exported=exported_count,
                    missing=int(absent.sum()),
                    excluded_written=int(aside[rows].sum()),
                    accepted_unseen=int(unseen.sum()),
                    accepted_not_known=unknown,
                    unjudged=int(unjudged.sum()),
                    splits=splits.counts(),
                    warnings=warnings,
                )
                manifest = manifest_of(project, snapshot, parameters, curated, written, facts)
            write_checksums(folder, progress=stage_progress(context, message("Writing checksums")))
            # The manifest last: its presence marks a whole export, which alone may be overwritten.
            write_json(folder / MANIFEST, in_english(manifest))
    except OSError as error:
        raise as_user_error(
            error, message("write the export {destination}", destination=destination)
        ) from error
    for warning in warnings:
        context.log(warning)
    metrics = {"destination": str(destination), "never_seen_decided": len(not_seen)}
    return {"artifacts": {}, "metrics": manifest | metrics}


def _absent(
    snapshot: Snapshot, parameters: ExportParameters, context: JobContext
) -> tuple[np.ndarray, np.ndarray]:
    """Which samples belong into the export but have no image, bool (N,), and the stats of others.

    These are int64 (N, 2), -1 of what does not belong into it; see `stats_of`.

    Raises:
        UserError: when there are some and the export is not to be a partial one.
    """
    samples = snapshot.samples
    wanted = samples.readable | snapshot.not_found
    if not parameters.excluded:
        wanted &= samples.status != EXCLUDED
    if parameters.exclude_unsure:
        wanted &= ~np.isin(samples.status, UNDECIDED)
    absent = wanted & ~samples.readable
    rows = np.flatnonzero(wanted)
    stats = np.full((len(snapshot), 2), -1, np.int64)
    # Asked for once: at a URL each is a request.
    stats[rows] = stats_of(
        snapshot, rows, progress=stage_progress(context, message("Looking for changed images"))
    )
    absent[missing_rows(snapshot, rows, stats=stats[rows])] = True
    if absent.any() and not parameters.partial:
        raise files_missing(snapshot, np.flatnonzero(absent), int(wanted.sum()))
    return absent, stats


def _changed_since(
    snapshot: Snapshot, rows: np.ndarray, stats: np.ndarray, context: JobContext
) -> list[Message]:
    """What is to be said of images that have changed, also of those that were set aside.

    Another picture of that name would be left out, and nobody has seen it.

    Raises:
        UserError: where decisions were made on what was there before.
    """
    samples = snapshot.samples
    out = np.flatnonzero((samples.status == EXCLUDED) & samples.readable & (stats[:, 0] < 0))
    stats = stats.copy()
    if len(out):
        stats[out] = stats_of(snapshot, out)
    looked_up = np.union1d(rows, out[stats[out, 0] >= 0])
    return refuse_changed(snapshot, looked_up, context, stats=stats[looked_up])


def _aside(
    snapshot: Snapshot, curated: Curated, absent: np.ndarray, parameters: ExportParameters
) -> np.ndarray:
    """Which samples were set aside and are written all the same, bool (N,)."""
    if not parameters.excluded:
        return np.zeros(len(snapshot), bool)
    samples = snapshot.samples
    return set_aside_written(curated.excluded, samples.status, samples.readable & ~absent)


def _no_status(writer: Writer) -> UserError:
    return UserError(
        message(
            "{title}: this format cannot tell which images were set aside.", title=writer.title
        ),
        message("Leave them out, or choose a format such as csv or coco."),
        code="no_status",
    )


def _not_written(
    snapshot: Snapshot, rows: np.ndarray, written: WrittenImages, parameters: ExportParameters
) -> np.ndarray:
    """Samples whose image could not be read after all, bool (N,).

    Raises:
        UserError: when there are some and the export is not to be a partial one.
    """
    failed = np.zeros(len(snapshot), bool)
    failed[rows[sorted(written.failed)]] = True
    if failed.any() and not parameters.partial:
        raise files_missing(snapshot, np.flatnonzero(failed), len(rows))
    if failed.sum() == len(rows):
        raise _nothing_to_export(len(rows))
    return failed


def _places(
    rows: np.ndarray, written: WrittenImages, parameters: ExportParameters
) -> dict[int, str]:
    """Row -> its image in the export, for those that have a file of their own."""
    if parameters.images == "none":
        return {}
    placed = zip(rows.tolist(), written.paths, strict=True)
    return {row: f"{IMAGES}/{path}" for row, path in placed if path}


def _nothing_to_export(missing: int) -> UserError:
    if missing:
        return UserError(
            message("None of the images is there: nothing was exported."),
            message("Say where they are: `lnl-gui relocate PROJECT --image-root DIR`."),
            code=FILES_MISSING,
        )
    return UserError(
        message("Every image is excluded or unreadable: there is nothing to export."),
        message("Take an exclusion back, or look at what could not be read."),
        code="nothing_to_export",
    )


def _write_images(
    folder: Path,
    exported: ExportSet,
    parameters: ExportParameters,
    context: JobContext,
) -> WrittenImages:
    return find_writer(parameters.format).write(
        folder / IMAGES,
        exported,
        images=parameters.images,
        progress=stage_progress(context, message("Writing files")),
    )


def _clusters(snapshot: Snapshot, parameters: ExportParameters) -> np.ndarray | None:
    """The labels of the TURTLE report, where they are asked for."""
    if not parameters.cluster_labels:
        return None
    return cluster_labels(snapshot, copies_of(snapshot))


def _accepted_note(count: int) -> list[Message]:
    """How many labels nobody stands for, so that the export is not taken for a reviewed one."""
    if not count:
        return []
    return [
        message_n(
            "{count:,} label is a suggestion that nobody looked at: column `{column}` of"
            " samples.csv tells which.",
            "{count:,} labels are suggestions that nobody looked at: column `{column}` of"
            " samples.csv tells which.",
            count,
            column=ACCEPTED_UNSEEN,
        )
    ]
