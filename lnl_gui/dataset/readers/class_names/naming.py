"""Gives classes that are numbers or codes the names that a file beside the dataset has for them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lnl_gui.dataset.listing import Listing, Record, shorten
from lnl_gui.dataset.readers.class_names.class_maps import (
    MAP_SUFFIXES,
    ClassMap,
    looked_at,
    plain_number,
    read_class_maps,
)
from lnl_gui.dataset.readers.files.places import files_ending, wrapped_in
from lnl_gui.dataset.readers.files.text_files import guesses_about
from lnl_gui.dataset.readers.missing_words import (
    is_second_answer,
    may_say_nothing,
    says_nothing,
)
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message

_STEMS = (
    "locsynsetmapping",
    "synsetwords",
    "synsets",
    "imagenetclassindex",
    "classtoidx",
    "idxtoclass",
    "id2label",
    "label2id",
    "classindices",
    "classindex",
    "cattoname",
    "classes",
    "classnames",
    "labels",
    "labelnames",
    "names",
    "obj",
    "categories",
    "labelmap",
    "labelmapping",
    "classmap",
    "classmapping",
    "mapclsloc",
    "categoriesplaces365",
    "classdescriptions",
    "oidv7classdescriptions",
    "signnames",
    "words",
    "classlist",
    "labellist",
    *("klassen", "klassennamen", "klassenliste", "kategorien", "etiketten", "étiquettes"),
    *("etiquettes", "catégories", "clases", "categorías", "categorias", "etiquetas", "rótulos"),
    *("classi", "categorie", "etichette", "klasy", "kategorie", "etykiety", "классы", "метки"),
    *("категории", "类别", "類別", "标签", "標籤", "クラス", "ラベル", "클래스", "라벨"),
    "legend",
    "legende",
    "leyenda",
    "codebook",
    "mapping",
    "meta",
    "data",
    "dataset",
    "config",
    "*",
)
"""Names of such files without capitals and signs, the most telling first; the last is for names
made of two words that tell."""
_TELLING = frozenset(_STEMS[:11])
"""Names that are also believed some folders above the images, where other projects' files lie."""
_ONLY_KEYED = frozenset({"legend", "legende", "leyenda", "codebook", "mapping"})
"""Names of texts of any kind, which name classes where a number or a code stands on each line."""
# `data.csv` and `dataset.json` list samples; `data.yaml` is YOLO's file of names.
_ONLY_YAML = frozenset({"data", "dataset"})
_BACKGROUND = frozenset({"background", "bg", "hintergrund", "none"})
_SHELVES = (
    "meta",
    "metadata",
    "annotations",
    "labels",
    "info",
    "devkit",
    "data",
    "splits",
    "lists",
)
# Kaggle's ImageNet has LOC_synset_mapping.txt four folders above its CLS-LOC/train.
_LEVELS_ABOVE = 4
_MOSTLY = 0.5
_FEW_OF = 0.5
"""Share of a file's numbers below which it was probably made for other classes."""
_NUMBER = re.compile(r"[0-9]{1,9}")
_WORDS = re.compile(r"[a-z]+")
_OF_CLASSES = frozenset({"label", "labels", "class", "classes", "category", "categories", "synset"})
_OF_MAPS = frozenset({"map", "mapping", "name", "names", "dict", "idx", "index", "indices"})
"""Words that name a map together: `label_num_to_disease_map.json`, `category_to_name.csv`."""
_SIGNS = re.compile(r"[\W_]")


@dataclass(frozen=True)
class _Naming:
    """A map that fits: the name of each label, in the file's order, and what is doubtful.

    `minus_one` is the file's name for -1 where that is no label, `note` what else is to be said.
    """

    file: Path
    names: Mapping[str, str]
    doubt: Message | None = None
    note: Message | None = None
    minus_one: str = ""
    listed: tuple[str, ...] = ()
    """all names in the file; none where it is doubtful whether it belongs to the dataset"""


