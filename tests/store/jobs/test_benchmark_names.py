"""Noise as KIND:RATE, read and written."""

import pytest

from lnl_gui.store.jobs.benchmark_names import KINDS, Noise, parse_noise, parse_noises
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
    [
        "love:0.2",
        "symmetric:0.2",
        "symmetric_exclusive",
        "symmetric_exclusive:1.5",
        "symmetric_exclusive:1",
        "pair:-0.1",
        "pair:x",
        "pair@next:0.2",
        "given",
    ],
)
def test_noises_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(UserError) as raised:
        parse_noises([text], truth_known=False)
    assert str(raised.value.hint)


def test_asymmetric_noise_says_which_class_is_mistaken_for_which() -> None:
    noise = parse_noise(r"asymmetric@C:\maps\pairs.csv:0.4")
    assert (noise.family, noise.class_map, noise.rate) == ("asymmetric", r"C:\maps\pairs.csv", 0.4)
    assert parse_noise(noise.text) == noise and noise.is_random
    assert parse_noise("asymmetric@next:0.4") == parse_noise("asymmetric:0.4")
    assert parse_noise("asymmetric:0.4").class_map == "next"
    assert str(parse_noise("asymmetric@most-confused:0.4")) == "asymmetric@most-confused 40 %"


def test_the_labels_as_they_came_need_the_truth() -> None:
    assert parse_noises(["given", "pair:0"], truth_known=True) == [Noise("given"), Noise("pair")]
