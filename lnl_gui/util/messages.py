"""Messages as data: a marked template and its fields, filled in the reader's language when shown.

`message("Could not read {file}.", file=path)` marks the template for the catalogue (the calls are
found by Babel) and keeps the fields beside it, so that a message can be stored, sent to another
process, and translated where a person reads it.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from numbers import Integral, Real
from os import PathLike
from string import Formatter
from typing import Any, Protocol, TypeAlias

from lnl_gui.util.visible import one_line

_LOCALISED = frozenset("eEfFgGn%,")
"""How a format ends whose separators are those of the language."""
_SPEC = re.compile(r"[-+]?\d{0,2},?(\.\d{1,2})?[a-zA-Z%]?")
_KEYS = {"template", "fields", "plural"}
_DEEPEST = 8
"""How far messages may nest; stored ones come from foreign projects."""


class Translator(Protocol):
    """Knows the texts and the numbers of one language."""

    def text(self, template: str) -> str:
        """The template in this language."""

    def plural(self, one: str, many: str, number: int) -> str:
        """The template that fits a number."""

    def number(self, text: str) -> str:
        """A number that Python has formatted, with this language's separators."""


@dataclass(frozen=True)
class Message:
    """A template in English and what its fields hold.

    A template without fields is taken literally, so any finished sentence is a message too.
    """

    template: str
    fields: "tuple[tuple[str, Field], ...]" = ()
    plural: str = ""
    """The template for all numbers but one; the field `count` decides."""

    def __str__(self) -> str:
        return self.filled(_English())

    def __bool__(self) -> bool:
        return bool(self.template)

    def with_fields(self, **fields: "Value") -> "Message":
        """The same template with these fields, for templates that lie in a table."""
        return Message(self.template, self.fields + _plain_fields(fields), self.plural)

    def replaced(self, old: str, new: str) -> "Message":
        """The message with another text in its fields, as where a file got another name."""
        fields: list[tuple[str, Field]] = []
        for name, value in self.fields:
            if isinstance(value, Message):
                fields.append((name, value.replaced(old, new)))
            else:
                fields.append((name, value.replace(old, new) if isinstance(value, str) else value))
        return Message(self.template, tuple(fields), self.plural)

    def filled(self, translator: Translator) -> str:
        """The sentence in the translator's language."""
        fields = dict(self.fields)
        count = fields.get("count")
        if self.plural and isinstance(count, int):
            template = translator.plural(self.template, self.plural, count)
        else:
            template = translator.text(self.template)
        if not fields:
            return template

        def written(name: str, spec: str) -> str:
            value = fields.get(name, "")
            if isinstance(value, Message):
                return value.filled(translator)
            shown = format_value(value, spec, translator)
            # A name is data: it may hold what a terminal obeys, or pretend to be another line.
            return one_line(shown) if isinstance(value, str) else shown

        return fill_template(template, written)


Field: TypeAlias = str | int | float | Message
Value: TypeAlias = Field | PathLike[str] | Real | Exception
"""What a message can be made with; paths and errors of libraries become their text."""
NOTHING = Message("")


class _English:
    """The source's own texts, and numbers as Python writes them but for a space before "%"."""

    def text(self, template: str) -> str:
        return template

    def plural(self, one: str, many: str, number: int) -> str:
        return one if number == 1 else many

    def number(self, text: str) -> str:
        return spaced_percent(text)


def spaced_percent(text: str) -> str:
    """A number that Python has formatted, "12.5%", with the space that texts have there."""
    return f"{text[:-1]} %" if text.endswith("%") else text


def message(template: str, /, **fields: Value) -> Message:
    """Mark a template and give it its fields: names and numbers as they are, or other messages."""
    return Message(template, _plain_fields(fields))


def message_n(one: str, many: str, /, count: int, **fields: Value) -> Message:
    """Mark a template for one and another for all other numbers, both with the field `count`."""
    return Message(one, _plain_fields({"count": count, **fields}), many)


def as_message(said: Message | str) -> Message:
    """A text of another package, which may be a plain string, as a message."""
    return said if isinstance(said, Message) else Message(said)


