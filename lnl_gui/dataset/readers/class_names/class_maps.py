"""Files that name classes by number or code: `classes.txt`, `class_to_idx.json`, `data.yaml`."""

import ast
import csv
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lnl_gui.dataset.listing import is_image_name
from lnl_gui.dataset.readers.files.text_files import read_text
from lnl_gui.dataset.readers.tables.column_names import FOREIGN_LABEL_NAMES
from lnl_gui.dataset.readers.tables.records_table import cell_text
from lnl_gui.dataset.readers.tables.tables import read_table
from lnl_gui.util.class_names import clean_label, is_number
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.file_there import size_of

MAP_SUFFIXES = (".txt", ".names", ".json", ".csv", ".tsv", ".yaml", ".yml", ".pbtxt")
_LARGEST = 1 << 24
"""Bytes of a file that may be looked at unasked; the names of 80 000 WordNet codes take 3 MB."""
_LARGEST_LIST = 1 << 20
_KEY_COLUMNS = (
    "id",
    "class_id",
    "classid",
    "label_id",
    "labelid",
    "category_id",
    "index",
    "idx",
    "class_idx",
    "code",
    "key",
    "number",
    "wnid",
    "synset",
    "labelname",
    "label",
    "class",
    "target",
)
_NAME_COLUMNS = (
    "name",
    "class_name",
    "classname",
    "label_name",
    "category_name",
    "display_name",
    "displayname",
    "signname",
    "title",
    "class",
    "label",
    "category",
    "description",
    "species",
    "breed",
)
# Of such files in German, French, Spanish, Italian, Portuguese, Dutch, Polish and others.
_FOREIGN_KEYS = (
    *("nummer", "nr", "kennung", "schlüssel", "numéro", "numero", "número", "código", "codigo"),
    *("codice", "kod", "numer", "номер", "код", "编号", "編號", "番号", "번호", "klassen_id"),
)
_FOREIGN_NAMES = (
    *("bezeichnung", "klassenname", "nom", "nombre", "nome", "naam", "nazwa", "имя", "название"),
    *("名称", "名稱", "名前", "이름", *FOREIGN_LABEL_NAMES),
)
_HEADERS = frozenset(
    ["class", "classes", "class_name", "class_names", "classname", "label", "labels", "label_name"]
)
_CODE = re.compile(r"n\d{8}|/[mgt]/\w+")
"""Codes whose names stand behind them on the line: WordNet synsets, Knowledge Graph ids."""
_NUMBER_FIRST = re.compile(
    r"(\d+)(?:\s*(?:[:,;=|]|[-=]>)\s*|\s+[-\u2013\u2014]\s+|[.)]\s+|\s+)(\S.*)"
)
_NUMBER_LAST = re.compile(r"(\S.*?)\s*(?:[:,;=|\t ]|[-=]>)\s*(\d+)")
_PLACE = re.compile(r"/[a-z](/.+)")
_ITEM = re.compile(r"^\s*(?:-|['\"]?\d+['\"]?\s*:)\s*(.+?)\s*$")
_PBTXT_ITEM = re.compile(r"item\s*\{(.*?)\}", re.DOTALL)
_PBTXT_FIELD = re.compile(r"(\w+)\s*:\s*(\"[^\"]*\"|'[^']*'|\S+)")


@dataclass(frozen=True)
class ClassMap:
    """Names of classes by key (a number or a code), in the order of the file.

    `counted` says that the keys are the lines' numbers from 0, which may be meant from 1.
    """

    file: Path
    names: Mapping[str, str]
    counted: bool = False


def read_class_maps(file: Path) -> list[ClassMap]:
    """The maps that a file may be read as, the likeliest first; none where it holds no names.

    Raises:
        UserError: when it cannot be read as text.
    """
    reader = _READERS.get(file.suffix.lower(), _text_maps)
    found = [m for m in reader(file) if m.names and all(m.names.values())]
    return [ClassMap(m.file, _tidied(m.names), m.counted) for m in found]


def looked_at(file: Path) -> list[ClassMap]:
    """As `read_class_maps`, for a file that nobody named: none where it cannot be read."""
    try:
        suffix = file.suffix.lower()
        largest = _LARGEST_LIST if suffix in (".csv", ".tsv") else _LARGEST
        if suffix not in MAP_SUFFIXES or size_of(file) > largest:
            return []
        return read_class_maps(file)
    # Python's JSON ends at deep nesting with a RecursionError, which is no ValueError.
    except (UserError, RecursionError):
        return []


def is_class_list(file: Path) -> bool:
    """Whether a table lists classes, each once by number or code, and no samples."""
    maps = [] if size_of(file) > _LARGEST_LIST else looked_at(file)
    return any(
        not m.counted
        and len(set(m.names.values())) == len(m.names)
        and all(is_number(key) or _CODE.fullmatch(key) for key in m.names)
        for m in maps
    )


