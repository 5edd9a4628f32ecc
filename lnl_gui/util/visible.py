"""Text with what cannot be seen in it written out."""


def visible(text: str) -> str:
    """The text with characters that show nothing as escapes, blanks at its ends too."""
    shown = "".join(c if c.isprintable() else _escape(c) for c in text)
    start = len(shown) - len(shown.lstrip(" "))
    end = len(shown) - len(shown.rstrip(" "))
    if start == len(shown):
        return _escape(" ") * start
    return _escape(" ") * start + shown[start : len(shown) - end] + _escape(" ") * end


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