def joined(parts: Iterable[Message], separator: str = ", ") -> Message:
    """Several messages one after the other."""
    several = list(parts)
    if len(several) == 1:
        return several[0]
    names = [f"part{at}" for at in range(len(several))]
    template = separator.join(f"{{{name}}}" for name in names)
    return Message(template, tuple(zip(names, several, strict=True)))


def _plain_fields(fields: Mapping[str, Value]) -> tuple[tuple[str, Field], ...]:
    return tuple((name, _plain(value)) for name, value in fields.items())


def _plain(value: Value) -> Field:
    """A field as JSON can hold it; numbers of numpy become Python's."""
    if isinstance(value, Message | str | int | float):
        return value
    if isinstance(value, Exception):
        # Libraries speak in paragraphs.
        return " ".join(str(value).splitlines())
    if isinstance(value, Integral):
        return int(value)
    return float(value) if isinstance(value, Real) else str(value)


def fill_template(template: str, written: Callable[[str, str], str]) -> str:
    """The template with each field written by its name and format.

    Unlike `str.format` it looks into no object: templates are read from foreign projects too.
    """
    parts: list[str] = []
    try:
        for literal, name, spec, _ in Formatter().parse(template):
            parts.append(literal)
            if name is not None:
                parts.append(written(name, spec or ""))
    except ValueError:
        return template
    return "".join(parts)


def format_value(value: object, spec: str, translator: Translator) -> str:
    """One field; a number with a format gets the language's separators."""
    if not spec or not _SPEC.fullmatch(spec):
        return str(value)
    try:
        text = format(value, spec)
    except (ValueError, TypeError):
        return str(value)
    is_number = isinstance(value, Real) and spec[-1] in _LOCALISED
    return translator.number(text) if is_number else text


def to_json(said: Message | str) -> str | dict[str, Any]:
    """The form for JSON: the bare template where there are no fields."""
    if isinstance(said, str):
        return said
    return _as_object(said) if said.fields else said.template


def _as_object(said: Message) -> dict[str, Any]:
    fields = [
        [name, _as_object(value) if isinstance(value, Message) else value]
        for name, value in said.fields
    ]
    return {"template": said.template, "fields": fields, "plural": said.plural}


def from_json(value: object) -> Message:
    """The message of a JSON value; a plain string, as earlier versions wrote, stays as it is."""
    return _from_object(value, _DEEPEST) if isinstance(value, dict) else Message(_text(value))


def _from_object(value: Mapping[str, Any], depth: int) -> Message:
    stored = value.get("fields")
    pairs = stored if isinstance(stored, list | tuple) and depth else ()
    return Message(
        _text(value.get("template")),
        tuple(
            (str(pair[0]), _field(pair[1], depth - 1))
            for pair in pairs
            if isinstance(pair, list | tuple) and len(pair) == 2
        ),
        _text(value.get("plural")),
    )


def _field(value: object, depth: int) -> Field:
    if isinstance(value, dict):
        return _from_object(value, depth)
    return value if isinstance(value, str | int | float) else _text(value)


def _text(value: object) -> str:
    return "" if value is None else str(value)


def in_english(value: Any) -> Any:
    """A JSON value with every message in it as its English sentence, for scripts."""
    if isinstance(value, Message):
        return str(value)
    if isinstance(value, dict):
        if value.keys() == _KEYS:
            return str(from_json(value))
        return {name: in_english(entry) for name, entry in value.items()}
    return [in_english(entry) for entry in value] if isinstance(value, list | tuple) else value


def to_text(said: Message) -> str:
    """The form for a text column: JSON where there are fields, else the bare template."""
    form = to_json(said)
    text = form if isinstance(form, str) else json.dumps(form, ensure_ascii=False)
    # A name of the system that is no text is written as JSON writes it in letters of ASCII.
    return text.encode(errors="backslashreplace").decode()


def from_text(text: str) -> Message:
    """The message of a text column; a finished sentence of an earlier version stays as it is."""
    if text.startswith('{"template":'):
        try:
            return from_json(json.loads(text))
        except (ValueError, RecursionError):
            pass
    return Message(text)
