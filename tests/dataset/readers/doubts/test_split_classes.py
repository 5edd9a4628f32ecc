"""Parts of a dataset whose classes are not the same."""

from pathlib import Path

import pytest

from lnl_gui.dataset.readers import read_dataset
from tests.dataset.conftest import MakeImages

Parts = dict[str, dict[str, int]]


def places(parts: Parts) -> list[str]:
    return [
        f"{part}/{name}/{part}{k}.png"
        for part, classes in parts.items()
        for name, number in classes.items()
        for k in range(number)
    ]


@pytest.mark.parametrize(
    "parts",
    [
        {"train": {"normal": 4, "ill_left.lobe_T2": 4}, "test": {"normal": 4, "ill": 4}},
        {"train": {"cats": 4, "dogs": 4}, "test": {"cat": 4, "dog": 4}},
        {"train": {"t-shirt": 4, "x": 4}, "val": {"x": 4, "tshirt": 4}},
        {"train": {"car": 9, "x": 9}, "val": {"truck": 9, "x": 9}},
        # The one has numbers or codes for the names of the other.
        {"train": {"0": 4, "1": 4, "2": 4}, "test": {"cat": 4, "dog": 4, "cow": 4}},
        {"train": {"01_cat": 4, "02_dog": 4}, "test": {"cat": 4, "dog": 4}},
        {"train": {"n01443537": 4, "n01629819": 4}, "test": {"goldfish": 4, "salamander": 4}},
        {"train": {"cat": 4, "dog": 4}, "test": {"class 1": 4, "class 2": 4}},
        {"train": {"1": 4, "2": 4, "3": 4}, "test": {"01": 4, "02": 4, "03": 4}},
    ],
)
@pytest.mark.parametrize("by", ["folders", "column"])
def test_parts_that_each_have_a_class_of_their_own(
    tmp_path: Path, make_images: MakeImages, parts: Parts, by: str
) -> None:
    paths = places(parts)
    if by == "folders":
        root = make_images(tmp_path / "d", paths)
    else:
        names = [path.replace("/", "_") for path in paths]
        root = make_images(tmp_path / "d", names)
        rows = [
            ",".join([name, *reversed(path.split("/")[:2])])
            for name, path in zip(names, paths, strict=True)
        ]
        (root / "labels.csv").write_text("\n".join(["file,label,split", *rows]), encoding="utf-8")
    (doubt,) = read_dataset(root).suspicions
    (_, first), (_, second) = parts.items()
    for name in {*first} ^ {*second}:
        assert f"`{name}`" in str(doubt)


@pytest.mark.parametrize(
    "parts",
    [
        {"train": {"cat": 8, "dog": 8, "rare": 4}, "test": {"cat": 2, "dog": 2}},
        # Of classes that are rare one part has some and the other has others.
        {"train": {"cat": 20, "dog": 20, "emu": 1}, "test": {"cat": 5, "dog": 5, "yak": 1}},
        # Other classes are to be learned from few images.
        {"train": {"cat": 8, "dog": 8}, "test": {"emu": 8, "yak": 8}},
        {"train": {"n01": 8, "n02": 8}, "test": {"n03": 8, "n04": 8}},
        {"train": {"1": 8, "2": 8}, "test": {"11": 8, "12": 8}},
        {"train": {"1 euro": 8, "5 euro": 8}, "test": {"2 euro": 8, "10 euro": 8}},
        {"train": {"A320": 8, "737": 8}, "test": {"747": 8, "Concorde": 8}},
        {"train": {"n01443537": 8, "n01629819": 8}, "test": {"n01641577": 8, "n01644900": 8}},
        {"fold_0": {"cat": 8, "dogs": 8}, "fold_1": {"cat": 8, "dogs": 8}},
    ],
)
def test_parts_with_other_classes_for_good_reason(
    tmp_path: Path, make_images: MakeImages, parts: Parts
) -> None:
    assert not read_dataset(make_images(tmp_path / "d", places(parts))).suspicions


@pytest.mark.parametrize(
    ("parts", "is_said"),
    [
        ({"train": {"cat": 8, "dog": 8}, "test": {"Katze": 4, "Hund": 4}}, True),
        ({"train": {"cat": 8, "dog": 8}, "val": {"cat": 4, "dog": 4}, "test": {"Hund": 4}}, True),
        ({"train": {"cat": 8, "dog": 8}, "test": {"cat": 4, "dog": 4}}, False),
        ({"train": {"cat": 20, "dog": 20, "emu": 1}, "test": {"cat": 5, "yak": 1}}, False),
        ({"train": {"cat": 8, "dog": 8}}, False),
    ],
)
def test_parts_without_a_class_in_common_are_noted_once(
    tmp_path: Path, make_images: MakeImages, parts: Parts, is_said: bool
) -> None:
    listing = read_dataset(make_images(tmp_path / "d", places(parts)))
    said = [str(note) for note in listing.warnings if "share no class" in str(note)]
    assert len(said) == is_said and not listing.suspicions
    if is_said:
        assert "`train`" in said[0] and "`test`" in said[0] and "`Hund`" in said[0]
