"""Folder names that say how files were stored rather than what they show."""

import re
import unicodedata
from collections.abc import Collection, Iterable

from lnl_gui.dataset.readers.missing_words import is_unlabelled
from lnl_gui.store.dataset.split_names import canonical_split, split_in_name

_STORES = frozenset(
    [
        "images",
        "image",
        "imgs",
        "img",
        "photos",
        "photo",
        "pictures",
        "picture",
        "pics",
        "pic",
        "jpg",
        "jpeg",
        "jpgs",
        "jpegs",
        "png",
        "pngs",
        "jpegimages",
        "frames",
        "data",
        "raw",
        "original",
        "originals",
        "files",
        "crops",
        "dcim",
        *("bilder", "bild", "fotos", "foto", "aufnahmen", "abbildungen"),
        *("imagenes", "imágenes", "immagini", "imagens", "afbeeldingen", "obrazy", "zdjecia"),
        *(
            "zdjęcia",
            "изображения",
            "фото",
            "图片",
            "图像",
            "圖片",
            "画像",
            "写真",
            "이미지",
            "사진",
        ),
    ]
)
SHELVES = frozenset(
    [
        "annotations",
        "annotation",
        "labels",
        "label",
        "meta",
        "metadata",
        "csv",
        "csvs",
        "data",
        "table",
        "tables",
        "tabellen",
        "ground_truth",
        "groundtruth",
        "gt",
    ]
)
"""Folders that hold the labels' file while the images lie elsewhere."""
_NUMBERED = re.compile(
    r"(batch|part|shard|chunk|session|group|run|day|volume|vol|folder|dir|seq|sequence|video|"
    r"camera|cam|block|page|disk|upload|export|import|delivery|lot|set|new folder|"
    r"teil|ordner|kamera|lieferung|partie|parte|dossier|carpeta|cartella)"
    r"[\s_.(-]*\d+\)?",
    re.IGNORECASE,
)
# What file managers call a folder that nobody has named, in several languages.
_NAMELESS = frozenset(
    [
        "newfolder",
        "untitledfolder",
        "neuerordner",
        "ordnerohnetitel",
        "nouveaudossier",
        "nuevacarpeta",
        "nuovacartella",
        "novapasta",
        "nieuwemap",
    ]
)
# And what they call a copy: `cat - Copy`, `cat copy 2`, `cat (2)`, `Copy of cat`.
_COPY_WORDS = (
    "copy|copie|kopie|copia|kopia|c[oó]pia|kopi|kopio|kopya|másolat|bản sao|копия|копія"
    "|副本|の?コピー|복사본|αντίγραφο|עותק"
)
_COPY = re.compile(
    rf"(?:copy of |kopie von )(?P<of>.+)"
    rf"|(?P<name>.+?)(?:[ _][-\u2014]?[ _]?(?:{_COPY_WORDS})(?: ?\d+)?(?: ?\(\d+\))?| ?\(\d+\))",
    re.IGNORECASE,
)
# And what people add to the name of a folder for another version of what is in it.
_SET_ASIDE = re.compile(
    r"(.+?)[ _.-]+(?:(?:backup|bak|old|sicherung|alt|new|neu|final|tmp|temp)(?:[ _.-]?\d+)?|v\d)",
    re.IGNORECASE,
)
_ASIDE = frozenset(
    [
        "backup",
        "backups",
        "bak",
        "copies",
        "copy",
        "deleted",
        "duplicates",
        "inbox",
        "incoming",
        "kopie",
        "kopien",
        "lost+found",
        "papierkorb",
        "posteingang",
        "recyclebin",
        "sicherung",
        "temp",
        "tmp",
        "toclassify",
        "tolabel",
        "unsorted",
        "unsortiert",
        # What programs write beside the images they are trained on.
        "checkpoints",
        "ipynbcheckpoints",
        "lightninglogs",
        "mlruns",
        "predictions",
        "runs",
        "wandb",
    ]
)
# Day first or year first, with a time behind or none: cameras and phones name folders so.
_DATE = re.compile(
    r"(19|20)\d\d[-_. ]?[01]\d([-_. ]?[0-3]\d)?([-_ T]\d{2}[-_:h.]?\d{2}([-_:m.]?\d{2})?)?"
    r"|[0-3]?\d[-_.][0-3]?\d[-_.](19|20)\d\d"
)
# What is added to a folder's name in its archive: by Google Drive the time and a number, by GitHub
# a branch, and by a browser a number where that file was there before.
_OF_ARCHIVE = re.compile(r"(?:-\d{8}T\d{6}Z)?-\d{1,3}|-(?:master|main)| ?\(\d{1,2}\)")
# What cameras call the folders of a card by a standard, Design rule for Camera File system: three
# digits, from 100 on, and five signs that are the camera's: `100CANON`, `101_BTCF`, `100EK113`.
_OF_CARD = re.compile(r"1\d\d(?=\d*[A-Z_])[A-Z0-9_]{5}")
# A class of ImageNet, by the offset of its noun in WordNet.
_WORDNET = re.compile(r"n\d{8}")
_WORD_AND_NUMBER = re.compile(r"([^\W\d_]+)[\s_.-]*\d+")
_CLASS_WORDS = frozenset(
    [
        *("", "class", "cls", "c", "category", "label", "type", "kind", "grade", "stage", "level"),
        *("species", "sp", "breed", "variety", "style", "brand", "model", "design"),
        *("sku", "product", "item", "article", "sign", "symbol"),
        *("letter", "digit", "char", "character"),
        *("lesson", "lecture", "chapter", "topic", "course"),
        *("klasse", "kategorie", "typ", "art", "grad", "stufe", "sorte", "rasse", "modell"),
        *("produkt", "artikel", "zeichen", "lektion", "kapitel", "thema"),
    ]
)
"""Words before the number of a class, not of one patient or video of many."""
# One or two digits are classes more often than shards: 0 to 9 of any set of digits.
_PADDED = re.compile(r"0\d{2,}|\d{3,}")


