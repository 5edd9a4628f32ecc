"""Numbers of images that are learnt from, by hand, and what is said where they are too few."""

from lnl_gui.store.jobs.parameters import GIVEN_LABEL, LEFT_OUT
from lnl_gui.store.training.training_size import TrainingSize, size_limit, too_few


def test_of_a_large_set_no_more_than_five_thousand_are_held_out() -> None:
    size = TrainingSize(drawn=(100_000, 10_000), part=100_000)
    assert size.learnt(0.2, GIVEN_LABEL) == 95_000
    assert size.learnt(0.2, LEFT_OUT) == 85_500
    assert size.learnt(0.01, GIVEN_LABEL) == 99_000


def test_what_was_set_aside_counts_among_what_is_held_out() -> None:
    # A tenth of 1 000 is held out; of the 900 that are left 800 can be learnt from.
    size = TrainingSize(drawn=(800, 0), others=(50, 20), part=1000)
    assert size.learnt(0.1, GIVEN_LABEL) == 50 + 720
    assert size.learnt(0.1, LEFT_OUT) == 30 + 720


def test_a_test_split_is_held_out_as_a_whole_whatever_is_asked_for() -> None:
    size = TrainingSize(drawn=(190, 5), others=(600, 60), part=200, own_split=True)
    assert size.learnt(0.5, GIVEN_LABEL) == 600
    assert size.learnt(0.1, LEFT_OUT) == 540


def test_the_least_itself_is_enough() -> None:
    assert too_few(500, 500) is None
    said = str(too_few(500, 499))
    assert said.startswith(str(size_limit(500))[:-1]) and "499" in said
