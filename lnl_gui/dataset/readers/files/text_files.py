"""The text of a file, whatever its encoding, compressed or not."""

import bz2
import codecs
import gzip
import lzma
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from lnl_gui.dataset.listing import shorten
from lnl_gui.dataset.readers.files.encoding_guess import (
    EncodingGuess,
    decodes,
    guess_encoding,
    looks_east_asian,
)
from lnl_gui.dataset.readers.files.usual_letters import ALPHABETS
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.files.endless import refuse_endless
from lnl_gui.util.messages import Message, message

_CONTROL = bytes([*range(9), *range(14, 32)])  # text in one byte a letter has hardly any of these
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LARGEST = 1 << 31
_OPENERS: tuple[tuple[bytes, Callable[[Path], IO[bytes]]], ...] = (
    (b"\x1f\x8b", gzip.open),
    (b"BZh", bz2.open),
    (b"\xfd7zXZ\x00", lzma.open),
)  # type: ignore[assignment]  # as binary files all three only read here
COMPRESSED = (".gz", ".bz2", ".xz")


@dataclass(frozen=True)
class SourceText:
    """The text of a file, the encoding it was read by, and a warning where that is a guess."""

    text: str
    encoding: str
    warnings: list[Message] = field(default_factory=list)


@dataclass
class _Decoding:
    """The encoding of a dataset's texts, if it is known, and what was guessed of each."""

    encoding: str | None
    guesses: dict[Path, list[Message]] = field(default_factory=dict)


_decoding: ContextVar[_Decoding | None] = ContextVar("_decoding", default=None)


def inner_suffix(file: Path) -> str:
    """The lower-case suffix below that of a compression: `.csv` of `labels.csv.gz`."""
    suffix = file.suffix.lower()
    return Path(file.stem).suffix.lower() if suffix in COMPRESSED else suffix


def read_text(source: Path, *, encoding: str | None = None) -> tuple[str, list[Message]]:
    """The text of a file, with a warning when its encoding is a guess.

    Args:
        source: the file; gzip, bzip2 and xz are unpacked.
        encoding: a name that Python knows; None finds it.

    Raises:
        UserError: when it cannot be read, or is not text.
    """
    found = read_encoded(source, encoding=encoding)
    return found.text, found.warnings


def read_encoded(source: Path, *, encoding: str | None = None) -> SourceText:
    """As `read_text`, and the encoding too.

    Raises:
        UserError: when it cannot be read, or is not text.
    """
    known = _decoding.get()
    otherwise = known.encoding if known is not None else None
    found = decode_text(read_source(source), source, encoding=encoding, otherwise=otherwise)
    if known is not None:
        known.guesses[source] = found.warnings
    return found


@contextmanager
def decoded_as(encoding: str | None) -> Iterator[None]:
    """Inside the block, text that is not UTF-8 is in that encoding where none is given.

    A dataset has many small files of text; what a person said of its encoding holds for all.
    """
    token = _decoding.set(_Decoding(encoding))
    try:
        yield
    finally:
        _decoding.reset(token)


def guesses_about(files: Iterable[Path]) -> list[Message]:
    """What was guessed of the encoding of files that were read in a block of `decoded_as`."""
    known = _decoding.get()
    return [text for file in files for text in known.guesses.get(file, [])] if known else []


def read_source(source: Path) -> bytes:
    """The bytes of a file, unpacked.

    Raises:
        UserError: when the operating system refuses, or the compressed file is damaged.
    """
    try:
        refuse_endless(source)
        with source.open("rb") as stream:
            head = stream.read(8)
        opener = next((opens for mark, opens in _OPENERS if head.startswith(mark)), None)
        if opener is None:
            return source.read_bytes()
        with opener(source) as packed:
            # A small file may unpack to any size; one byte more than is allowed tells.
            data = packed.read(_LARGEST + 1)
    except (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile) as error:
        raise UserError(
            message("`{source}` cannot be unpacked: {error}.", source=source, error=error),
            code="not_text",
        ) from error
    except OSError as error:
        raise as_user_error(error, message("read `{source}`", source=source)) from error
    if len(data) > _LARGEST:
        raise UserError(
            message("`{source}` is too large when unpacked.", source=source), code="not_text"
        )
    return data


def decode_text(
    data: bytes, source: Path, *, encoding: str | None = None, otherwise: str | None = None
) -> SourceText:
    """Text of unknown encoding, with a warning when the encoding is a guess.

    Args:
        data: the file's bytes.
        source: the file, for messages.
        encoding: what it is in; None finds it.
        otherwise: what it is in if it is not UTF-8; None guesses.

    Raises:
        UserError: when it is not text.
    """
    if encoding is not None:
        return SourceText(_decode_as(data, encoding, source), encoding)
    for mark, marked in _BOMS:
        if data.startswith(mark):
            return SourceText(_decode_as(data, marked, source), marked)
    # Editors of DOS end a text by Ctrl-Z; in UTF-16 the byte is half a letter.
    if b"\0" not in data:
        data = data.removesuffix(b"\x1a")
    head = data[:4096]
    if len(head.translate(None, _CONTROL)) < len(head) - len(head) // 100:
        marked = _utf16_without_mark(data, source)
        return SourceText(_decode_as(data, marked, source), marked)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        if otherwise is not None:
            return SourceText(_decode_as(data, otherwise, source), otherwise)
        return _guess(data, source)
    other = looks_east_asian(data, text)
    return SourceText(text, "utf-8", [_said_of(other, source.name)] if other else [])


