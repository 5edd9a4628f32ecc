"""What models say of camera trap images: MegaDetector's and SpeciesNet's files as tables.

A model's file gives way to labels beside it, as any table does whose column is not called a label.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from lnl_gui.dataset.listing import Skipped, is_image_name
from lnl_gui.dataset.readers.tables.records_table import cell_text
from lnl_gui.dataset.readers.tables.tables import Table
from lnl_gui.util.messages import Message, message

_FILE, _FILE_PATH, _PREDICTION = "file", "filepath", "prediction"
EMPTY = "empty"
"""The class of images in which nothing was detected."""
_CATEGORIES = {"1": "animal", "2": "person", "3": "vehicle"}
_CATCH_ALL = "animal"
_OLD_DETECTORS = ("v2", "v3", "v4")
_USUAL, _USUAL_OF_OLD = 0.2, 0.8
"""From which confidence detections count, as MegaDetector's own tools have it where its file does
not say: the file has all from 0.005 up."""
_UNKNOWN = "no cv result"
"""What SpeciesNet writes at every level of an image that it cannot tell."""
_TAXON = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?:;[^;]*){6}")
"""A key, class, order, family, genus and species, and the common name."""
_RANKS = ("class", "order", "family", "genus")


def model_table(source: Path, value: Any) -> Table | None:
    """The table that a model's parsed file is; None where it is none."""
    if not isinstance(value, Mapping):
        return _of_list(source, value)
    if _are_images(value.get("predictions"), _FILE_PATH):
        return _of_speciesnet(source, value["predictions"])
    if "detection_categories" in value and _are_images(value.get("images"), _FILE):
        return _of_megadetector(source, value)
    return None


def _are_images(items: Any, path: str) -> bool:
    """Whether a list is of images with what was detected or predicted, or why that failed."""
    said = {"detections", "prediction", "classifications", "failure", "failures"}
    return (
        isinstance(items, list)
        and bool(items)
        and all(isinstance(item, Mapping) and path in item and said & item.keys() for item in items)
    )


def _of_list(source: Path, value: Any) -> Table | None:
    """The list that newer versions of MegaDetector write: only what counts, by its name."""
    if not _are_images(value, _FILE) or not all(
        isinstance(thing, Mapping) and {"category", "confidence", "bbox"} <= thing.keys()
        for item in value
        for thing in item.get("detections") or []
    ):
        return None
    rows = [
        (cell_text(item[_FILE]), [cell_text(thing["category"]) for thing in item["detections"]])
        for item in value
        if isinstance(item.get("detections"), list)
    ]
    return _table(source, "MegaDetector", [(path, names or [EMPTY]) for path, names in rows])


def _of_megadetector(source: Path, value: Mapping[str, Any]) -> Table:
    about = value.get("info")
    info: Mapping[str, Any] = about if isinstance(about, Mapping) else {}
    least = _least_confidence(info)
    names = {str(key): cell_text(name) for key, name in value["detection_categories"].items()}
    species = value.get("classification_categories") or {}
    classes = {str(key): cell_text(name) for key, name in species.items()}
    rows = [
        (cell_text(item[_FILE]), _detected(item.get("detections"), names, classes, least))
        for item in value["images"]
    ]
    model = cell_text(info.get("classifier")) or cell_text(info.get("detector")) or "MegaDetector"
    table = _table(source, model, rows)
    table.warnings.append(
        message(
            "Detections with a confidence of {least} or more count; an image without one is"
            " `{empty}`.",
            least=least,
            empty=EMPTY,
        )
    )
    return table


def _least_confidence(info: Mapping[str, Any]) -> float:
    told = (info.get("detector_metadata") or {}).get("typical_detection_threshold")
    if isinstance(told, int | float):
        return float(told)
    detector = cell_text(info.get("detector")).lower()
    return _USUAL_OF_OLD if any(name in detector for name in _OLD_DETECTORS) else _USUAL


