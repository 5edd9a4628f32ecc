"""Words for splits, and the held-out part that a dataset brings."""

from lnl_gui.store.split_names import canonical_split, existing_holdout


def test_words_for_splits() -> None:
    words = ["Train", "training", "VAL", "valid", "validation", "dev", "test", " testing ", "fold1"]
    assert [canonical_split(word) for word in words] == (
        ["train"] * 2 + ["validation"] * 4 + ["test"] * 2 + [""]
    )


def test_existing_holdout_prefers_test_and_needs_both_sides() -> None:
    assert existing_holdout(["train", "val", "test"]).tolist() == [False, False, True]
    assert existing_holdout(["train", "valid", ""]).tolist() == [False, True, False]
    assert not existing_holdout(["test", "test"]).any()
    assert not existing_holdout(["", "fold"]).any()
    assert existing_holdout([]).shape == (0,)