def _by_lines(data: bytes, source: Path) -> SourceText | None:
    """The text of a file some of whose lines are UTF-8 and others not; None for any other.

    So files become to which programs of two kinds have added lines.
    """
    marked = {line for line in data.split(b"\n") if not line.isascii()}
    others = {line for line in marked if not decodes(line, "utf-8")}
    if len(others) == len(marked):
        return None
    guess = guess_encoding(b"\n".join([*others, b""]))
    # Lines of two-byte characters may be UTF-8 by chance.
    if guess.encoding not in ALPHABETS:
        return None
    try:
        lines = [
            line.decode(guess.encoding if line in others else "utf-8") for line in data.split(b"\n")
        ]
    except UnicodeDecodeError:
        return None
    said = message(
        "`{file}` has lines in UTF-8 and lines in {encoding}; each was read as what it is.",
        file=source.name,
        encoding=guess.encoding,
    )
    doubts = [] if guess.is_sure else [_said_of(guess, source.name)]
    # As UTF-8 alone it is not to be read, so that nothing writes it in one of the two.
    return SourceText("\n".join(lines), "utf-8", [said, *doubts])


def _guess(data: bytes, source: Path) -> SourceText:
    guess = guess_encoding(data)
    if not guess.is_sure and (mixed := _by_lines(data, source)) is not None:
        return mixed
    said = _said_of(guess, source.name)
    try:
        return SourceText(data.decode(guess.encoding), guess.encoding, [said])
    except UnicodeDecodeError:
        # The five bytes that cp1252 leaves undefined fall back to Latin-1, which has them all.
        return SourceText(data.decode("latin-1"), "latin-1", [said])


_ONE_OF_TWO = message(
    "The encoding of `{file}` is not certain: as {encoding}, which was taken, it says"
    " {words}, as {other} {others}. Say which is right with --encoding."
)
_UNKNOWN = message(
    "The encoding of `{file}` is not known: as {encoding}, which was taken, it says"
    " {words}. Say which is right with --encoding."
)


def _said_of(guess: EncodingGuess, file: str) -> Message:
    if guess.is_sure:
        return message(
            "`{file}` is not UTF-8 and was read as {encoding}; give another with --encoding.",
            file=file,
            encoding=guess.encoding,
        )
    said = _UNKNOWN
    if guess.rival:
        said = _ONE_OF_TWO.with_fields(other=guess.rival, others=shorten(guess.rival_words))
    return said.with_fields(file=file, encoding=guess.encoding, words=shorten(guess.words))


def doubts_encoding(said: Message) -> bool:
    """Whether a warning says that a file's encoding is not certain."""
    return said.template in (_ONE_OF_TWO.template, _UNKNOWN.template)


def encode_like(text: str, encoding: str, file: Path) -> bytes:
    """A file's text as bytes again, with the mark and the order of bytes that the file has.

    Args:
        text: without the mark.
        encoding: that the file was read by, as `SourceText` names it.
        file: what `text` is to replace, not compressed.

    Raises:
        UnicodeEncodeError: for letters that the encoding lacks.
        OSError: when the file cannot be read.
    """
    with file.open("rb") as stream:
        head = stream.read(4)
    # Python's `utf-16` reads both orders of bytes but writes the machine's alone.
    mark = next((m for m, name in _BOMS if name == encoding and head.startswith(m)), b"")
    if encoding in ("utf-16", "utf-32") and mark:
        big = mark in (codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)
        return mark + text.encode(f"{encoding}-{'be' if big else 'le'}")
    return text.encode(encoding)


def _decode_as(data: bytes, encoding: str, source: Path) -> str:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        reason = error.reason if isinstance(error, UnicodeDecodeError) else str(error)
        raise UserError(
            message(
                "`{source}` is not {encoding} text: {reason}.",
                source=source,
                encoding=encoding,
                reason=reason,
            ),
            message("Save it as UTF-8 and open it again, or name its encoding with --encoding."),
            code="not_text",
        ) from error


def _utf16_without_mark(data: bytes, source: Path) -> str:
    head = data[:4096]
    # Western text in UTF-16 has a zero in every second byte.
    if not any(head[0::2]) or head[0::2].count(0) > len(head) // 4 > head[1::2].count(0):
        return "utf-16-be"
    if head[1::2].count(0) > len(head) // 4 > head[0::2].count(0):
        return "utf-16-le"
    raise UserError(
        message("`{source}` is not text.", source=source),
        message("Choose a CSV file, or a folder of images."),
        code="not_text",
    )
