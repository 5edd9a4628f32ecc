"""Class folders: the folder's name is the label, with or without split folders around it."""

from dataclasses import replace
from pathlib import Path

from lnl_gui.dataset.listing import (
    IMAGE_SUFFIXES,
    Listing,
    Reading,
    Record,
    Skipped,
    shorten,
)
from lnl_gui.dataset.readers.files.hidden_images import hidden_notes
from lnl_gui.dataset.readers.files.other_files import other_files
from lnl_gui.dataset.readers.files.scan import Scan, scan_images
from lnl_gui.dataset.readers.finish import finish_listing
from lnl_gui.dataset.readers.folders.copies import without_copies
from lnl_gui.dataset.readers.folders.imageless import imageless
from lnl_gui.dataset.readers.folders.layout import (
    FolderLayout,
    Placement,
    class_level,
    place_folders,
)
from lnl_gui.dataset.readers.folders.linked_files import read_once, shared_files, without_pools
from lnl_gui.dataset.readers.folders.mask_folders import (
    Unmasked,
    mask_suspicions,
    without_masks,
)
from lnl_gui.dataset.readers.folders.paired_files import without_paired_masks
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.reasons import file_names, folder_reason
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, joined, message
from lnl_gui.util.progress import Progress

NAME = "class-folders"


def detects(source: Path, options: ReaderOptions) -> bool:
    """Any folder may hold class folders, unless columns were named."""
    return source.is_dir() and not options.concerns_table


def read(source: Path, options: ReaderOptions, progress: Progress) -> Listing:
    """Read a folder of class folders.

    Layouts: `class/image`, nested classes `a/b/image` (class `a/b`), `split/class/image`,
    `class/split/image`, each also below folders that hold everything else, with or without
    `images`, batches, dates and shards inside the classes. Images beside the class folders,
    directly in a split's folder, or in one called `unlabelled` have no label. Masks, thumbnails
    and the like of other images are left out.

    Raises:
        UserError: when there is no image, or none in a class folder.
    """
    scan = scan_images(source, progress=progress)
    warnings = scan_warnings(scan)
    if options.image_root is not None:
        warnings.append(message("The image root was ignored: it only concerns tables of paths."))
    pictures = without_masks(scan.images)
    paired = without_paired_masks(scan.root, pictures.images)
    shared = shared_files(scan.root, paired.images, scan.links)
    sorted_out, pool_notes = without_pools(paired.images, shared)
    originals = without_copies(scan.root, sorted_out)
    sizes = {folder: len(names) for folder, names in originals.images.items()}
    layout = place_folders(originals.images, class_level=options.class_level, sizes=sizes)
    empty, missing, without = imageless(scan, layout.placements)
    warnings += [*pictures.warnings, *paired.warnings, *pool_notes]
    warnings += [*originals.warnings, *layout.warnings, *empty]
    records: list[Record] = []
    skipped = list(scan.skipped)
    for folder, names in sorted(originals.images.items()):
        _take_folder(scan.root, folder, names, layout.placements[folder], records, skipped)
    # With a list of classes all labels may be given here.
    if not records or not (options.class_names or any(record.label for record in records)):
        raise _nothing_found(source, scan)
    # File systems list folders in orders of their own; samples have the same one everywhere.
    records.sort(key=lambda record: record.path)
    once = read_once(records, shared)
    return finish_listing(
        source,
        NAME,
        once.records,
        [*skipped, *once.skipped],
        [*warnings, *once.warnings],
        suspicions=[
            *layout.suspicions,
            *originals.suspicions,
            *_mask_suspicions(pictures, layout),
            *paired.suspicions,
            *once.suspicions,
            *missing,
            *_many_beside(once.records),
        ],
        reading=replace(_reading(layout), empty_folders=tuple(without)),
    )


