"""Brings the catalogues up to date with the texts marked in the source, and compiles them.

`python packaging/translations.py` adds new texts to every `resources/translations/CODE/
LC_MESSAGES/lnl.po`, takes out those no longer in the source, and compiles the `.mo` beside it.
A text is marked by `tr("...")`, `message("...")` or `message_n("one", "many", ...)`. The list of
error codes is brought up to date likewise, see `error_codes.py`.
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

# Also where this file is loaded by its path, as the tests do.
sys.path.insert(0, str(Path(__file__).parent))
from error_codes import as_json, error_codes

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "lnl_gui"
TRANSLATIONS = ROOT / "resources" / "translations"
ERROR_CODES = TRANSLATIONS / "error_codes.json"
KEYWORDS = {"tr": None, "message": None, "message_n": (1, 2)}
Text = str | tuple[str, ...]


def marked_texts(package: Path = PACKAGE) -> set[Text]:
    """Every text the source marks; a pair of templates where the number decides."""
    found: set[Text] = set()
    for file in package.rglob("*.py"):
        source = file.read_bytes()
        # Going through all tokens of a module takes long.
        if any(f"{keyword}(".encode() in source for keyword in KEYWORDS):
            marked = extract("python", BytesIO(source), keywords=KEYWORDS)
            found.update(text for _, text, _, _ in marked if text)
    return found


def catalogue_files() -> list[Path]:
    """The catalogue of every language but English."""
    return sorted(TRANSLATIONS.glob("*/LC_MESSAGES/lnl.po"))


def read_catalogue(file: Path) -> Catalog:
    """A catalogue as it is written."""
    with file.open("rb") as stream:
        return read_po(stream, locale=file.parents[1].name)


def entries(catalogue: Catalog) -> Iterator[tuple[Text, Text]]:
    """(text, its translation) of a catalogue; several where the number decides."""
    for entry in catalogue:
        if entry.id:
            yield entry.id, entry.string


def updated(catalogue: Catalog, texts: set[Text]) -> Catalog:
    """The catalogue with exactly these texts; those that are new have no translation yet."""
    known = dict(entries(catalogue))
    for text in known.keys() - texts:
        catalogue.delete(text)
    for text in texts - known.keys():
        catalogue.add(text)
    catalogue.obsolete.clear()
    return catalogue


def as_po(catalogue: Catalog) -> bytes:
    """The written form: sorted and without line numbers, so that branches merge."""
    stream = BytesIO()
    write_po(stream, catalogue, width=100, no_location=True, sort_output=True)
    return stream.getvalue()


def as_mo(catalogue: Catalog) -> bytes:
    """The compiled form that gettext reads."""
    stream = BytesIO()
    write_mo(stream, catalogue)
    return stream.getvalue()


def main() -> int:
    """Update and compile all; 1 while a translation is missing."""
    ERROR_CODES.write_text(as_json(error_codes(PACKAGE)), encoding="utf-8", newline="\n")
    texts = marked_texts()
    missing = 0
    for file in catalogue_files():
        catalogue = updated(read_catalogue(file), texts)
        file.write_bytes(as_po(catalogue))
        file.with_suffix(".mo").write_bytes(as_mo(catalogue))
        for text, translation in entries(catalogue):
            # A text that has just been added has None.
            if not translation or not all(
                [translation] if isinstance(translation, str) else translation
            ):
                missing += 1
                print(f"{file.relative_to(ROOT)}: not translated: {text!r}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