def name_classes(listing: Listing, source: Path, options: ReaderOptions) -> Listing:
    """The listing with names for numbers and codes, where a file has one for every label.

    The classes are then in the file's order. Nothing is changed silently: the file is named in
    the warnings, or why the one that lies there was not used. Where no image has a label, the
    classes are those of the file that a person chose.

    Args:
        listing: as read.
        source: the dataset's folder or file.
        options: `class_names` is the file that a person chose, `rename_classes` says whether
            one may be looked for.

    Raises:
        UserError: when the chosen file does not name every class.
    """
    labels = set(listing.class_names) - {""}
    if options.class_names is not None and not labels:
        return _with_classes_of(listing, options.class_names)
    if options.class_names is not None:
        return _renamed(listing, _chosen(options.class_names, labels))
    if not options.rename_classes or not labels:
        return listing
    maps = _maps_for(labels, source, listing.root)
    ordered = next((m for m in maps if labels <= set(m.names.values())), None)
    fitting = [naming for m in maps if (naming := _fit(m, labels)) is not None]
    # Folders `0`, `1`, `10` that `class_to_idx.json` numbers 0, 1, 2 are names, not its numbers.
    if ordered is not None and (not fitting or all(map(str.isdigit, labels))):
        return _in_order(listing, ordered)
    if fitting:
        return _renamed(listing, _with_rivals(fitting))
    return replace(listing, warnings=[*listing.warnings, *_not_used(maps, labels)])


def _with_classes_of(listing: Listing, file: Path) -> Listing:
    """A dataset without labels, with the classes that a person will give."""
    maps = read_class_maps(file)
    if not maps:
        raise _holds_no_names(file)
    return replace(
        listing,
        class_names=list(dict.fromkeys(maps[0].names.values())),
        class_names_file=file,
        warnings=[
            *listing.warnings,
            message("The names of the classes were read from `{file}`.", file=file.name),
            *guesses_about([file]),
        ],
    )


def _holds_no_names(file: Path) -> UserError:
    return UserError(
        message("`{file}` holds no names of classes.", file=file),
        message("Choose a file with a name on each line, or with a number or code for each."),
        code="class_names",
    )


def _chosen(file: Path, labels: set[str]) -> _Naming:
    maps = read_class_maps(file)
    for found in maps:
        naming = _fit(found, labels)
        if naming is not None:
            return replace(naming, doubt=None)  # a person chose it
        if labels <= set(found.names.values()):
            return _Naming(
                file, {label: label for label in labels}, listed=tuple(found.names.values())
            )
    if not maps:
        raise _holds_no_names(file)
    lacking = min((sorted(labels - found.names.keys()) for found in maps), key=len)
    raise UserError(
        message(
            "`{file}` has no name for {labels}.",
            file=file,
            labels=shorten(lacking or sorted(labels)),
        ),
        message("Add the names that are missing, or leave --class-names out."),
        code="class_names",
    )


def _maps_for(labels: set[str], source: Path, root: Path) -> list[ClassMap]:
    """What files named like maps hold: in the dataset, on its shelves, and above it."""
    folder = source if source.is_dir() else source.parent
    shelves = [home / name for home in wrapped_in(folder) for name in ("", *_SHELVES)]
    places = list(dict.fromkeys([*shelves, root]))
    files = [file for place in places for file in _maps_in(place, _STEMS)]
    found = [
        m
        for file in dict.fromkeys(files)
        if file != source
        for m in looked_at(file)
        if not (m.counted and _stem(file) in _ONLY_KEYED)
    ]
    telling = [stem for stem in _STEMS if stem in _TELLING]
    for level, place in enumerate(list(folder.parents)[:_LEVELS_ABOVE]):
        above = [m for file in _maps_in(place, telling) for m in looked_at(file)]
        found += [m for m in above if _believed(m, labels, level)]
    return found


def _believed(found: ClassMap, labels: set[str], level: int) -> bool:
    """Whether a file above the dataset is its own: codes tell, numbers any dataset has."""
    if not any(map(str.isdigit, labels)):
        return True
    return level == 0 and len(found.names) == len(labels)


def _maps_in(folder: Path, stems: Sequence[str]) -> list[Path]:
    files = files_ending(folder, MAP_SUFFIXES)
    rank = {stem: number for number, stem in enumerate(stems)}
    named = [(rank[stem], file) for file in files if (stem := _stem(file)) in rank]
    return [file for _, file in sorted(named)]