def _reading(layout: FolderLayout) -> Reading:
    level = class_level(layout.placements)
    labels = sorted({placement.label for placement in layout.placements.values()} - {""})
    splits = sorted({placement.split for placement in layout.placements.values()} - {""})
    levels = max((name.count("/") + 1 for name in layout.placements if name), default=0)
    return Reading(folder_reason(level, labels, splits), class_level=level, levels=levels)


def _many_beside(records: list[Record]) -> list[Message]:
    """Folders that hold the lesser part are perhaps no classes: `duplicates`, `selection`."""
    beside = sum(not record.label and "/" not in record.path for record in records)
    labelled = sum(bool(record.label) for record in records)
    if beside <= labelled or not labelled:
        return []
    return [
        message(
            "More images ({beside:,}) lie beside the folders that were read as classes than in"
            " them ({labelled:,}): those are perhaps no classes.",
            beside=beside,
            labelled=labelled,
        )
    ]


def _mask_suspicions(pictures: Unmasked, layout: FolderLayout) -> list[Message]:
    named = {
        folder: f"{placement.label}/{placement.split}"
        for folder, placement in layout.placements.items()
    }
    return mask_suspicions(pictures.doubtful, named)


def _take_folder(
    root: Path,
    folder: str,
    names: list[str],
    placement: Placement,
    records: list[Record],
    skipped: list[Skipped],
) -> None:
    prefix = f"{folder}/" if folder else ""
    place = root / folder
    if placement.reason:
        skipped.extend(Skipped(prefix + name, placement.reason) for name in sorted(names))
        return
    records.extend(
        Record(prefix + name, place / name, placement.label, placement.split) for name in names
    )


def scan_warnings(scan: Scan) -> list[Message]:
    """What was passed over or left out below the dataset's folder."""
    warnings: list[Message] = []
    if scan.other_files:
        kinds = joined(
            message("{count} {suffix}", count=count, suffix=suffix or message("without suffix"))
            for suffix, count in scan.other_files.most_common(5)
        )
        total = scan.other_files.total()
        warnings.append(
            message(
                "Files passed over because they are no images: {total} ({kinds}).",
                total=total,
                kinds=kinds,
            )
        )
    if scan.left_out:
        warnings.append(
            message(
                "Projects and exports of this program inside the folder were left out: {folders}.",
                folders=shorten(sorted(scan.left_out)),
            )
        )
    warnings += hidden_notes(scan.root, scan.hidden)
    if scan.repeated_links:
        warnings.append(
            message(
                "Links to folders that were not followed, because those are read"
                " already: {count} ({repeated_links}).",
                count=len(scan.repeated_links),
                repeated_links=shorten(sorted(scan.repeated_links)),
            )
        )
    return warnings


def _nothing_found(source: Path, scan: Scan) -> UserError:
    if scan.image_count:
        return UserError(
            message(
                "`{source}` holds {image_count} images, but none lies in a class folder.",
                source=source,
                image_count=scan.image_count,
            ),
            _where_labels_may_be(source),
            code="no_classes",
        )
    kinds = ", ".join(sorted(IMAGE_SUFFIXES))
    return UserError(
        message(
            "No images were found in `{source}`. Looked for files ending in {kinds} in"
            " it and in all folders below; {total} other files were seen.",
            source=source,
            kinds=kinds,
            total=scan.other_files.total(),
        ),
        message(
            "Choose the folder that holds one folder for each class, or a CSV file of"
            " paths and labels."
        ),
        code="no_images",
    )


def _where_labels_may_be(source: Path) -> Message:
    """What to do, with the names of files that lie beside the images and were not read."""
    files = other_files(source)
    hint = message(
        "Put each class into a folder of its own (`cat/1.jpg`, `dog/2.jpg`), or"
        " open a CSV file with the columns `path` and `label`. To give all labels here,"
        " list the classes in a file and name it with --class-names."
    )
    if not files:
        return hint
    beside = message(
        "Files beside the images were not taken for their labels: {files}. If one holds them,"
        " choose that file itself, or save it as a CSV file with the columns `path` and `label`.",
        files=file_names(files, source),
    )
    return joined([beside, hint], " ")
