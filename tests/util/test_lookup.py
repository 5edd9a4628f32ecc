"""Lookup by name: what is found, and what is said of a name that is not."""

from dataclasses import dataclass

import pytest

from lnl_gui.detect.detectors.registry import describe_detector
from lnl_gui.learn.recipes.registry import find_recipe
from lnl_gui.util.errors import UserError
from lnl_gui.util.lookup import by_name, find_by_name
from lnl_gui.util.messages import message


@dataclass(frozen=True)
class Entry:
    name: str
    origin: str


ERROR = message("No such thing.")


def test_of_two_with_one_name_the_first_is_taken() -> None:
    table = by_name([Entry("a", "ours"), Entry("b", "ours"), Entry("a", "theirs")])
    assert list(table) == ["a", "b"]
    assert find_by_name("a", table, error=ERROR, code="none").origin == "ours"


def test_an_unknown_name_brings_the_nearest_and_all() -> None:
    table = by_name([Entry("neighbours", ""), Entry("turtle", "")])
    with pytest.raises(UserError) as caught:
        find_by_name("neighbors", table, error=ERROR, code="none", also=["plain:LOSS"])
    assert caught.value.code == "none" and caught.value.message == ERROR
    assert str(caught.value.hint) == (
        "Did you mean neighbours? Known are neighbours, turtle, plain:LOSS."
    )
    with pytest.raises(UserError) as caught:
        find_by_name("xyz", table, error=ERROR, code="none")
    assert str(caught.value.hint) == "Known are neighbours, turtle."


def test_registries_keep_their_codes() -> None:
    with pytest.raises(UserError) as caught:
        describe_detector("turtel")
    assert caught.value.code == "unknown_detector" and "turtle?" in str(caught.value.hint)
    with pytest.raises(UserError) as caught:
        find_recipe("quik")
    assert caught.value.code == "unknown_recipe" and "plain:LOSS" in str(caught.value.hint)