def _stem(file: Path) -> str:
    """The file's name as the list of such names has it, "" where it says nothing of classes."""
    stem = _SIGNS.sub("", file.stem.casefold())
    if stem in _STEMS:
        only_yaml = stem in _ONLY_YAML and file.suffix.lower() not in (".yaml", ".yml")
        return "" if only_yaml else stem
    words = set(_WORDS.findall(file.stem.casefold()))
    return _STEMS[-1] if words & _OF_CLASSES and words & _OF_MAPS else ""


def _fit(found: ClassMap, labels: set[str]) -> _Naming | None:
    """The name of each label, where the map has one for all of them."""
    keys = {label: plain_number(label) for label in labels}
    if len(set(keys.values())) < len(keys):  # `01` and `1` are two classes
        return None
    doubt = None
    numbers = sorted(int(key) for key in keys.values() if _NUMBER.fullmatch(key))
    size = len(found.names)
    if found.counted and len(numbers) == len(keys) and numbers[0] > 0:
        # Labels from 1 to the number of lines: the first line names 1.
        if numbers[-1] == size:
            keys = {label: str(int(key) - 1) for label, key in keys.items()}
        else:
            doubt = message(
                "The names in `{file}` were counted from 0, but no class is 0; if they are to be"
                " counted from 1, write the number before each name.",
                file=found.file.name,
            )
    if not set(keys.values()) <= found.names.keys():
        return None
    note = None
    if found.counted and numbers == list(range(size - 1)) and len(numbers) == len(keys):
        first, *_, last = found.names.values()
        note = message(
            "`{file}` has one name more than there are classes: counted from 0, none is `{last}`."
            " If its first one, `{first}`, is the name of none of them, every name is that of the"
            " class before: then take it out of the file.",
            file=found.file.name,
            first=first,
            last=last,
        )
        if _names_no_class(first):
            doubt, note = note, None
    if numbers and len(keys) < _FEW_OF * size:
        doubt = doubt or message(
            "`{file}` has names for {size} classes, but only {count} of its numbers come in the"
            " labels; perhaps it belongs to another dataset. Leave it out with --no-class-names,"
            " or choose it with --class-names.",
            file=found.file.name,
            size=size,
            count=len(keys),
        )
    if found.counted and len(numbers) == len(keys):
        doubt = doubt or _numbers_for_numbers(found)
    place = {key: number for number, key in enumerate(found.names)}
    order = sorted(keys, key=lambda label: place[keys[label]])
    names_of = {label: found.names[keys[label]] for label in order}
    minus_one = "" if "-1" in labels else found.names.get("-1", "")
    unused = found.names.keys() - set(keys.values())
    # By their numbers: several classes may have one name.
    listed = () if doubt else tuple(found.names[key] for key in found.names if key in unused)
    return _Naming(found.file, names_of, doubt, note, minus_one, listed)


def _numbers_for_numbers(found: ClassMap) -> Message | None:
    """A doubt where lines are numbers that do not rise: labels of a few images look so."""
    names = list(found.names.values())
    if not all(map(_NUMBER.fullmatch, names)):
        return None
    numbers = list(map(int, names))
    at = next((n for n, number in enumerate(numbers) if n and number <= numbers[n - 1]), None)
    if at is None:
        return None
    return message(
        "The lines of `{file}` are numbers that do not rise, such as `{name}` for class {number}:"
        " they may be the labels of some images instead of names. Leave the file out with"
        " --no-class-names, or choose it with --class-names.",
        file=found.file.name,
        name=names[at],
        number=at,
    )


def _names_no_class(line: str) -> bool:
    """Whether a file's first line may be a heading, or the name of all that is in no class."""
    plain = _SIGNS.sub("", line.casefold())
    return plain in _BACKGROUND or line.endswith(":") or _may_be_none(line)


def _may_be_none(name: str) -> bool:
    return says_nothing(name) or may_say_nothing(name)


