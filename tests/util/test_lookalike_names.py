"""Class names that nobody can tell apart by eye are said, however they came about."""

import pytest

from lnl_gui.util.class_names import looks_like

ALIKE = {
    "soft hyphen": ("cat", "c\u00adat"),
    "cyrillic a and c": ("cat", "\u0441\u0430t"),
    "greek capital": ("Ant", "\u0391nt"),
    "wide letters": ("cat", "\uff43\uff41\uff54"),
    "form selector": ("cat", "cat\ufe0f"),
    "filler that is a letter": ("cat", "cat\u3164"),
    "joiner of graphemes": ("cat", "ca\u034ft"),
    "two blanks": ("hot dog", "hot  dog"),
    "decomposed": ("café", "cafe\u0301"),
    "tags": ("cat", "cat\U000e0061"),
}


@pytest.mark.parametrize("pair", ALIKE.values(), ids=list(ALIKE))
def test_names_that_look_alike(pair: tuple[str, str]) -> None:
    assert looks_like(pair[0]) == looks_like(pair[1])


@pytest.mark.parametrize(
    "pair", [("cat", "cot"), ("кошка", "собака"), ("ship", "sh\u0131p"), ("ν", "u"), ("日", "目")]
)
def test_names_that_do_not(pair: tuple[str, str]) -> None:
    assert looks_like(pair[0]) != looks_like(pair[1])