def _tidied(names: Mapping[str, str]) -> dict[str, str]:
    """Numbers without leading zeros; names without what all have in common as a path."""
    places = [_PLACE.fullmatch(name) for name in names.values()]
    tidy = {_plain_key(key): clean_label(name) for key, name in names.items()}
    if all(places):  # `/a/airfield`, by the initial
        tidy = {key: name[3:] for key, name in tidy.items()}
    return tidy


def plain_number(text: str) -> str:
    """`7` for `007`; anything that is no whole number stays."""
    return text.lstrip("0") or "0" if text.isascii() and text.isdigit() else text


def _plain_key(key: str) -> str:
    plain = clean_label(key)
    return plain_number(plain)


def _text_maps(file: Path) -> list[ClassMap]:
    text, _ = read_text(file)
    lines = [line.strip() for line in text.splitlines() if line.strip() and line[0] != "#"]
    if not lines or any(is_image_name(word) for line in lines for word in (line, line.split()[0])):
        return []
    if lines[0].casefold() in _HEADERS and len(lines) > 1:
        lines = lines[1:]
    codes = [match for line in lines if (match := _CODE.match(line))]
    if len(codes) == len(lines):
        return _code_maps(file, codes)
    first = [match for line in lines if (match := _NUMBER_FIRST.fullmatch(line))]
    if len({match[1] for match in first}) == len(lines):
        return [ClassMap(file, {match[1]: match[2] for match in first})]
    last = [match for line in lines if (match := _NUMBER_LAST.fullmatch(line))]
    # `patient 1`, `patient 2` are names that end in a number.
    if len({match[1] for match in last}) == len({match[2] for match in last}) == len(lines):
        return [ClassMap(file, {match[2]: match[1] for match in last})]
    return [
        ClassMap(file, dict(zip(map(str, range(len(lines))), lines, strict=True)), counted=True)
    ]


def _code_maps(file: Path, codes: Sequence[re.Match[str]]) -> list[ClassMap]:
    """`n01440764 tench, Tinca tinca`, or with a number between: `n02119789 1 kit_fox`."""
    names = {code[0]: code.string[code.end() :].strip(" \t,:;") for code in codes}
    numbered = [match for text in names.values() if (match := _NUMBER_FIRST.fullmatch(text))]
    if len(numbered) == len(codes):
        plain = {code: match[2] for code, match in zip(names, numbered, strict=True)}
        return [ClassMap(file, plain), ClassMap(file, {m[1]: m[2] for m in numbered})]
    by_line = dict(zip(map(str, range(len(names))), names.values(), strict=True))
    return [ClassMap(file, names), ClassMap(file, by_line, counted=True)]


def _json_maps(file: Path) -> list[ClassMap]:
    try:
        return [ClassMap(file, names, counted) for names, counted in _in_json(_parsed(file))]
    except (TypeError, ValueError):
        return []


def _parsed(file: Path) -> Any:
    text, _ = read_text(file)
    return json.loads(text)


def _in_json(value: Any) -> Iterable[tuple[dict[str, str], bool]]:
    if isinstance(value, list):
        yield from _in_list(value)
    elif isinstance(value, dict):
        # A `config.json` of transformers has the names among all settings of a model.
        for inner in ("id2label", "idx_to_class", "class_to_idx", "label2id", "names", "classes"):
            if isinstance(value.get(inner), dict | list):
                yield from _in_json(value[inner])
                return
        # COCO's ids have gaps (80 classes from 1 to 90), so places in the list would not do.
        if isinstance(value.get("categories"), list):
            yield from _in_json(value["categories"])
        yield from _in_object(value)


def _in_list(items: Sequence[Any]) -> Iterable[tuple[dict[str, str], bool]]:
    if items and all(isinstance(item, str) for item in items):
        yield {str(number): name for number, name in enumerate(items)}, True
    elif items and all(isinstance(item, dict) for item in items):
        for key in ("id", "index", "class_id", "label_id", "value"):
            for name in ("name", "label", "class", "title"):
                if all(key in item and name in item for item in items):
                    yield {cell_text(i[key]): cell_text(i[name]) for i in items}, False
                    return


def _in_object(value: Mapping[str, Any]) -> Iterable[tuple[dict[str, str], bool]]:
    values = list(value.values())
    if not values:
        return
    if all(isinstance(v, int) and not isinstance(v, bool) for v in values):
        if len(set(values)) == len(values):
            pairs = sorted((number, name) for name, number in value.items())
            yield {str(number): name for number, name in pairs}, False
    elif all(isinstance(v, str) for v in values):
        is_turned = all(v.isdigit() for v in values) and not all(k.isdigit() for k in value)
        yield ({v: k for k, v in value.items()} if is_turned else dict(value)), False
    elif all(isinstance(v, list) and [type(part) for part in v] == [str, str] for v in values):
        # `imagenet_class_index.json` of Keras: number, code and name.
        yield {key: name for key, (_, name) in value.items()}, False
        yield dict(values), False


