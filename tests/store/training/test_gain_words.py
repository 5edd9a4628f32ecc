"""What cleaning gained is said with its figures, and with where they come from."""

from dataclasses import replace

from lnl_gui.store.training import gain_words
from lnl_gui.store.training.gain import Gain
from lnl_gui.util.statistics.intervals import Estimate

ESTIMATED = Gain(
    estimated=Estimate(0.0312, -0.0108, 0.0732),
    verified=None,
    exact=False,
    disagreements=1234,
    open=1200,
    undecidable=0,
    seen_before=0,
    corrected=20,
    degraded=10,
    p_value=None,
    compared=5678,
)
IN_PART = replace(ESTIMATED, verified=Estimate(0.0251, 0.0012, 0.049))
EXACT = replace(IN_PART, exact=True, open=0, p_value=0.0987)


def remarks(gain: Gain) -> list[str]:
    return [str(said) for said in gain_words.remarks(gain)]


def test_the_headline_gives_points_and_interval_of_what_is_known_best() -> None:
    assert str(gain_words.headline(ESTIMATED)) == (
        "Estimated: +3.1 points of accuracy through cleaning (95 % interval -1.1 to +7.3)"
    )
    for gain in (IN_PART, EXACT):
        assert str(gain_words.headline(gain)) == (
            "Verified: +2.5 points of accuracy through cleaning (95 % interval +0.1 to +4.9)"
        )
    loss = replace(EXACT, verified=Estimate(-0.1, -0.2, -0.05))
    assert "-10.0 points" in str(gain_words.headline(loss))


def test_the_basis_says_who_confirmed_how_many() -> None:
    assert "given labels of 5,678 held-out images" in str(gain_words.basis(ESTIMATED))
    assert "Nobody has confirmed them" in str(gain_words.basis(ESTIMATED))
    for gain in (ESTIMATED, replace(ESTIMATED, units=99)):
        said = str(gain_words.basis(replace(gain, decided=45)))
        assert "neither training. A person has decided on 45 of them; nobody has confirmed" in said
        assert "Nobody" not in said and "Nobody" in str(gain_words.basis(gain))
        # What was accepted unseen nobody has confirmed.
        said = str(gain_words.basis(replace(gain, decided_at_once=29)))
        assert "Nobody has confirmed them. 29 were accepted unseen or decided on with many" in said
        said = str(gain_words.basis(replace(gain, decided=45, decided_at_once=1)))
        assert "any other. 1 was accepted unseen" in said
    part = str(gain_words.basis(IN_PART))
    assert "a random part of the 1,234 held-out images" in part and "1,200 are not judged" in part
    assert "the figure is provisional" in part
    whole = str(gain_words.basis(EXACT))
    assert "all 1,234 of 5,678 held-out images" in whole
    assert "20 for cleaning, 10 against it" in whole and "p = 0.0987)" in whole


def test_where_two_models_agree_there_is_nothing_to_judge() -> None:
    alike = replace(EXACT, disagreements=0, verified=None, estimated=Estimate(0, -0.046, 0.046))
    # Nobody has verified anything there, also where an earlier version said so, or where all that
    # differs was set aside.
    former = replace(alike, verified=Estimate(0, -0.046, 0.046))
    for gain in (alike, former, replace(alike, disagreements=2, undecidable=2)):
        assert str(gain_words.headline(gain)) == (
            "Both models answer alike: +0.0 points of accuracy (95 % interval -4.6 to +4.6)"
        )
        assert str(gain_words.basis(gain)) == (
            "Both models name the same class for all 5,678 held-out images that count."
        )
    assert remarks(alike) == []


def test_what_no_verdict_changed_is_not_called_cleaning() -> None:
    for kind in (ESTIMATED, EXACT):
        gain = replace(kind, changed=63, by_verdicts=0)
        assert "accuracy through suggestions of LNL that nobody has looked at (95 %" in str(
            gain_words.headline(gain)
        )
        assert any("No verdict has changed" in said and "63" in said for said in remarks(gain))
        # Of an estimate alone, and where most of it is.
        for few, known in ((True, 0), (True, 31), (False, 32)):
            said = remarks(replace(gain, by_verdicts=known))
            assert any("may err as these" in line for line in said) == (few and kind is ESTIMATED)
        gain = replace(gain, by_verdicts=13)
        assert "through cleaning (95 %" in str(gain_words.headline(gain))
        assert any(
            "Of 63 images" in said and "13 follow a verdict" in said for said in remarks(gain)
        )
        # Where people changed all of them, or it is not on record, there is nothing to add.
        for known in (63, None):
            whole = replace(gain, by_verdicts=known)
            assert "through cleaning (95 %" in str(gain_words.headline(whole))
            assert not any("verdict" in said for said in remarks(whole))


