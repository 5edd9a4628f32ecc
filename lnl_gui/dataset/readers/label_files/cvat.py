"""CVAT's XML: tags of images, or the boxes of each read as its class."""

from pathlib import Path
from xml.etree import ElementTree

from lnl_gui.dataset.listing import Reading, shorten
from lnl_gui.dataset.readers.files.finder import FileFinder
from lnl_gui.dataset.readers.files.locate import find_base
from lnl_gui.dataset.readers.files.places import folders_in, has_images, homes
from lnl_gui.dataset.readers.files.split_folders import all_found, split_of_file
from lnl_gui.dataset.readers.files.xml_files import read_xml
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.tables.rows import LabelledPath, RowSet, labelled_path
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.file_there import is_file
from lnl_gui.util.messages import Message, message

_CVAT, _XML = "annotations.xml", ".xml"
_MARK, _HEAD = b"<annotations", 4096
_PEEK = 50
_MOST_FILES = 100
"""With more XML files a folder has one for each image, which is another form."""
_LABELS = "labels/label"


def find_cvat(source: Path, options: ReaderOptions) -> list[Path]:
    """`annotations.xml` of "CVAT for images" and files by split; or one that was chosen itself.

    Of several tasks each has its own, in a folder with its images.
    """
    if source.suffix.lower() == _XML:
        return [source] if source.is_file() and _is_cvat(source) else []
    if not source.is_dir():
        return []
    files = sorted(source.glob(f"*{_XML}"))
    if len(files) > _MOST_FILES:
        files = [source / _CVAT]
    return [f for f in files if is_file(f) and _is_cvat(f)] or _task_files(source)


def _task_files(source: Path) -> list[Path]:
    """The file of each folder, where all folders with images have one."""
    if has_images(source):
        return []
    places = [folder for folder in folders_in(source) if any(map(has_images, homes(folder)))]
    files = [place / _CVAT for place in places]
    return files if all(is_file(file) and _is_cvat(file) for file in files) else []


def _is_cvat(file: Path) -> bool:
    with file.open("rb") as stream:
        return _MARK in stream.read(_HEAD)


def cvat_rows(source: Path, files: list[Path], options: ReaderOptions) -> RowSet:
    """The tag of each image; without tags the class of all its boxes; or a chosen attribute.

    Raises:
        UserError: when a file is no XML, or none has an attribute of the chosen name.
    """
    roots = [read_xml(file) for file in files]
    found: list[tuple[str, str, list[str], Path]] = []
    for file, root in zip(files, roots, strict=True):
        # Where a split has a file of its own, not every tool says so at each image.
        other = split_of_file(file, source) if len(files) > 1 else ""
        for image in root.iter("image"):
            labels = _labels(image, options)
            found.append((image.get("name", ""), image.get("subset", other), labels, file.parent))
    if options.label_column and not any(labels for _, _, labels, _ in found):
        raise UserError(
            message(
                "`{source}` has no labels `{name}`.", source=files[0], name=options.label_column
            ),
            code="unknown_column",
        )
    rows: list[LabelledPath] = []
    for folder in dict.fromkeys(file.parent for file in files):
        images = [(path, split, labels) for path, split, labels, at in found if at == folder]
        paths, base = _located([(path, split) for path, split, _ in images], folder, options)
        rows += [
            labelled_path(place, labels, split, base)
            for place, (_, split, labels) in zip(paths, images, strict=True)
        ]
    # Of an attribute that was chosen the task lists the values elsewhere.
    labels = [] if options.label_column else _listed_labels(roots)
    tagged = options.label_column or any(root.find("image/tag") is not None for root in roots)
    reading = Reading(classes=tuple(dict.fromkeys(labels)), drawn=not tagged)
    return RowSet(rows, warnings=_other_attributes(roots, options), reading=reading)


def _listed_labels(roots: list[ElementTree.Element]) -> list[str]:
    """The labels that the tasks, or their project, let one choose from."""
    names = [root.iterfind(f"meta//{_LABELS}/name") for root in roots]
    return [text for found in names for name in found if (text := (name.text or "").strip())]


def _located(
    images: list[tuple[str, str]], folder: Path, options: ReaderOptions
) -> tuple[list[str], Path]:
    """The paths of images given by name and split, and the folder that these start from.

    An export of a project has a folder for each subset, in which names may come again.
    """
    names = [name for name, _ in images]
    base = options.image_root or find_base(names, folder, [])
    if len(set(names)) == len(set(images)):
        return names, base
    inside = [f"{split}/{name}" if split else name for name, split in images]
    other = options.image_root or find_base(inside, folder, [])
    return (inside, other) if all_found(FileFinder(), inside[:_PEEK], other) else (names, base)


def _labels(image: ElementTree.Element, options: ReaderOptions) -> list[str]:
    """What is said of an image: its tags, or the chosen attribute of these, or its boxes."""
    if options.label_column:
        return _attributes(image, options.label_column)
    tags = [tag.get("label", "") for tag in image.findall("tag")]
    boxes = [shape.get("label", "") for shape in image if shape.tag != "tag"]
    return list(dict.fromkeys(tags or boxes))


def _attributes(image: ElementTree.Element, name: str) -> list[str]:
    """The values that the tags of an image have for an attribute."""
    values = [a.text or "" for a in image.iterfind("tag/attribute") if a.get("name") == name]
    return list(dict.fromkeys(filter(None, values)))


def _other_attributes(roots: list[ElementTree.Element], options: ReaderOptions) -> list[Message]:
    """Which attributes of tags could be the label instead."""
    names = dict.fromkeys(
        a.get("name", "") for root in roots for a in root.iterfind("image/tag/attribute")
    )
    if not names or options.label_column:
        return []
    return [
        message(
            "The tags have attributes ({names}); one is chosen as the label with --label-column.",
            names=shorten(names),
        )
    ]