def _table_maps(file: Path) -> list[ClassMap]:
    listed = _column_of_names(file)
    if listed:
        return [ClassMap(file, dict(zip(map(str, range(len(listed))), listed, strict=True)), True)]
    known = (*_KEY_COLUMNS, *_NAME_COLUMNS, *_FOREIGN_KEYS, *_FOREIGN_NAMES)
    table = read_table(file, known_names=known)
    rows, at = table.rows, _key_and_name(table.columns)
    if at is None and len(table.columns) == 2:
        # Of `/m/011k07,Tortoise` the first row was taken for the header.
        rows = [table.columns, *rows] if table.has_header else rows
        is_key = all(is_number(row[0]) or _CODE.fullmatch(row[0]) for row in rows)
        at = (0, 1) if is_key else (1, 0) if _are_counted(rows) else None
    if at is None:
        return []
    names = {row[at[0]].strip(): row[at[1]].strip() for row in rows}
    # A table of samples repeats its labels; its first column numbers images, not classes.
    if len(names) != len(rows) or len(set(names.values())) * 2 < len(rows):
        return []
    return [ClassMap(file, names)]


def _column_of_names(file: Path) -> list[str]:
    """The names below a heading such as `class_name`, where a table has no other column."""
    rows = [row for row in csv.reader(read_text(file)[0].splitlines()) if row]
    if not rows or any(len(row) > 1 for row in rows) or rows[0][0].casefold() not in _HEADERS:
        return []
    names = [row[0].strip() for row in rows[1:]]
    return [] if any(is_image_name(name) for name in names) else names


def _are_counted(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the second of two columns counts names from 0 or 1, in any order: `bee,1`."""
    numbers = sorted(int(row[1]) for row in rows if re.fullmatch(r"\d{1,9}", row[1].strip()))
    first = numbers[0] if numbers else -1
    return (
        first in (0, 1)
        and numbers == list(range(first, first + len(rows)))
        and not any(is_image_name(row[0].strip()) or is_number(row[0].strip()) for row in rows)
    )


def _key_and_name(columns: Sequence[str]) -> tuple[int, int] | None:
    folded = [column.casefold().replace(" ", "_").replace("-", "_") for column in columns]
    keys, known = (*_KEY_COLUMNS, *_FOREIGN_KEYS), (*_NAME_COLUMNS, *_FOREIGN_NAMES)
    key = next((folded.index(name) for name in keys if name in folded), -1)
    rest = [name for name in known if name in folded and folded.index(name) != key]
    return (key, folded.index(rest[0])) if key >= 0 and rest else None


def _yaml_maps(file: Path) -> list[ClassMap]:
    return [ClassMap(file, yaml_names(file))]


def yaml_names(file: Path) -> dict[str, str]:
    """`names:` of a YOLO data file: a list in brackets, or lines `- cat` or `0: cat` below it."""
    lines = read_text(file)[0].splitlines()
    at = next((n for n, line in enumerate(lines) if line.startswith("names:")), None)
    if at is None:
        return {}
    inline = lines[at].partition(":")[2].partition(" #")[0].strip()
    if inline:
        return _inline_names(inline)
    names: dict[str, str] = {}
    for line in lines[at + 1 :]:
        item = _ITEM.match(line.partition(" #")[0])
        if item is None:
            break
        number = line.partition(":")[0].strip(" '\"")
        names[number if number.isdigit() else str(len(names))] = item[1].strip("'\"")
    return names


def _inline_names(text: str) -> dict[str, str]:
    try:
        # A YAML list in brackets is one of Python where its names are quoted; else it is parted.
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        value = [part.strip(" '\"") for part in text.strip("[]").split(",")]
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    return {str(number): str(name) for number, name in pairs}


def _pbtxt_maps(file: Path) -> list[ClassMap]:
    """TensorFlow's `label_map.pbtxt`; the display name is the readable one."""
    names = {}
    for item in _PBTXT_ITEM.findall(read_text(file)[0]):
        fields = {key: value.strip("\"'") for key, value in _PBTXT_FIELD.findall(item)}
        if "id" in fields:
            names[fields["id"]] = fields.get("display_name") or fields.get("name", "")
    return [ClassMap(file, names)]


_READERS: dict[str, Callable[[Path], list[ClassMap]]] = {
    ".json": _json_maps,
    ".csv": _table_maps,
    ".tsv": _table_maps,
    ".yaml": _yaml_maps,
    ".yml": _yaml_maps,
    ".pbtxt": _pbtxt_maps,
}
