"""Writes the exchange formats of annotation tools: COCO, FiftyOne, Label Studio, CVAT, Datumaro."""

import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

from PIL import Image

from lnl_gui.containers.location import ImageLocation
from lnl_gui.containers.read import image_bytes
from lnl_gui.dataset.names import safe_name, split_suffix
from lnl_gui.dataset.writers.items import ExportItem, ExportSet, WrittenImages, check_distinct
from lnl_gui.dataset.writers.placing import part_folders, place_as_they_lie, split_folder
from lnl_gui.dataset.writers.webdataset import facts_of
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.files.atomic import atomic_file, write_json
from lnl_gui.util.messages import message
from lnl_gui.util.progress import Progress, no_progress
from lnl_gui.util.visible import without_xml_faults

_DEFAULT_SUBSET = "default"
"""Datumaro's own name for what is in no subset."""
_CONTROL = "choice"
"""Of Label Studio's question; `label` is a field of the tasks, and both become one column."""
Sample = tuple[int, ExportItem, str]
"""Number in the set, the item, and its path below the destination (or that of the original)."""


def write_coco(
    destination: Path,
    exported: ExportSet,
    *,
    images: str = "copy",
    progress: Progress = no_progress,
) -> WrittenImages:
    """Write `annotations/labels_SPLIT.json` in COCO's form, a category for each whole image.

    Images lie in `images/SPLIT`, from which their names are given. A set without splits has
    `annotations/labels.json` and `images`. Category numbers count from 1, as COCO's do. Tools that
    know boxes alone find one around the whole image.
    """
    part_of = part_folders(exported.items, whole="")

    def folder(item: ExportItem) -> str:
        return f"images/{part_of(item)}".rstrip("/")

    result = _place(destination, exported, folder, images, progress)
    samples = _samples(exported, result, images, below=folder)
    for part, some in _by_part(samples, part_of).items():
        name = f"labels_{part}.json" if part else "labels.json"
        with _written(destination / "annotations" / name) as target:
            write_json(target, _coco(exported, some))
    return result


def _coco(exported: ExportSet, samples: list[Sample]) -> dict[str, Any]:
    pictures: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for number, item, path in samples:
        width, height = image_size(item.file)
        picture = {"id": number + 1, "file_name": path, "width": width, "height": height}
        # The file's name says its split too, as far as a file may be called so.
        pictures.append(picture | _of_image(item))
        if item.class_name:
            annotation = {
                "id": len(annotations) + 1,
                "image_id": number + 1,
                "category_id": exported.class_ids[number] + 1,
                "bbox": [0, 0, width, height],
                # pycocotools asks every annotation for its area and for `iscrowd`.
                "area": width * height,
                "iscrowd": 0,
                # The category says the label, and FiftyOne takes one name from one place only.
                "attributes": {k: v for k, v in facts_of(item).items() if k != "label"},
            }
            annotations.append(annotation)
    categories = [
        {"id": number, "name": name, "supercategory": ""}
        for number, name in enumerate(exported.class_names, 1)
    ]
    return {
        "info": {"description": "lnl_gui"},
        "images": pictures,
        "annotations": annotations,
        "categories": categories,
    }


def write_fiftyone(
    destination: Path,
    exported: ExportSet,
    *,
    images: str = "copy",
    progress: Progress = no_progress,
) -> WrittenImages:
    """Write FiftyOne's `FiftyOneImageClassificationDataset`: `data/` and `labels.json`, by split.

    Arguments are those of `WriteImages`; `images` is not `none`: the labels name the images by
    their stems.
    """

    def data_folder(item: ExportItem) -> str:
        split = split_folder(item)
        return f"{split}/data" if split else "data"

    result = _place(destination, exported, data_folder, images, progress)
    paths = [path for _, _, path in _samples(exported, result, images)]
    # Of two images of one stem FiftyOne kept one, without a word.
    check_distinct(((split_suffix(path)[0], path) for path in paths), message("FiftyOne"))
    samples = _samples(exported, result, images, below=data_folder)
    for split, some in _by_part(samples, split_folder).items():
        labels = {split_suffix(path)[0]: exported.class_ids[number] for number, _, path in some}
        with _written(destination / split / "labels.json") as target:
            write_json(target, {"classes": list(exported.class_names), "labels": labels})
    return result