_UNLABELLED = frozenset(
    [
        "unlabelled",
        "unlabeled",
        "unlabel",
        "unsup",
        "unsupervised",
        "nolabel",
        "nolabels",
        "notlabelled",
        "notlabeled",
    ]
)
_LETTERS_OR_DIGITS = re.compile(r"[^\W\d_]+|\d+")
_LETTERS_ALONE = re.compile(r"[\W_]+")
_NOT = ("in", "un", "not", "non", "no")
_BETWEEN = re.compile(r"[\s_.-]+|\d+$")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_SAID_OF_ANY = _STORES | frozenset(
    [
        "case",
        "cases",
        "sample",
        "samples",
        "set",
        "dataset",
        "kaggle",
        "public",
        "private",
    ]
)


def is_unlabelled_name(name: str) -> bool:
    """Whether a folder says that its images have no label: `unlabeled`, `unsup`, `No Label`."""
    return _folded(name) in _UNLABELLED or is_unlabelled(name)


def is_store_name(name: str) -> bool:
    """Whether a folder is called after what any dataset holds: `images`, `data`, `jpg`."""
    # macOS disks hand out decomposed letters.
    return unicodedata.normalize("NFC", name.strip().casefold()) in _STORES


def is_store_of(name: str, around: str) -> bool:
    """Whether a folder bears the name of that around it and nothing more than how it is stored.

    `cat_images`, `images_cat` and `cats` inside `cat`.
    """
    own = [_singular(word) for word in _LETTERS_OR_DIGITS.findall(around.casefold())]
    words = [_singular(word) for word in _LETTERS_OR_DIGITS.findall(name.casefold())]
    at = next((at for at in range(len(words)) if words[at : at + len(own)] == own), None)
    if at is None or not own or split_in_name(name):
        return False
    return all(word in _STORE_WORDS for word in (*words[:at], *words[at + len(own) :]))


