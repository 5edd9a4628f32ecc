"""Words for splits, and the held-out part that a dataset brings."""

import pytest

from lnl_gui.store.dataset.split_names import (
    canonical_split,
    existing_holdout,
    is_part_name,
    split_in_name,
    split_word,
)


def test_words_for_splits() -> None:
    words = ["Train", "training", "VAL", "valid", "validation", "dev", "test", " testing ", "fold1"]
    assert [canonical_split(word) for word in words] == (
        ["train"] * 2 + ["validation"] * 4 + ["test"] * 2 + [""]
    )


def test_the_word_for_a_split_in_a_file_s_name() -> None:
    assert split_word("imagenet_val-000012.tar") == "val"
    assert split_word("birds-00000-of-00002", "Holdout set") == "Holdout"
    assert split_word("train-00001", "test") == "train"
    assert split_word("birds", "shards") == split_word() == ""


def test_existing_holdout_prefers_test_and_needs_both_sides() -> None:
    assert existing_holdout(["train", "val", "test"]).tolist() == [False, False, True]
    assert existing_holdout(["train", "valid", ""]).tolist() == [False, True, False]
    assert not existing_holdout(["test", "test"]).any()
    assert not existing_holdout(["", "fold"]).any()
    assert existing_holdout([]).shape == (0,)


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("training_set", "train"),
        ("seg_train", "train"),
        ("train2017", "train"),
        ("TrainImages", "train"),
        ("Test Set", "test"),
        ("clean_val", "validation"),
        ("eval", "validation"),
        ("Trainingsdaten", "train"),
        ("Validierung", "validation"),
        ("Testdaten", "test"),
        ("entrainement", "train"),
        ("Entraînement", "train"),
        ("Entrai\u0302nement", "train"),  # as macOS hands it out
        ("conjunto de validação", "validation"),
        ("datos_prueba", "test"),
        ("训练集", "train"),
        ("测试数据", "test"),
        ("検証データ", "validation"),
        ("훈련용 이미지", "train"),
        ("Тест", "test"),
        ("Тестостерон", ""),
        ("学習者", ""),
        ("träger", ""),
        ("trainierte Modelle", ""),
        ("pretrained", ""),
        ("train_test", ""),
        ("latest", ""),
        ("cat", ""),
    ],
)
def test_split_words_inside_names(name: str, split: str) -> None:
    assert split_in_name(name) == split


def test_folds_are_parts_without_being_held_out() -> None:
    assert is_part_name("fold_0") and is_part_name("Fold 3") and is_part_name("kfold12")
    for other in ("fold", "3", "3 fold", "fold_a", "fold 1 of 3", "cat 3", ""):
        assert not is_part_name(other), other
    assert is_part_name("seg_train") and is_part_name("holdout")
    assert split_in_name("fold_0") == ""
