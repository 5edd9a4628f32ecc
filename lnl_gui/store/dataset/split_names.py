"""Names of the parts of a dataset, as people write them."""

import re
import unicodedata
from collections.abc import Sequence

import numpy as np

_UNIONS = ("trainval", "train_val")
"""All that is not the test set, of which a validation set is still to be taken."""
_SPLIT_WORDS = {
    "train": ("train", "training", "trainset", "train_set", "trn", *_UNIONS),
    "validation": (
        *("val", "valid", "validation", "validate", "validating"),
        *("dev", "valset", "val_set", "vld"),
    ),
    "test": ("test", "testing", "testset", "test_set", "tst"),
}
_CANONICAL = {word: name for name, words in _SPLIT_WORDS.items() for word in words}
_OTHER_LANGUAGES = {
    "train": (
        *("trainingsdaten", "trainingsmenge", "trainingsset", "lernen", "lerndaten", "trainieren"),
        *("lernmenge", "lernset"),
        *("entrainement", "apprentissage", "entrenamiento", "entreno", "treino", "treinamento"),
        *("addestramento", "allenamento", "trainen", "träning", "træning", "trening"),
        *("treningowe", "treningowy", "uczenie", "trénování", "trénovací", "egitim", "eğitim"),
        *("обучение", "обучающая", "обучающий", "тренировка", "тренировочная", "тренировочный"),
        *("训练", "训练集", "训练数据", "訓練", "訓練集", "訓練資料"),
        *("学習", "学習用", "学習データ", "訓練用", "訓練データ", "トレーニング"),
        *("훈련", "훈련용", "훈련데이터", "학습", "학습용", "학습데이터"),
    ),
    "validation": (
        *("validierung", "validierungsdaten", "validierungsmenge", "validacion", "validazione"),
        *("convalida", "validação", "validatie", "validering", "walidacja", "walidacyjne"),
        *("walidacyjny", "validace", "validační", "doğrulama"),
        *("валидация", "валидационная", "валидационный", "проверка", "проверочная"),
        *("验证", "验证集", "验证数据", "驗證", "驗證集", "驗證資料"),
        *("検証", "検証用", "検証データ", "バリデーション", "검증", "검증용", "검증데이터"),
    ),
    "test": (
        *("testdaten", "testmenge", "prüfung", "prüfen", "pruefung", "pruefen", "prüfdaten"),
        *("prüfmenge", "pruefmenge", "prüfset"),
        *("essai", "essais", "prueba", "pruebas", "prova", "teste", "testes", "testen"),
        *("testowe", "testowy", "testowanie", "testování", "testovací", "teszt", "testi"),
        *("тест", "тестовая", "тестовый", "тестирование"),
        *("测试", "测试集", "测试数据", "測試", "測試集", "測試資料"),
        *("テスト", "テスト用", "テストデータ", "테스트", "테스트용", "테스트데이터"),
    ),
}
"""Words that no dataset's own files use, in the languages that people name folders in."""


def _plain(text: str) -> str:
    """The letters without their marks, as they are written where a keyboard has none."""
    if text.isascii():
        return text
    letters = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


_OTHER_WORDS = {_plain(word): name for name, words in _OTHER_LANGUAGES.items() for word in words}


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
    **_OTHER_WORDS,
}
"""Words that hold only where something confirms them."""
_OTHERS = re.compile(r"[^\W\d_a-zA-Z]+")
"""Words of other letters, which have no humps."""
_FOLD_WORDS = frozenset({"fold", "cv", "kfold"})


def split_in_name(name: str) -> str:
    """The split that a word inside a name says: `train` for `seg_train`, `train2017`, `Train Set`.

    Looser than `canonical_split`: a class may be called `train station`, so what holds the name
    must confirm it. "" where no part is named, or more than one.
    """
    strict = canonical_split(name)
    if strict:
        return strict
    plain = _plain(name)
    words = [token.casefold() for token in (*_TOKENS.findall(plain), *_OTHERS.findall(plain))]
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