def is_numbered_portion(name: str) -> bool:
    """Whether a folder is called a portion and has a number: `batch 2`, `part_03`."""
    return _NUMBERED.fullmatch(name.strip()) is not None


def is_portion_name(name: str) -> bool:
    """Whether a folder is called like one portion of many: `batch 2`, a date, `100CANON`."""
    plain = name.strip()
    named = any(form.fullmatch(plain) for form in (_DATE, _OF_CARD))
    return is_numbered_portion(plain) or named or _folded(plain) in _NAMELESS


def is_aside_name(name: str) -> bool:
    """Whether a folder is called after being kept for later: `backup`, `unsorted`, `tmp`."""
    return _folded(name) in _ASIDE | _NAMELESS


def is_bare_part_name(name: str, around: str) -> bool:
    """Whether a name says test or validation and nothing else: `Test cases`, `simpson_testset`.

    Words of the name of what the part is of, `around`, add nothing either.
    """
    if split_in_name(name) not in ("test", "validation"):
        return False
    known = [word.casefold() for word in _WORD.findall(around)]
    words = [word.casefold() for word in _WORD.findall(name)]
    others = [word for word in words if not split_in_name(word) and word not in _SAID_OF_ANY]
    return all(any(own.startswith(word) for own in known) for word in others)


def is_only_part_name(name: str) -> bool:
    """Whether a name is made of words that datasets call their parts by: `test`, `train_images`."""
    words = [word.casefold() for word in _WORD.findall(name)]
    others = [word for word in words if not canonical_split(word)]
    return len(others) < len(words) and all(word in _SAID_OF_ANY for word in others)


def is_negated(name: str, names: Iterable[str]) -> bool:
    """Whether some name denies another: `invalid`, `not valid` and `untested` are of a state."""
    plain = _LETTERS_ALONE.sub("", name.casefold())
    denied = {before + plain for before in _NOT}
    return any(_LETTERS_ALONE.sub("", other.casefold()) in denied for other in names)


def is_archive_of(name: str, inner: str) -> bool:
    """Whether a folder is called as the archive of the one in it was: `test-001`, `test-main`."""
    ending = name[len(inner) :] if name.casefold().startswith(inner.casefold()) else ""
    return bool(inner and _OF_ARCHIVE.fullmatch(ending))


def copied_name(name: str) -> str:
    """`cat` for `cat - Copy` or `cat (2)`, as file managers name copies; "" for other names.

    So for `cat_backup`, `cat.bak`, `cat_new` and `cat_v2`.
    """
    aside = _SET_ASIDE.fullmatch(name.strip())
    if aside:
        return aside[1]
    found = _COPY.fullmatch(name.strip())
    return (found["of"] or found["name"]).strip() if found else ""


def is_shard_number(name: str) -> bool:
    """Whether a name is a number as shards have it: three digits or more."""
    return bool(_PADDED.fullmatch(name.strip()))


def is_class_number(name: str) -> bool:
    """Whether a name is one that classes are numbered by: `class 1`, `sku10001`, `n01443537`."""
    found = _WORD_AND_NUMBER.fullmatch(name.strip())
    return bool(found and (found[1].casefold() in _CLASS_WORDS or _WORDNET.fullmatch(name)))


def are_numbered_alike(names: Collection[str]) -> bool:
    """Whether all names are one word with different numbers: `patient003`, `video 12`.

    Words that number classes (`class 1`, `grade 2`) do not count, nor do the codes of WordNet.
    """
    found = [_WORD_AND_NUMBER.fullmatch(name.strip()) for name in names]
    words = {match[1].casefold() if match else "" for match in found}
    return (
        len(words) == 1
        and "" not in words
        and len(names) > 1
        and not any(map(is_class_number, names))
    )


def _singular(word: str) -> str:
    return word.removesuffix("s")


_STORE_WORDS = frozenset(map(_singular, _STORES)) | {"resized", "cropped", "dataset"}


def _folded(name: str) -> str:
    return _BETWEEN.sub("", name.casefold())