def write_label_studio(
    destination: Path,
    exported: ExportSet,
    *,
    images: str = "copy",
    progress: Progress = no_progress,
) -> WrittenImages:
    """Write `tasks.json` for Label Studio and `label_config.xml` for its project.

    What a person decided, and what nothing speaks against, is an annotation; the suggestion for a
    suspect that nobody has decided is a prediction, which Label Studio shows to be confirmed.
    Images are named as files of its local storage, whose root is to be the folder of `tasks.json`.
    """
    result = _place(destination, exported, split_folder, images, progress)
    tasks = [_task(number, item, path) for number, item, path in _samples(exported, result, images)]
    with _written(destination / "tasks.json") as target:
        write_json(target, tasks)
    view = ElementTree.Element("View")
    ElementTree.SubElement(view, "Image", name="image", value="$image")
    choices = ElementTree.SubElement(
        view, "Choices", name=_CONTROL, toName="image", choice="single"
    )
    for name in exported.class_names:
        ElementTree.SubElement(choices, "Choice", value=name)
    # Its converter refuses texts that declare their encoding.
    _write_xml(destination / "label_config.xml", view, declaration=False)
    return result


def write_cvat(
    destination: Path,
    exported: ExportSet,
    *,
    images: str = "copy",
    progress: Progress = no_progress,
) -> WrittenImages:
    """Write files of the form `CVAT for images 1.1`, a tag for each image.

    `SPLIT.xml` for each split, `annotations.xml` for images of none, and the images in `images/`.
    """

    def folder(item: ExportItem) -> str:
        split = split_folder(item)
        # Datumaro's importer looks for the images of CVAT's files there.
        return f"images/{split}" if split else "images"

    result = _place(destination, exported, folder, images, progress)
    samples = _samples(exported, result, images, below=lambda item: "images")
    for split, some in _by_part(samples, lambda item: item.split).items():
        name = f"{safe_name(split)}.xml" if split else "annotations.xml"
        _write_xml(destination / name, _cvat(exported, some))
    return result


def _cvat(exported: ExportSet, samples: list[Sample]) -> ElementTree.Element:
    root = ElementTree.Element("annotations")
    ElementTree.SubElement(root, "version").text = "1.1"
    task = ElementTree.SubElement(ElementTree.SubElement(root, "meta"), "task")
    labels = ElementTree.SubElement(task, "labels")
    for name in exported.class_names:
        label = ElementTree.SubElement(labels, "label")
        ElementTree.SubElement(label, "name").text = name
        ElementTree.SubElement(label, "attributes")
    for number, item, path in samples:
        width, height = image_size(item.file)
        picture = {"id": str(number), "name": path, "width": str(width), "height": str(height)}
        if item.split:
            picture["subset"] = item.split
        image = ElementTree.SubElement(root, "image", picture)
        if item.class_name:
            source = "manual" if item.status in ("kept", "relabelled") else "file"
            ElementTree.SubElement(image, "tag", label=item.class_name, source=source)
    return root


def write_datumaro(
    destination: Path,
    exported: ExportSet,
    *,
    images: str = "copy",
    progress: Progress = no_progress,
) -> WrittenImages:
    """Write Datumaro's own form: `images/SUBSET/...` and `annotations/SUBSET.json`.

    What is in no split is in its subset `default`.
    """

    def folder(item: ExportItem) -> str:
        return f"images/{_subset(item)}"

    result = _place(destination, exported, folder, images, progress)
    paths = [path for _, _, path in _samples(exported, result, images)]
    # An item's id is its stem: two of one name became one.
    check_distinct(((split_suffix(path)[0], path) for path in paths), message("Datumaro"))
    categories = {
        "label": {
            "labels": [{"name": n, "parent": "", "attributes": []} for n in exported.class_names],
            "attributes": [],
        }
    }
    samples = _samples(exported, result, images, below=folder)
    for name, some in _by_part(samples, _subset).items():
        items = [_datumaro_item(exported, *sample) for sample in some]
        with _written(destination / "annotations" / f"{name}.json") as target:
            write_json(target, {"info": {}, "categories": categories, "items": items})
    return result


