"""Class names that nobody can tell apart by eye are said, however they came about."""

from collections import Counter

import pytest

from lnl_gui.dataset.readers.finish import class_warnings
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
    "hyphens": ("t-shirt", "t\u2010shirt"),
    "hyphen without a break": ("t-shirt", "t\u2011shirt"),
    "dash of figures": ("t-shirt", "t\u2012shirt"),
    "dash": ("t-shirt", "t\u2013shirt"),
    "minus": ("t-shirt", "t\u2212shirt"),
    "apostrophe": ("children's", "children\u2019s"),
    "apostrophe that is a letter": ("children's", "children\u02bcs"),
    "accent for an apostrophe": ("children's", "children\u00b4s"),
    "quotes": ('6" pipe', "6\u201d pipe"),
    "tab": ("hot dog", "hot\tdog"),
    "blank without a break": ("hot dog", "hot\u00a0dog"),
    "thin blank": ("hot dog", "hot\u2009dog"),
    "line": ("hot dog", "hot\ndog"),
    "tags": ("cat", "cat\U000e0061"),
}


@pytest.mark.parametrize("pair", ALIKE.values(), ids=list(ALIKE))
def test_names_that_look_alike(pair: tuple[str, str]) -> None:
    assert looks_like(pair[0]) == looks_like(pair[1])


@pytest.mark.parametrize(
    "pair",
    [
        *(("cat", "cot"), ("кошка", "собака"), ("ship", "sh\u0131p"), ("ν", "u"), ("日", "目")),
        *(("hot dog", "hotdog"), ("hot-dog", "hot dog"), ("cats", "cat's"), ("6'", '6"')),
    ],
)
def test_names_that_do_not(pair: tuple[str, str]) -> None:
    assert looks_like(pair[0]) != looks_like(pair[1])


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["t-shirt", "t\u2013shirt"], "look the same to the eye"),
        (["hot dog", "hot\tdog"], "look the same to the eye"),
        (["cat", '"cat"'], "only in quotes and other marks"),
        (["cat", "\u201ccat\u201d"], "only in quotes and other marks"),
        (["cat", "cat."], "only in quotes and other marks"),
        (["1", "-1"], ""),
        (["C", "C++", "C#"], ""),
        (["-", "_", "."], ""),
    ],
)
def test_what_is_said_of_names_that_are_nearly_the_same(names: list[str], said: str) -> None:
    warnings = class_warnings(names, Counter(dict.fromkeys(names, 5)))
    assert [said in str(warning) for warning in warnings] == ([True] if said else [])
