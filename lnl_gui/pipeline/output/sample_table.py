"""The table `samples.csv` of an export: every sample with its labels, status and place."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from lnl_gui.containers.location import container_texts
from lnl_gui.pipeline.output.class_names import ClassNames
from lnl_gui.pipeline.output.export_set import group_names
from lnl_gui.pipeline.output.splitting import ExportSplits
from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.pipeline.training.curation import Curated, accepted_unseen
from lnl_gui.store.dataset.samples import STATUS_NAMES
from lnl_gui.store.detection.scores import load_spread
from lnl_gui.store.review.accepted_labels import COLUMN as ACCEPTED_UNSEEN


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
    names = ClassNames(snapshot.class_names)
    files = [samples.files[row] for row in rows.tolist()]
    # Of an image inside a container the path alone does not say where it lies.
    inside = {"file": files} if container_texts(files) else {}
    return {
        "path": [samples.paths[row] for row in rows.tolist()],
        "given_label": ClassNames(snapshot.dataset_names).of(snapshot.came_as[rows]),
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


def split_columns(
    snapshot: Snapshot, absent: np.ndarray, rows: np.ndarray, splits: ExportSplits
) -> dict[str, list[str]]:
    """The columns of splits of `sample_table` where others than the dataset's were made.

    Args:
        snapshot: of the project.
        absent: (N,) bool, as for `sample_table`.
        rows: (n,) int, of the samples in the export.
        splits: what each of them is in.
    """
    now = np.full(len(snapshot), "", dtype=object)
    now[rows] = splits.names
    listed = np.flatnonzero(snapshot.samples.readable | absent)
    given = snapshot.samples.split[listed].tolist()
    return {
        "split": now[listed].tolist(),
        "given_split": [snapshot.split_names[number] for number in given],
    }
