"""Text with what cannot be seen in it written out."""

import re


def visible(text: str) -> str:
    """The text with characters that show nothing as escapes, blanks at its ends too."""
    shown = "".join(c if c.isprintable() else _escape(c) for c in text)
    start = len(shown) - len(shown.lstrip(" "))
    end = len(shown) - len(shown.rstrip(" "))
    if start == len(shown):
        return _escape(" ") * start
    return _escape(" ") * start + shown[start : len(shown) - end] + _escape(" ") * end


# Control characters, of which a terminal takes some for commands, and marks that turn the direction
# of reading, so that `gpj.exe` looks like `exe.jpg`.
_HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)


def harmless(text: str) -> str:
    """The text with what is a command to a terminal or turns the direction of reading as escapes.

    Line feeds and tabs stay.
    """
    return _HARMFUL.sub(lambda found: _escape(found[0]), text)


def one_line(text: str) -> str:
    """The text as `harmless` gives it, with line feeds and tabs as escapes too.

    For names: one with a line feed in it would look like two.
    """
    return harmless(text).replace("\n", _escape("\n")).replace("\t", _escape("\t"))


_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def without_xml_faults(text: str) -> str:
    """The text with what no XML file can hold as escapes."""
    return _NOT_IN_XML.sub(lambda found: _escape(found[0]), text)


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