def _detected(
    detections: Any, names: Mapping[str, str], classes: Mapping[str, str], least: float
) -> list[str]:
    """What an image shows, the species where a model has told it; nothing where it failed."""
    if not isinstance(detections, list):
        return []
    found: list[str] = []
    for thing in detections:
        # The format says that a category which the file does not name is no detection.
        name = names.get(str(thing.get("category")))
        if name is None or thing.get("conf", 0) < least:
            continue
        best = next(iter(thing.get("classifications") or []), None)
        found.append(classes.get(str(best[0]), name) if best else name)
    told = dict.fromkeys(found or [EMPTY])
    # One more animal in the image that was too small to tell.
    others = [name for name in told if name != _CATCH_ALL and name in classes.values()]
    return [name for name in told if name != _CATCH_ALL or not others]


def _of_speciesnet(source: Path, items: Sequence[Mapping[str, Any]]) -> Table:
    """The prediction for each image; without one that of the classifier, or what was detected."""
    said = {cell_text(item[_FILE_PATH]): _predicted(item) for item in items}
    names = common_names(text for texts in said.values() for text in texts)
    rows = [
        (path, [names.get(text, text) for text in texts if _UNKNOWN not in text])
        for path, texts in said.items()
    ]
    versions = (cell_text(item.get("model_version")) for item in items)
    model = f"SpeciesNet {next(filter(None, versions), '')}".strip()
    return _table(source, model, rows, path=_FILE_PATH)


def _predicted(item: Mapping[str, Any]) -> list[str]:
    if item.get("prediction"):
        return [cell_text(item["prediction"])]
    classes = (item.get("classifications") or {}).get("classes") or []
    if classes:
        return [cell_text(classes[0])]
    return _detected(item.get("detections"), _CATEGORIES, {}, _USUAL)


def common_names(texts: Iterable[str]) -> dict[str, str]:
    """The last name that each of SpeciesNet's texts has, as its own tools call the taxa.

    One without a common name is called by the lowest rank that it has; two of one common name get
    their scientific one behind it.
    """
    taxa = {text: text.split(";") for text in texts if _TAXON.fullmatch(text)}
    found = {text: parts[-1].strip() or _scientific(parts) for text, parts in taxa.items()}
    alike: dict[str, set[str]] = defaultdict(set)
    for text, name in found.items():
        alike[name].add(_scientific(taxa[text]))
    return {
        text: f"{name} ({_scientific(taxa[text])})" if len(alike[name]) > 1 else name
        for text, name in found.items()
    }


def _scientific(parts: Sequence[str]) -> str:
    ranks = [part.strip() for part in parts[1:5]]
    species = parts[5].strip()
    if species:
        return f"{ranks[-1]} {species}".strip()
    lowest = [(rank, name) for rank, name in zip(_RANKS, ranks, strict=True) if name]
    return f"{lowest[-1][1]} {lowest[-1][0]}" if lowest else parts[0]


def with_common_names(table: Table) -> Table:
    """The table where a column of SpeciesNet's texts has the common names instead."""
    for at in range(len(table.columns)):
        cells = {cell for row in table.rows if (cell := row[at].strip())}
        if not cells or not all(map(_TAXON.fullmatch, cells)):
            continue
        names = common_names(cells) | {cell: "" for cell in cells if _UNKNOWN in cell}
        rows = [[*row[:at], names.get(row[at].strip(), ""), *row[at + 1 :]] for row in table.rows]
        return replace(
            table,
            rows=rows,
            suspicions=[*table.suspicions, _of_model(table.source, "SpeciesNet")],
        )
    return table


def _table(
    source: Path, model: str, rows: Iterable[tuple[str, Sequence[str]]], *, path: str = _FILE
) -> Table:
    """A table whose columns have the names of the file's keys, by which a patch finds them."""
    table = Table(source, [path, _PREDICTION], [])
    for name, labels in rows:
        if is_image_name(name):
            said = list(dict.fromkeys(labels))
            cell = json.dumps(said, ensure_ascii=False) if len(said) > 1 else "".join(said)
            table.rows.append([name, cell])
        else:  # a video, of which a model looks at some frames
            table.skipped.append(Skipped(name, message("not an image")))
    table.suspicions.append(_of_model(source, model))
    return table


def _of_model(source: Path, model: str) -> Message:
    return message(
        "`{file}` holds what a model predicted ({model}), not labels that people gave: what it gets"
        " wrong in many images may pass for right. If people labelled these images as well, choose"
        " their labels.",
        file=source.name,
        model=model,
    )
