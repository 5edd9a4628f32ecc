"""Sentences about a preview."""

from lnl_gui.gui.i18n.numbers import fill
from lnl_gui.gui.widgets.basic import number, plural
from lnl_gui.store.dataset.dataset_preview import DatasetPreview, OtherReading
from lnl_gui.util.messages import Message, message_n
from lnl_gui.util.translation import localized, tr

MOST_SPLITS = 6


def contents(images: int, classes: int) -> str:
    """How much there is: "1,200 images in 10 classes"."""
    if classes == 1:
        said = message_n("{count:,} image in 1 class", "{count:,} images in 1 class", images)
    else:
        said = message_n(
            "{count:,} image in {classes:,} classes",
            "{count:,} images in {classes:,} classes",
            images,
            classes=classes,
        )
    return localized(said)


def import_text(preview: DatasetPreview) -> str:
    """What the button will do."""
    images, classes = preview.images, preview.class_count
    if classes == 1:
        said = message_n(
            "Import {count:,} image in 1 class", "Import {count:,} images in 1 class", images
        )
    else:
        said = message_n(
            "Import {count:,} image in {classes:,} classes",
            "Import {count:,} images in {classes:,} classes",
            images,
            classes=classes,
        )
    return localized(said)


def reading_title(reading: OtherReading) -> str:
    """Which reading this is."""
    return plain(reading.title)


def reading_gives(reading: OtherReading) -> str:
    """What another reading would give."""
    parts = []
    if reading.classes:
        parts.append(plural(reading.classes, "class"))
    if reading.images:
        parts.append(plural(reading.images, "image"))
    text = ", ".join(parts)
    if reading.names:
        text = f"{text}: {plain(reading.names)}" if text else plain(reading.names)
    if reading.doubtful:
        text = f"{text} - {tr('doubtful')}"
    return text or tr("its columns are still to be chosen")


def plain(said: Message) -> str:
    """A message for a label: names stand out by quotation marks, options are called as here."""
    text = quoted(localized(said))
    for option, caption in _captions().items():
        text = text.replace(option, quoted(f"`{caption}`"))
    return text


def _captions() -> dict[str, str]:
    """What the command line's options are called in the window, longer ones first."""
    named = {
        "--no-class-names": tr("&Keep numbers and codes as written"),
        "--annotator-column": tr("Se&veral people labelled the images"),
        "--accept-layout": tr("The reading is ri&ght"),
        "--class-names": tr("&Names of the classes"),
        "--class-level N": tr("&Class folders"),
        "--class-level": tr("&Class folders"),
        "--label-column": tr("&Label column"),
        "--split-column": tr("&Split column"),
        "--group-column": tr("&Group column (patient, video, product)"),
        "--path-column": tr("&Path column"),
        "--image-shape": tr("Shape of an image"),
        "--image-root": tr("I&mages lie in"),
        "--encoding": tr("&Encoding of the text"),
        "--reader": tr("&Format"),
    }
    return {option: caption.replace("&", "") for option, caption in named.items()}


def failure_hint(preview: DatasetPreview) -> str:
    """What to do where a dataset could not be read."""
    if preview.error_code == "ambiguous_column" and preview.columns is not None:
        return tr("Choose the column on the left, or one of the readings below.")
    if preview.error_code == "ambiguous_table":
        return tr("Choose one of them below.")
    return plain(preview.hint)


def facts(preview: DatasetPreview) -> str:
    """Splits, images without a label and what was skipped, in a line."""
    parts = []
    if preview.unlabelled:
        parts.append(fill(tr("{:,} without a label"), preview.unlabelled))
    if any(name for name, _ in preview.splits):
        sizes = [f"{name or '-'} {number(images)}" for name, images in preview.splits[:MOST_SPLITS]]
        more = ["…"] if len(preview.splits) > MOST_SPLITS else []
        parts.append(tr("splits: {}").format(", ".join([*sizes, *more])))
    if preview.annotators:
        parts.append(tr("annotators: {}").format(number(len(preview.annotators))))
    if preview.skipped_count:
        parts.append(fill(tr("{:,} skipped"), preview.skipped_count))
    return "  ·  ".join(parts)


def quoted(text: str) -> str:
    """With the window's quotation marks for the back-quotes of a terminal."""
    opening, closing = tr("“|”").split("|")
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return text  # a name with such a sign in it
    return "".join(f"{opening}{part}{closing}" if at % 2 else part for at, part in enumerate(parts))
