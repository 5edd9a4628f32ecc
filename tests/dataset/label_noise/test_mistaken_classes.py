"""Which class is mistaken for which: published maps by class name, files, and what is refused."""

from pathlib import Path

import numpy as np
import pytest

from lnl_gui.dataset.label_noise.mistaken_classes import CIFAR100_COARSE, class_map_named
from lnl_gui.util.errors import UserError

CIFAR10 = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]


def test_cifar10_pairs_go_by_name_whatever_the_order() -> None:
    names = ["Truck", *CIFAR10[:-1]]
    found = class_map_named("cifar10-pairs", 10, class_names=names)
    moved = {names[k]: names[v] for k, v in enumerate(found) if k != v}
    assert moved == {
        "Truck": "automobile",
        "bird": "airplane",
        "deer": "horse",
        "cat": "dog",
        "dog": "cat",
    }
    numbered = class_map_named("cifar10-pairs", 10, class_names=list("0123456789"))
    assert {k: v for k, v in enumerate(numbered.tolist()) if k != v} == {
        9: 1,
        2: 0,
        4: 7,
        3: 5,
        5: 3,
    }
    with pytest.raises(UserError, match="airplane"):
        class_map_named("cifar10-pairs", 2, class_names=["cat", "dog"])


def test_superclasses_have_five_classes_that_follow_one_another() -> None:
    assert np.bincount(CIFAR100_COARSE).tolist() == [5] * 20
    found = class_map_named("cifar100-superclass", 100)
    coarse = np.array(CIFAR100_COARSE)
    assert (coarse[found] == coarse).all() and (found != np.arange(100)).all()
    # beaver, dolphin, otter, seal, whale: the aquatic mammals.
    assert [int(found[k]) for k in (4, 30, 55, 72, 95)] == [30, 55, 72, 95, 4]
    with pytest.raises(UserError, match="100 classes"):
        class_map_named("cifar100-superclass", 10)


def test_the_most_confused_class_is_the_largest_off_the_diagonal() -> None:
    confusion = np.array([[9, 1, 3], [0, 5, 0], [4, 2, 1]])
    assert class_map_named("most-confused", 3, confusion=lambda: confusion).tolist() == [2, 2, 0]


@pytest.mark.parametrize(
    "text", ["cat,dog\ndog,cat\n", "cat -> dog\ndog -> cat", '{"cat": "dog", "dog": "cat"}']
)
def test_a_file_names_the_classes(text: str, tmp_path: Path) -> None:
    file = tmp_path / "map.txt"
    file.write_text(text, encoding="utf-8")
    found = class_map_named(str(file), 3, class_names=["cat", "dog", "fish"])
    assert found.tolist() == [1, 0, 2]


@pytest.mark.parametrize("text", ["cat", '{"cat": "horse"}', "[1", "\x00\xff"])
def test_a_file_that_does_not_fit_is_named(text: str, tmp_path: Path) -> None:
    file = tmp_path / "map.txt"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(UserError):
        class_map_named(str(file), 2, class_names=["cat", "dog"])
    with pytest.raises(UserError, match="neither a map") as raised:
        class_map_named("cifar10-pair", 2, class_names=["cat", "dog"])
    assert "cifar10-pairs" in str(raised.value.hint)
