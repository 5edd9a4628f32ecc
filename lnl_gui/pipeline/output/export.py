"""The export job: writes the curated dataset, tables, journal and model as a whole."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from lnl_gui.containers.location import container_texts
from lnl_gui.dataset.csv_table import write_table
from lnl_gui.dataset.writers import Writer, find_writer
from lnl_gui.dataset.writers.embedded import require_copies
from lnl_gui.dataset.writers.items import ExportSet, WrittenImages
from lnl_gui.pipeline.datasets.changed_files import refuse_changed
from lnl_gui.pipeline.datasets.content import file_stats
from lnl_gui.pipeline.datasets.missing_files import files_missing
from lnl_gui.pipeline.output.checksums import write_checksums
from lnl_gui.pipeline.output.destination import (
    MANIFEST,
    recover_export,
    refuse_occupied,
    refuse_unwritable,
    whole_folder,
)
from lnl_gui.pipeline.output.export_set import export_set, group_names
from lnl_gui.pipeline.output.model_classes import other_classes
from lnl_gui.pipeline.output.remote_export import export_to_url, refuse_url
from lnl_gui.pipeline.output.replacing import sources_of
from lnl_gui.pipeline.output.report import FILE_NAME as REPORT
from lnl_gui.pipeline.output.report import write_report
from lnl_gui.pipeline.output.splitting import ExportSplits, export_splits
from lnl_gui.pipeline.snapshot import Snapshot, take_snapshot
from lnl_gui.pipeline.training.cluster_labels import cluster_labels, cluster_note, relabelled
from lnl_gui.pipeline.training.curation import Curated, accepted_unseen, curate
from lnl_gui.pipeline.training.known_copies import copies_of
from lnl_gui.remote.address import remote_url
from lnl_gui.store import journal_queries, runs
from lnl_gui.store.accepted_labels import COLUMN as ACCEPTED_UNSEEN
from lnl_gui.store.parameters import FILES_MISSING, ExportParameters
from lnl_gui.store.project import Project, open_project
from lnl_gui.store.samples import (
    EXCLUDED,
    STATUS_NAMES,
    UNDECIDED,
    UNSEEN,
    load_left_out,
    load_unreadable,
)
from lnl_gui.store.scores import load_spread
from lnl_gui.util.atomic import write_json
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.messages import Message, message, message_n, to_json
from lnl_gui.util.moments import utc_text
from lnl_gui.util.progress import JobContext, stage_progress
from lnl_gui.util.split_shares import KEEP, parse_shares

IMAGES, MODEL = "images", "model"
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
    left = [*refuse_changed(snapshot, rows, context, stats=stats[rows]), *splits.notes]
    if not with_unlabelled:
        left += _unlabelled_note(curated)
    unseen = accepted_unseen(snapshot, curated.label) & curated.included
    left += _accepted_note(int(unseen.sum()))
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
                table |= _new_splits(snapshot, absent, rows, splits)
            write_table(folder / "samples.csv", table)
            with open_project(project_folder, read_only=True) as project:
                _write_records(folder, project, snapshot)
                exported_count = len(rows) - len(written.failed)
                left += _write_model(folder, project, snapshot, parameters, context)
                write_report(folder / REPORT, project, snapshot, curated, exported=exported_count)
                warnings = [*written.warnings, *left]
                if splits.asked and (folder / MODEL).is_dir():
                    warnings.append(_SEEN)
                manifest = _manifest(project, parameters, curated, written, warnings)
                manifest |= {"partial": bool(absent.any()), "missing": int(absent.sum())}
                manifest |= {"exported": exported_count}
                manifest |= _left_aside(snapshot, curated)
                kinds = Counter(entry.kind for entry in load_left_out(project))
                manifest |= {"unreadable": kinds.total(), "unreadable_kinds": dict(kinds)}
                manifest |= {ACCEPTED_UNSEEN: int(unseen.sum())}
                manifest |= {"excluded_written": int(aside[rows].sum())}
                manifest |= {"splits": splits.counts(), "splits_asked": parameters.splits}
                manifest |= {"split_seed": parameters.split_seed}
                manifest |= {"image_files": any(written.paths) and parameters.images != "none"}
            write_checksums(folder, progress=stage_progress(context, message("Writing checksums")))
            # The manifest last: its presence marks a whole export, which alone may be overwritten.
            write_json(folder / MANIFEST, manifest)
    except OSError as error:
        raise as_user_error(
            error, message("write the export {destination}", destination=destination)
        ) from error
    for warning in warnings:
        context.log(warning)
    return {"artifacts": {}, "metrics": manifest | {"destination": str(destination)}}


def _absent(
    snapshot: Snapshot, parameters: ExportParameters, context: JobContext
) -> tuple[np.ndarray, np.ndarray]:
    """Which samples belong into the export but have no image, bool (N,), and the stats of others.

    These are int64 (N, 2), -1 of what does not belong into it; see `file_stats`.

    Raises:
        UserError: when there are some and the export is not to be a partial one.
    """
    samples = snapshot.samples
    # What was missing at the embedding could not be read, and belongs to the set all the same.
    wanted = samples.readable | snapshot.missing
    if not parameters.excluded:
        wanted &= samples.status != EXCLUDED
    if parameters.exclude_unsure:
        wanted &= ~np.isin(samples.status, UNDECIDED)
    absent = wanted & snapshot.missing
    rows = np.flatnonzero(wanted)
    stats = np.full((len(snapshot), 2), -1, np.int64)
    # Asked for once: at a URL each is a request.
    stats[rows] = file_stats(
        [snapshot.file_of(row) for row in rows.tolist()],
        progress=stage_progress(context, message("Looking for changed images")),
    )
    absent |= wanted & (stats[:, 0] < 0)
    if absent.any() and not parameters.partial:
        raise files_missing(snapshot, np.flatnonzero(absent), int(wanted.sum()))
    return absent, stats


def _aside(
    snapshot: Snapshot, curated: Curated, absent: np.ndarray, parameters: ExportParameters
) -> np.ndarray:
    """Which samples were set aside and are written all the same, bool (N,)."""
    if not parameters.excluded:
        return np.zeros(len(snapshot), bool)
    # What is unsure has a choice of its own.
    left = np.isin(snapshot.samples.status, UNDECIDED) | absent
    return curated.excluded & snapshot.samples.readable & ~left


def _no_status(writer: Writer) -> UserError:
    return UserError(
        message(
            "{title}: this format cannot tell which images were set aside.", title=writer.title
        ),
        message("Leave them out, or choose a format such as csv or coco."),
        code="no_status",
    )


def _new_splits(
    snapshot: Snapshot, absent: np.ndarray, rows: np.ndarray, splits: ExportSplits
) -> dict[str, list[str]]:
    """The columns of splits of `sample_table` where others than the dataset's were made."""
    now = np.full(len(snapshot), "", dtype=object)
    now[rows] = splits.names
    listed = np.flatnonzero(snapshot.samples.readable | absent)
    given = snapshot.samples.split[listed].tolist()
    return {
        "split": now[listed].tolist(),
        "given_split": [snapshot.split_names[number] for number in given],
    }


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


