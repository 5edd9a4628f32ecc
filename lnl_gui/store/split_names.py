"""Names of the parts of a dataset, as people write them."""

import re
from collections.abc import Sequence

import numpy as np

_UNIONS = ("trainval", "train_val")
"""All that is not the test set, of which a validation set is still to be taken."""
_SPLIT_WORDS = {
    "train": ("train", "training", "trainset", "train_set", "trn", *_UNIONS),
    "validation": (
        *("val", "valid", "validation", "validate", "validating"),
        *("dev", "valset", "val_set"),
    ),
    "test": ("test", "testing", "testset", "test_set", "tst"),
}
_CANONICAL = {word: name for name, words in _SPLIT_WORDS.items() for word in words}


def canonical_split(name: str) -> str:
    """`train`, `validation` or `test` for the words datasets use; "" for any other word."""
    return _CANONICAL.get(name.strip().casefold(), "")


def is_union(name: str) -> bool:
    """Whether a split's name says that it is training and validation set in one."""
    return name.strip().casefold() in _UNIONS


WITHOUT_SPLIT = "without_split"
"""Folder beside those of splits for what is in none; no other tool takes it for a class."""


def is_without_split(name: str) -> bool:
    """Whether a folder holds what an export found in no split."""
    return name.strip().casefold() == WITHOUT_SPLIT


_TOKENS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_LOOSE = {
    "eval": "validation",
    "evaluation": "validation",
    "holdout": "test",
    "crossval": "validation",
    **dict.fromkeys(("trainingsdaten", "trainingsmenge", "trainingsset"), "train"),
    **dict.fromkeys(("validierung", "validierungsdaten", "validierungsmenge"), "validation"),
    **dict.fromkeys(("testdaten", "testmenge"), "test"),
    **dict.fromkeys(("entrainement", "apprentissage", "entrenamiento"), "train"),
    **dict.fromkeys(("validacion", "validazione"), "validation"),
}
"""Words that no dataset's own files use, German, French, Spanish and Italian ones among them."""
_FOLD_WORDS = frozenset({"fold", "cv", "kfold"})


def split_in_name(name: str) -> str:
    """The split that a word inside a name says: `train` for `seg_train`, `train2017`, `Train Set`.

    Looser than `canonical_split`: a class may be called `train station`, so what holds the name
    must confirm it. "" where no part is named, or more than one.
    """
    strict = canonical_split(name)
    if strict:
        return strict
    words = [token.casefold() for token in _TOKENS.findall(name)]
    found = {_CANONICAL.get(word) or _LOOSE.get(word, "") for word in words} - {""}
    return found.pop() if len(found) == 1 else ""


def split_word(*names: str) -> str:
    """The first word that says a split, as it stands there: `val` in `imagenet_val-000012.tar`.

    Names are looked at in turn; "" where none has such a word.
    """
    words = (word for name in names for word in _LETTERS.findall(name))
    return next(filter(split_in_name, words), "")


def is_part_name(name: str) -> bool:
    """Whether a name may be that of a part of a dataset: a split, or a numbered fold."""
    if split_in_name(name):
        return True
    words = [token.casefold() for token in _TOKENS.findall(name)]
    return len(words) == 2 and words[0] in _FOLD_WORDS and words[1].isdigit()


def is_part_folder(name: str) -> bool:
    """Whether a folder may hold a part of a dataset, or what an export found in none."""
    return is_part_name(name) or is_without_split(name)


def existing_holdout(splits: Sequence[str]) -> np.ndarray:
    """The held-out part a dataset brings: its test samples, or else its validation samples.

    Args:
        splits: N split names as they came ("" where there is none).

    Returns:
        (N,) bool, all False when the dataset has no usable split: there must be samples on
        both sides.
    """
    # Each name once, however many samples bear it.
    meaning = {name: split_in_name(name) for name in set(splits)}
    # 10 characters hold `validation`, the longest.
    names = np.array([meaning[name] for name in splits], dtype="U10")
    for held_out in ("test", "validation"):
        mask = names == held_out
        if mask.any() and not mask.all():
            return mask
    return np.zeros(len(names), dtype=bool)