def test_verdicts_that_were_not_blind_or_count_neither_way_are_named() -> None:
    assert remarks(EXACT) == [] and remarks(ESTIMATED) == []
    # Where no verdict counts, none of them has to be doubted.
    assert remarks(replace(ESTIMATED, seen_before=3)) == []
    found = remarks(replace(EXACT, seen_before=1, undecidable=1))
    assert found[0].startswith("1 of these verdicts was given when the suggestion was, or may")
    assert found[1] == "1 of these images was excluded or left unsure and counts neither way."
    found = remarks(replace(EXACT, seen_before=1020, undecidable=3000))
    assert found[0].startswith("1,020 of these verdicts were given when the suggestion")
    assert found[1] == "3,000 of these images were excluded or left unsure and count neither way."
    assert remarks(replace(ESTIMATED, undecidable=2)) == [
        "2 of these images were excluded or left unsure and count neither way."
    ]


def test_what_a_part_has_verified_stands_beside_what_is_estimated_of_all() -> None:
    assert remarks(IN_PART) == ["Estimated on all: +3.1 points (-1.1 to +7.3)."]


def test_labels_that_may_have_the_error_that_was_repaired_are_named() -> None:
    (said,) = remarks(replace(ESTIMATED, further=0.0312))
    assert "the same errors that people repaired" in said and "up to 3.1 points more" in said
    assert "Judge the 1,200 held-out images" in said
    # What is judged hides nothing, and what rounds to 0 is not said.
    assert remarks(replace(EXACT, further=0.02)) == remarks(replace(ESTIMATED, further=4e-4)) == []


def test_the_invitation_counts_what_nobody_has_judged() -> None:
    assert str(gain_words.invitation(replace(ESTIMATED, open=1))) == (
        "1 held-out image decides whether cleaning helped."
    )
    assert str(gain_words.invitation(ESTIMATED)) == (
        "1,200 held-out images decide whether cleaning helped."
    )
    assert "Train again to compare" in str(gain_words.of_an_earlier_version())


def test_of_nothing_that_was_cleaned_no_gain_is_claimed() -> None:
    for gain in (ESTIMATED, replace(EXACT, verified=None, p_value=None, disagreements=0)):
        said = replace(gain, changed=0)
        assert str(gain_words.headline(said)).startswith("Nothing was cleaned")
        assert "same labels" in str(gain_words.basis(said))
        assert gain_words.invitation(said) is None and remarks(said) == []
    for known in (None, 3):
        assert "Estimated" in str(gain_words.headline(replace(ESTIMATED, changed=known)))
        assert gain_words.invitation(replace(ESTIMATED, changed=known)) is not None


def test_groups_that_count_as_one_are_counted_in_the_sentence() -> None:
    estimated = replace(ESTIMATED, units=60)
    assert "5,678 held-out images of 60 independent groups" in str(gain_words.basis(estimated))
    assert any("count as one group" in said for said in remarks(estimated))
    assert "of 60 independent groups" in str(gain_words.basis(replace(IN_PART, units=60)))
    sure = replace(EXACT, units=60, p_value=0.0123)
    assert "more than chance explains (exact test of whole groups: p = 0.0123)" in str(
        gain_words.basis(sure)
    )
    chance = replace(sure, verified=Estimate(0.02, -0.01, 0.05))
    assert "may be chance after all" in str(gain_words.basis(chance))
    chance = replace(chance, p_value=0.3)
    assert "60 independent groups, which may be chance" in str(gain_words.basis(chance))
    for said in (sure, chance, estimated):
        assert "McNemar" not in str(gain_words.basis(said))


def test_on_too_few_groups_nothing_is_claimed() -> None:
    for gain in (ESTIMATED, IN_PART, EXACT):
        said = replace(gain, units=4)
        assert str(gain_words.headline(said)) == (
            "Nothing can be shown of a gain: the 5,678 held-out images are of 4 groups that count"
            " as one each"
        )
        assert "at least 6 groups" in str(gain_words.basis(said))
        assert gain_words.invitation(said) is None
    assert "20 for cleaning, 10 against it" in str(gain_words.basis(replace(EXACT, units=4)))


def test_classes_that_were_edited_since_are_told() -> None:
    (said,) = remarks(replace(ESTIMATED, classes_edited=True))
    assert "as they are now" in said
    (said,) = remarks(replace(ESTIMATED, classes_edited=True, not_followed=True))
    assert "before classes were merged or deleted" in said and "Train again" in said