@dataclass(frozen=True)
class _Names:
    """Class names by id; "" for -1."""

    names: list[str]

    def of(self, ids: np.ndarray) -> list[str]:
        return [self.names[i] if i >= 0 else "" for i in ids.tolist()]


def sample_table(
    snapshot: Snapshot, curated: Curated, absent: np.ndarray, places: Mapping[int, str]
) -> dict[str, Any]:
    """The columns of `samples.csv`, all of equal length: one row a readable sample.

    Args:
        snapshot: of the project.
        curated: what is in the export.
        absent: (N,) bool, samples that belong to the set and are missing from the export.
        places: by row where its image lies in the export.
    """
    samples, found = snapshot.samples, snapshot.scores
    spread = load_spread(found)
    # Unreadable files have a table of their own, with the reason.
    rows = np.flatnonzero(samples.readable | absent)
    names = _Names(snapshot.class_names)
    files = [samples.files[row] for row in rows.tolist()]
    # Of an image inside a container the path alone does not say where it lies.
    inside = {"file": files} if container_texts(files) else {}
    return {
        "path": [samples.paths[row] for row in rows.tolist()],
        "given_label": _Names(snapshot.dataset_names).of(snapshot.came_as[rows]),
        "suggested_label": names.of(found.suggested[rows]),
        "suspicion": found.suspicion[rows],
        "suspicion_spread": spread.deviation[rows],
        "repetitions_agreeing": [n if n >= 0 else "" for n in spread.agreeing[rows].tolist()],
        "flagged": found.flagged[rows].astype(np.int8),
        "off_topic": found.off_topic[rows].astype(np.int8),
        "well_labelled": found.well_labelled[rows].astype(np.int8),
        "current_label": names.of(curated.label[rows]),
        ACCEPTED_UNSEEN: accepted_unseen(snapshot, curated.label)[rows].astype(np.int8),
        "status": [STATUS_NAMES[status] for status in samples.status[rows].tolist()],
        "split": [snapshot.split_names[split] for split in samples.split[rows].tolist()],
        "group": group_names(snapshot, rows),
        "missing": absent[rows].astype(np.int8),
        **_remark_columns(snapshot, rows.tolist()),
        "image": [places.get(row, "") for row in rows.tolist()],
        **inside,
    }


