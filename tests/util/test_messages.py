"""Messages keep their template and fields until they are shown, stored or sent."""

import json
from pathlib import PurePosixPath

import numpy as np
import pytest

from lnl_gui.util.messages import (
    NOTHING,
    Message,
    from_json,
    from_text,
    joined,
    message,
    message_n,
    to_json,
    to_text,
)

REASON = message("the file is empty")
NESTED = message("Left out {name}: {reason}", name="cat {a}", reason=REASON)
COUNTED = message_n("{count:,} of {share:.1%}", "{count:,} in {share:.1%}", 1234, share=0.125)


class Shouting:
    """A language whose texts are in capitals and whose thousands are apart by points."""

    def text(self, template: str) -> str:
        return template.replace("Left out", "LEFT OUT").replace("empty", "EMPTY")

    def plural(self, one: str, many: str, number: int) -> str:
        return f"ONE {one}" if number == 1 else f"MANY {many}"

    def number(self, text: str) -> str:
        return text.replace(",", ".")


def test_english_is_the_template_with_its_fields() -> None:
    assert str(NESTED) == "Left out cat {a}: the file is empty"
    assert str(COUNTED) == "1,234 in 12.5 %"
    assert str(message_n("{count} image", "{count} images", 1)) == "1 image"
    assert str(message("{file}", file=PurePosixPath("a/b"))) == "a/b"
    assert (bool(NOTHING), bool(REASON)) == (False, True)


def test_another_language_translates_what_is_words_and_leaves_data() -> None:
    said = message("Left out {name}: {reason}", name="empty", reason=REASON)
    assert said.filled(Shouting()) == "LEFT OUT empty: the file is EMPTY"
    assert COUNTED.filled(Shouting()) == "MANY 1.234 in 12.5%"


@pytest.mark.parametrize("said", [REASON, NESTED, COUNTED, joined([REASON, NESTED]), NOTHING])
def test_messages_come_back_as_they_were_stored(said: Message) -> None:
    assert from_json(json.loads(json.dumps(to_json(said)))) == said
    assert from_text(to_text(said)) == said


def test_numbers_of_numpy_can_be_stored() -> None:
    said = message("{a:,} {b:.1f}", a=np.int64(1234), b=np.float32(0.5))
    assert json.loads(json.dumps(to_json(said))) == {
        "template": "{a:,} {b:.1f}",
        "fields": [["a", 1234], ["b", 0.5]],
        "plural": "",
    }


@pytest.mark.parametrize("text", ["Excluded 3 samples", "{", "a {b} {}", '{"template": ', ""])
def test_sentences_of_earlier_versions_stay_as_they_are(text: str) -> None:
    assert str(from_json(text)) == str(from_text(text)) == text


@pytest.mark.parametrize(
    ("template", "shown"),
    [
        ("{a.__class__}", ""),
        ("{a[0]}", ""),
        ("{a:>999999999}", "x"),
        ("{a!r} {missing}", "x "),
        ("{a", "{a"),
        ("{a:,}", "x"),
    ],
)
def test_a_foreign_template_does_no_harm(template: str, shown: str) -> None:
    assert str(from_json({"template": template, "fields": [["a", "x"]]})) == shown


@pytest.mark.parametrize("value", [None, 3, [], {}, {"template": 3}, {"fields": [1, ["a"], "b"]}])
def test_what_is_no_message_is_shown_plainly(value: object) -> None:
    assert isinstance(str(from_json(value)), str)


def test_deep_nesting_ends() -> None:
    value: dict[str, object] = {"template": "end"}
    for _ in range(100):
        value = {"template": "{a}", "fields": [["a", value]]}
    assert str(from_json(value)) == "{a}"


def test_several_messages_are_one() -> None:
    assert joined([REASON]) == REASON
    assert str(joined([REASON, NESTED], "; ")) == (
        "the file is empty; Left out cat {a}: the file is empty"
    )
    assert (
        joined([REASON, NESTED]).filled(Shouting()).endswith("LEFT OUT cat {a}: the file is EMPTY")
    )