def _datumaro_item(exported: ExportSet, number: int, item: ExportItem, name: str) -> dict[str, Any]:
    label = exported.class_ids[number]
    annotation = {
        "id": 0,
        "type": "label",
        "attributes": {k: v for k, v in facts_of(item).items() if v not in (None, "")},
        "group": 0,
        "label_id": label,
    }
    width, height = image_size(item.file)
    return {
        "id": split_suffix(name)[0],
        "annotations": [annotation] if label >= 0 else [],
        # Datumaro has the height first.
        "image": {"path": name, "size": [height, width]},
        # A subset is called as a file may be.
        "attr": _of_image(item),
    }


def _of_image(item: ExportItem) -> dict[str, Any]:
    """What is said of an image itself: one without a label has no annotation that could say it."""
    facts = {"split": item.split, "status": item.status, "flagged": item.flagged}
    return {name: value for name, value in (facts | {"group": item.group}).items() if value != ""}


def _subset(item: ExportItem) -> str:
    return split_folder(item) or _DEFAULT_SUBSET


def image_size(file: ImageLocation) -> tuple[int, int]:
    """Width and height in pixels by the image's head; (0, 0) where it cannot be told.

    Args:
        file: the original.
    """
    try:
        # Pillow reads the head alone.
        with Image.open(file if isinstance(file, Path) else io.BytesIO(image_bytes(file))) as image:
            return image.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return 0, 0


def _place(
    destination: Path,
    exported: ExportSet,
    top: Callable[[ExportItem], str],
    images: str,
    progress: Progress,
) -> WrittenImages:
    return place_as_they_lie(destination, exported.items, top=top, images=images, progress=progress)


def _samples(
    exported: ExportSet,
    result: WrittenImages,
    images: str,
    *,
    below: Callable[[ExportItem], str] | None = None,
) -> Iterator[Sample]:
    """What was written, its paths as seen from a folder; those of originals as they are."""
    for number, (item, path) in enumerate(zip(exported.items, result.paths, strict=True)):
        if number in result.failed:
            continue
        inside = path.removeprefix(f"{below(item)}/") if below is not None else path
        yield number, item, item.path if images == "none" else inside


def _by_part(
    samples: Iterable[Sample], part_of: Callable[[ExportItem], str]
) -> dict[str, list[Sample]]:
    parts: dict[str, list[Sample]] = defaultdict(list)
    for sample in samples:
        parts[part_of(sample[1])].append(sample)
    return parts


def _task(number: int, item: ExportItem, path: str) -> dict[str, Any]:
    task: dict[str, Any] = {
        "id": number + 1,
        # The path is part of a query, which `&` or `#` in a name would end.
        "data": {"image": f"/data/local-files/?d={quote(path)}", **facts_of(item)},
        "annotations": [],
        "predictions": [],
    }
    if item.is_open_suspect and item.suggested_label:
        prediction = {
            "model_version": "LNL",
            "score": round(item.suspicion, 6),
            "result": [_choice(item.suggested_label)],
        }
        task["predictions"].append(prediction)
    elif item.class_name:
        task["annotations"].append({"result": [_choice(item.class_name)]})
    return task


def _choice(name: str) -> dict[str, Any]:
    return {
        "from_name": _CONTROL,
        "to_name": "image",
        "type": "choices",
        "value": {"choices": [name]},
    }


@contextmanager
def _written(target: Path) -> Iterator[Path]:
    try:
        yield target
    except OSError as error:
        raise as_user_error(error, message("write `{target}`", target=target)) from error


def _write_xml(target: Path, root: ElementTree.Element, *, declaration: bool = True) -> None:
    for element in root.iter():
        for text in (element.text or "", *element.attrib.values()):
            # ElementTree writes control characters as they are, and every reader then refuses the
            # file.
            if without_xml_faults(text) != text:
                raise UserError(
                    message("XML cannot hold the name {text}.", text=text),
                    message("Rename the class or the file, or choose another format."),
                )
    ElementTree.indent(root)
    with _written(target), atomic_file(target) as stream:
        ElementTree.ElementTree(root).write(stream, encoding="utf-8", xml_declaration=declaration)
