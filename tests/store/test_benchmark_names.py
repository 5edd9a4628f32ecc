"""Noise as KIND:RATE, read and written."""

import pytest

from lnl_gui.store.benchmark_names import KINDS, Noise, parse_noise, parse_noises
from lnl_gui.util.errors import UserError


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rate", [0.0, 0.2, 0.125])
def test_what_is_written_is_read_again(kind: str, rate: float) -> None:
    noise = Noise(kind, rate)
    assert parse_noise(noise.text) == noise
    assert noise.is_random == (rate > 0)


def test_label_sets_that_came_have_no_rate() -> None:
    assert parse_noise("given") == Noise("given")
    assert parse_noise("worse", label_sets=("worse",)) == Noise("worse")
    assert (str(Noise("worse")), str(Noise("pair", 0.1))) == ("worse", "pair 10 %")
    assert not Noise("worse").is_random and Noise("worse").text == "worse"


@pytest.mark.parametrize(
    "text",
    ["love:0.2", "symmetric", "symmetric:1.5", "symmetric:1", "pair:-0.1", "pair:x", "given"],
)
def test_noises_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(UserError) as raised:
        parse_noises([text], truth_known=False)
    assert str(raised.value.hint)


def test_the_labels_as_they_came_need_the_truth() -> None:
    assert parse_noises(["given", "pair:0"], truth_known=True) == [Noise("given"), Noise("pair")]