def _with_rivals(fitting: Sequence[_Naming]) -> _Naming:
    """The first, with a doubt where another file has other names."""
    first = fitting[0]
    others = [
        other.file
        for other in fitting[1:]
        if other.file != first.file and not _agree(first.names, other.names)
    ]
    if not others:
        return first
    doubt = message(
        "`{file}` and {others} name the classes differently; choose one with --class-names.",
        file=first.file.name,
        others=shorten(dict.fromkeys(file.name for file in others)),
    )
    return replace(first, doubt=doubt)


def _agree(names: Mapping[str, str], others: Mapping[str, str]) -> bool:
    """Whether two files mean the same: `tench` and `tench, Tinca tinca`."""
    pairs = [
        (_SIGNS.sub("", names[k].casefold()), _SIGNS.sub("", others[k].casefold())) for k in names
    ]
    return all(a.startswith(b) or b.startswith(a) for a, b in pairs)


def _unique(names: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Names of their own for all, with the code behind a name that several have."""
    seen: dict[str, list[str]] = {}
    for label, name in names.items():
        seen.setdefault(name, []).append(label)
    doubled = [name for name, labels in seen.items() if len(labels) > 1]
    unique = {
        label: f"{name} ({label})" if len(seen[name]) > 1 else name for label, name in names.items()
    }
    return unique, doubled


def _renamed(listing: Listing, naming: _Naming) -> Listing:
    names, doubled = _unique(naming.names)
    warnings = [
        message("The names of the classes were read from `{file}`.", file=naming.file.name),
        *guesses_about([naming.file]),
    ]
    if doubled:
        warnings.append(
            message(
                "Names that several classes have, with the number or code added: {names}.",
                names=shorten(sorted(doubled)),
            )
        )
    if naming.note is not None:
        warnings.append(naming.note)
    perhaps = [
        name
        for name in names.values()
        if _may_be_none(name) and not is_second_answer(name, names.values())
    ]
    if 0 < len(perhaps) < len(names):
        warnings.append(
            message(
                "`{file}` names classes by words that may say there is no label: {names}. They are"
                " read as classes; if they say so, leave these labels empty.",
                file=naming.file.name,
                names=shorten(perhaps),
            )
        )
    records = [
        Record(
            record.path,
            record.place,
            names.get(record.label, record.label),
            record.split,
            tuple(names.get(text, text) for text in record.annotations),
            record.group,
        )
        for record in listing.records
    ]
    return replace(
        listing,
        records=records,
        class_names=list(names.values()),
        warnings=[*listing.warnings, *warnings],
        suspicions=[
            *listing.suspicions,
            *([naming.doubt] if naming.doubt else []),
            *_of_minus_one(listing, naming),
        ],
        class_names_file=naming.file,
        reading=replace(listing.reading, classes=naming.listed),
    )


def _of_minus_one(listing: Listing, naming: _Naming) -> list[Message]:
    """That -1 was read as no label though the file has a name for it."""
    name = naming.minus_one
    if not name or not listing.unlabelled or says_nothing(name):
        return []
    return [
        message(
            "`{file}` calls -1 `{name}`, but labels of -1 were read as none. If it is a class,"
            " write `{name}` into their cells.",
            file=naming.file.name,
            name=name,
        )
    ]


def _in_order(listing: Listing, found: ClassMap) -> Listing:
    """Classes that bear their names already, in the order that a file has them in."""
    place = {name: number for number, name in enumerate(found.names.values())}
    listing = replace(listing, reading=replace(listing.reading, classes=tuple(place)))
    order = sorted(listing.class_names, key=lambda name: place[name])
    if order == listing.class_names:
        return listing
    note = message("The classes are in the order of `{file}`.", file=found.file.name)
    return replace(listing, class_names=order, warnings=[*listing.warnings, note])


def _not_used(maps: Iterable[ClassMap], labels: set[str]) -> list[Message]:
    """Why a file that names most of the classes was not used."""
    for found in maps:
        lacking = {label for label in labels if plain_number(label) not in found.names}
        if 0 < len(lacking) < _MOSTLY * len(labels):
            return [
                message(
                    "The names of classes in `{file}` were not used, because it has none for"
                    " {labels}.",
                    file=found.file.name,
                    labels=shorten(sorted(lacking)),
                )
            ]
    return []
