"""Class names that are one word in two ways are found, and names of two things are not."""

from collections import Counter

import pytest

from lnl_gui.dataset.readers.finish import class_warnings
from lnl_gui.util.similar_names import (
    differ_in_a_letter,
    differ_in_a_number_before,
    differ_in_a_number_behind,
    differ_in_signs,
)

ONE_WORD = [
    *(("cat", "cats"), ("bus", "buses"), ("color red", "colour red"), ("aluminium", "aluminum")),
    *(("labrador", "labradors"), ("Cracked tiles", "cracked_tile")),
]
NUMBERS = [
    *(("fox", "1 fox"), ("red fox", "03_Red fox"), ("fox", "2) fox"), ("fox", "1.fox")),
    *(("fox", "fox2"), ("fox", "fox (2)"), ("red fox", "red fox_02"), ("Fox", "fox 1")),
]
NO_NUMBERS = [
    *(("1 euro", "2 euro"), ("7up", "up"), ("Boeing", "Boeing 737"), ("T", "T1"), ("a1", "a1 2")),
    *(("fox", "1"), ("fox2", "fox3"), ("1 fox", "2 fox"), ("fox", "foxes 2")),
]
TWO_SIGNS = [
    ("t-shirt", "tshirt"),
    ("[fox]", "fox"),
    ("{red} fox", "red fox"),
    ("sports car", "sports_car"),
    ("Sea Gull", "seagull"),
]
ACCENTS = [
    *(("Kaefer", "Käfer"), ("Kafer", "Käfer"), ("STRASSE", "Straße"), ("OEL", "Öl")),
    *(("KIRMIZI", "kırmızı"), ("SİYAH", "siyah"), ("İNCİ YEŞİL", "inci yeşil")),
    *(("smorrebrod", "smørrebrød"), ("Jalapeno Pepper", "jalapeño_pepper"), ("losos", "łosoś")),
]
TWO_THINGS = [
    *(("Stage I", "Stage II"), ("typical", "atypical"), ("symptomatic", "asymptomatic")),
    *(("normal", "abnormal"), ("male", "female"), ("type 1", "type 11"), ("a", "as")),
    *(("C", "C++"), ("1-2", "12"), ("0-9 years", "09 years"), ("as", "ass"), ("B", "BB")),
    *(("Bar", "Bär"), ("cà rốt", "cá rốt"), ("bo", "bò"), ("かき", "かぎ"), ("май", "маи")),
    *(("car", "cart"), ("plan", "plane"), ("cat", "bat"), ("left", "right"), ("class1", "class2")),
]


@pytest.mark.parametrize("pair", ONE_WORD)
def test_a_plural_and_a_letter_more(pair: tuple[str, str]) -> None:
    (found,) = differ_in_a_letter(["dog", *pair])
    assert set(found) == set(pair)
    assert differ_in_signs(pair) == []


@pytest.mark.parametrize("pair", [*TWO_SIGNS, *ACCENTS])
def test_signs_between_words(pair: tuple[str, str]) -> None:
    assert differ_in_signs(["dog", *pair]) == [pair]


@pytest.mark.parametrize(
    "pair",
    [
        *(
            ("café", "caf&eacute;"),
            ("café", "caf&#233;"),
            ("R&D", "R&amp;D"),
            ("café", "caf%C3%A9"),
        ),
        *(("dry leaf", "dry%20leaf"), ("dry leaf", "dry&nbsp;leaf"), ("a/b", "a%2Fb")),
    ],
)
def test_signs_as_web_pages_and_addresses_write_them(pair: tuple[str, str]) -> None:
    assert differ_in_signs(["dog", *pair]) == [pair]


@pytest.mark.parametrize(
    "pair",
    [("50%", "50%25x"), ("salt&pepper", "saltpepper;"), ("cat&notdog", "cat¬dog"), ("%e9", "é")],
)
def test_signs_that_are_no_escapes(pair: tuple[str, str]) -> None:
    assert differ_in_signs(pair) == []


@pytest.mark.parametrize("pair", TWO_THINGS)
def test_names_of_two_things(pair: tuple[str, str]) -> None:
    assert differ_in_signs(pair) == []
    assert differ_in_a_letter(pair) == []


@pytest.mark.parametrize("pair", NUMBERS)
def test_a_number_before_or_behind(pair: tuple[str, str]) -> None:
    names = ["dog", *pair]
    assert [*differ_in_a_number_before(names), *differ_in_a_number_behind(names)] == [pair]


@pytest.mark.parametrize("names", [*NO_NUMBERS, ("type", "type 1", "type 2")])
def test_numbers_that_tell_things_apart(names: tuple[str, ...]) -> None:
    assert [*differ_in_a_number_before(names), *differ_in_a_number_behind(names)] == []


@pytest.mark.parametrize("pair", [*ONE_WORD, *TWO_SIGNS, *ACCENTS[:2], *NUMBERS])
def test_the_import_says_so(pair: tuple[str, str]) -> None:
    names = ["dog", *pair]
    (warning,) = class_warnings(names, Counter(dict.fromkeys(names, 5)))
    assert "may be one word in two ways" in str(warning)
    assert all(name in str(warning) for name in pair)


@pytest.mark.parametrize("pair", TWO_THINGS)
def test_the_import_says_nothing_of_two_things(pair: tuple[str, str]) -> None:
    assert class_warnings(list(pair), Counter(dict.fromkeys(pair, 5))) == []
