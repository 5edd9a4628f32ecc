"""Parts of the report as they are printed: tables alone, which Qt's printing of HTML knows."""

from collections.abc import Sequence

STYLE = """
body { color: #1b1f24; font-family: sans-serif; font-size: 9pt; }
h1 { font-size: 17pt; } h2 { font-size: 12pt; margin-top: 16px; }
.quiet { color: #59626d; }
th, td { padding: 2px 8px 2px 0; text-align: left; vertical-align: middle; }
"""
_ACROSS, _PICTURES = 4, 5
_WIDTH = 150


def figures(entries: Sequence[tuple[str, str]]) -> str:
    """Numbers and what they count, both escaped, four in a line."""
    cells = [
        f'<td width="25%" bgcolor="#f4f6f8"><big><b>{number}</b></big><br>{name}</td>'
        for number, name in entries
    ]
    return _lines(cells, _ACROSS, "100%")


def bar(rate: float, high: float, largest: float) -> str:
    """A bar from zero to the estimate, and on to the upper end of its interval."""
    shares = (rate / largest, max(0.0, high - rate) / largest)
    dark, pale = (round(_WIDTH * share) for share in shares)
    parts = [("#0072b2", dark), ("#9ccbe6", pale), ("#f4f6f8", max(0, _WIDTH - dark - pale))]
    cells = "".join(
        f'<td width="{width}" bgcolor="{colour}"></td>' for colour, width in parts if width
    )
    return (
        f'<table width="{_WIDTH}" cellspacing="0" cellpadding="0"><tr height="8">{cells}</tr>'
        "</table>"
    )


def pictures(entries: Sequence[str]) -> str:
    """Pictures with their captions, five in a line."""
    width = 100 // _PICTURES
    cells = [f'<td width="{width}%" valign="top">{entry}</td>' for entry in entries]
    return _lines(cells, _PICTURES, "100%")


def _lines(cells: Sequence[str], across: int, width: str) -> str:
    lines = "".join(
        f"<tr>{''.join(cells[start : start + across])}</tr>"
        for start in range(0, len(cells), across)
    )
    return f'<table width="{width}" cellspacing="6" cellpadding="5">{lines}</table>'
