"""Conversion of plain JSON values to dataclasses, every field checked by its declared type."""

import re
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import TypeVar

import msgspec

from lnl_gui.util.errors import UserError
from lnl_gui.util.files.atomic import read_json
from lnl_gui.util.messages import Message, message

T = TypeVar("T")
_PLACE = re.compile(r"^(?P<reason>.*?)(?: - at `\$\.?(?P<field>.*)`)?$", re.DOTALL)
"""How msgspec says what is wrong and where: "Expected `int`, got `str` - at `$.batch_size`"."""


def read_typed(file: Path, kind: type[T], *, unknown_fields: bool = False) -> T:
    """A JSON file as a dataclass (or, with `unknown_fields`, as any other type), see `typed`.

    Raises:
        OSError: when it cannot be read.
        UserError: naming the file, and the field, when it is damaged.
    """
    try:
        values = read_json(file)
    except ValueError as error:
        raise UserError(
            message("{file} is damaged: {error}.", file=file, error=error), code="bad_field"
        ) from error
    return typed(values, kind, source=file, unknown_fields=unknown_fields)


def typed(
    values: object, kind: type[T], *, source: Path | str | Message, unknown_fields: bool = False
) -> T:
    """A dataclass from its JSON form; lists become tuples where the field is one.

    Args:
        values: what the JSON says.
        kind: a dataclass.
        source: the file (or whatever else) the values come from, for the error.
        unknown_fields: leave fields out that `kind` does not have, as messages of another version
            may bring; else they are refused.

    Raises:
        UserError: naming source and field, when a field is missing, unknown or of another type.
    """
    if isinstance(values, Mapping) and not unknown_fields:
        # msgspec passes unknown fields over for dataclasses, which would hide a mistyped or a newer
        # one.
        unknown = sorted(set(values) - {field.name for field in fields(kind)})  # type: ignore[arg-type]
        if unknown:
            raise UserError(
                message(
                    "{source}: unknown field {unknown}.", source=source, unknown=", ".join(unknown)
                ),
                code="bad_field",
            )
    try:
        # Strict: "5" is no number and 5 is no text. A file that needs guessing was not written by
        # this program, or was damaged since.
        # Keys of JSON are always texts, also where they are numbers.
        return msgspec.convert(values, type=kind, strict=True, str_keys=True)
    except msgspec.ValidationError as error:
        # The error has no attributes for field and reason, so that its text is taken apart.
        found = _PLACE.match(str(error))
        field, reason = (found["field"], found["reason"]) if found else (None, str(error))
        place = f"{source}, field {field}" if field else f"{source}"
        raise UserError(
            message("{place}: {reason}.", place=place, reason=reason.replace("`", "")),
            code="bad_field",
        ) from error
