"""The space of a search: TURN's by default, read from words, refused where it is none."""

import pytest

from lnl_gui.util.constants import Constant
from lnl_gui.util.errors import UserError
from lnl_gui.util.search_space import Options, SearchRange, default_space, space_of, start_of

TURN: dict[str, Constant] = {
    "probe_optimiser": "sgd",
    "probe_learning_rate": 1e-2,
    "tuning_learning_rate": 0.5,
    "tuning_weight_decay": 0.0,
    "probe_weight_decay": 1e-3,
    "batch_size": 32,
    "tuning_epochs": 4,
    "q": 0.7,
    "view": "auto",
    "fast": True,
}


def test_the_default_is_table_7_of_turn_widened_to_the_recipes_own() -> None:
    assert default_space(TURN) == {
        "probe_optimiser": Options(("sgd", "adamw")),
        "probe_learning_rate": SearchRange(1e-5, 1e-1),
        "tuning_learning_rate": SearchRange(1e-5, 0.5),
        "tuning_weight_decay": Options((0.0, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2)),
        "probe_weight_decay": SearchRange(1e-6, 1e-2),
        "batch_size": Options((32, 64, 128)),
    }
    assert default_space({"batch_size": 256, "optimiser": "adam"}) == {
        "batch_size": Options((32, 64, 128, 256)),
        "optimiser": Options(("sgd", "adamw", "adam")),
    }


def test_what_a_person_writes_goes_before_the_default() -> None:
    changes = (("batch_size", "64"), ("tuning_epochs", "8..2"), ("q", "0.5, 0.7"))
    space = space_of(TURN, changes, words={})
    assert space["batch_size"] == Options((64,))
    assert space["tuning_epochs"] == SearchRange(2, 8)
    assert space["q"] == Options((0.5, 0.7))
    start = start_of(space, TURN)
    assert (start["batch_size"], start["tuning_epochs"], start["q"]) == (64, 4, 0.7)
    assert space_of(TURN, (("fast", "true,false"),), words={})["fast"] == Options((True, False))


def test_ranges_of_many_magnitudes_are_drawn_by_their_logarithm() -> None:
    assert SearchRange(1e-5, 1e-1).logarithmic and not SearchRange(2, 8).logarithmic
    assert not SearchRange(0.0, 1.0).logarithmic
    assert SearchRange(2, 8).whole and not SearchRange(2.0, 8.0).whole


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("tuning_epoch", "1", "Did you mean tuning_epochs"),
        ("tuning_epochs", "1..", "It is 4 now"),
        ("probe_learning_rate", "0..0.1", "between"),
        ("view", "auto,weak,none", "Known are"),
        ("q", "a..b", "It is 0.7 now"),
    ],
)
def test_what_is_no_space_is_refused(name: str, text: str, said: str) -> None:
    with pytest.raises(UserError) as raised:
        space_of(TURN, ((name, text),), words={"view": ("auto", "weak")})
    assert said in str(raised.value.hint)