def _remark_columns(snapshot: Snapshot, rows: list[int]) -> dict[str, list[str]]:
    """Notes, tags and second labels, where there are any; lists are written as JSON."""
    said = snapshot.remarks
    columns: dict[str, list[str]] = {}
    if said.notes:
        columns["note"] = [
            "\n".join(f"{who}: {text}" for who, text in said.notes.get(row, {}).items())
            for row in rows
        ]
    if said.tags:
        columns["tags"] = [_json_list(said.tags_of(row)) for row in rows]
    if said.also:
        names = snapshot.class_names
        columns["also_labels"] = [
            _json_list([names[label] for label in said.also.get(row, ())]) for row in rows
        ]
    return columns


def _json_list(names: list[str]) -> str:
    return json.dumps(names, ensure_ascii=False) if names else ""


def _write_records(folder: Path, project: Project, snapshot: Snapshot) -> None:
    """The journal, one line a sample an act, and what could not be read."""
    # Also of classes that are gone: a verdict for one was no verdict for none.
    names = _Names([entry.name for entry in snapshot.classes])
    lines = list(journal_queries.export_rows(project))
    # The number of columns of `journal_queries.export_rows`, for a project without verdicts.
    columns = list(zip(*lines, strict=True)) if lines else [()] * 11
    number, kind, when, reviewer, undone, params, path, *changes = columns
    old_label, new_label, old_status, new_status = (
        np.array([-1 if value is None else value for value in column], np.int64)
        for column in changes
    )
    # Shifted by one, so that -1 of an undo or redo without changes is the empty text.
    status_of = ["", *STATUS_NAMES]
    write_table(
        folder / "journal.csv",
        {
            "operation": number,
            "kind": kind,
            "time": [utc_text(moment) for moment in when],
            "reviewer": reviewer,
            "undone": undone,
            "params": params,
            "path": path,
            "old_label": names.of(old_label),
            "new_label": names.of(new_label),
            "old_status": [status_of[status + 1] for status in old_status.tolist()],
            "new_status": [status_of[status + 1] for status in new_status.tolist()],
        },
    )
    unreadable = load_unreadable(project)
    write_table(
        folder / "unreadable.csv",
        {"path": [path for path, _ in unreadable], "reason": [str(why) for _, why in unreadable]},
    )


def _write_model(
    folder: Path,
    project: Project,
    snapshot: Snapshot,
    parameters: ExportParameters,
    context: JobContext,
) -> list[Message]:
    """Write the newest trained model, if there is one and it is wanted; say what was written.

    Returns:
        What a person should know of it.
    """
    trained = runs.latest_run(project, "finetune")
    if trained is None or "model" not in trained.artifacts or not parameters.model_formats:
        return []
    source = project.folder / trained.artifacts["model"]
    if not source.is_dir():
        return []
    # Only this needs torch, which takes seconds to load.
    exporting = import_module("lnl_gui.pipeline.output.export_model")
    contexts = import_module("lnl_gui.pipeline.output.model_context")
    done = exporting.export_trained(
        source,
        folder / MODEL,
        formats=parameters.model_formats,
        project=contexts.model_context(snapshot, trained, source),
        progress=stage_progress(context, message("Writing the model")),
    )
    for said in exporting.described(done):
        context.log(said)
    reading = import_module("lnl_gui.learn.models.model_file")
    return other_classes(reading.model_classes(source), snapshot)


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


def _unlabelled_note(curated: Curated) -> list[Message]:
    """How many have no label, so that nobody looks for them in the class folders."""
    count = curated.unlabelled
    if not count:
        return []
    return [
        message_n(
            "{count:,} image without a label is in samples.csv alone.",
            "{count:,} images without a label are in samples.csv alone.",
            count,
        )
    ]


def _left_aside(snapshot: Snapshot, curated: Curated) -> dict[str, int]:
    """What was set aside, and what was decided on of images that do not count any more."""
    readable, status = snapshot.samples.readable, snapshot.samples.status
    return {
        "excluded": int((curated.excluded & readable).sum()),
        "decided_gone": int(((status != UNSEEN) & ~readable).sum()),
    }


def _manifest(
    project: Project,
    parameters: ExportParameters,
    curated: Curated,
    written: WrittenImages,
    warnings: list[Message],
) -> dict[str, Any]:
    return {
        "project": project.meta("uuid"),
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": runs.versions(),
        "dataset_root": project.meta("root_absolute"),
        "format": parameters.format,
        "images": parameters.images,
        "unlabelled": curated.unlabelled,
        "labels_added": int(curated.added.sum()),
        "changed_labels": int(curated.changed.sum()),
        "labels_of_edited_classes": int(curated.renamed.sum()),
        "unsure_excluded": parameters.exclude_unsure,
        "class_folders": written.folders,
        "made": dict(written.made),
        "curated_sha256": curated.digest,
        "warnings": [to_json(note) for note in warnings],
    }
