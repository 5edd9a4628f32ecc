"""Masks, thumbnails and the like beside class folders are no samples."""

from collections import Counter
from pathlib import Path

import pytest

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers import read_dataset
from tests.dataset.conftest import MakeImages

CAT_DOG = [f"{name}/{name}{i}.png" for name in ("cat", "dog") for i in range(3)]


def counts(listing: Listing) -> dict[str, int]:
    return dict(Counter(record.label for record in listing.records))


def said(listing: Listing) -> str:
    return " ".join(map(str, listing.warnings))


@pytest.mark.parametrize(
    "made",
    [
        "{}_mask.png",
        "{}_mask_1.png",
        "{}-Segmentation.png",
        "{}_seg.png",
        "{}_thumb.png",
        "{}.thumbnail.jpg",
        "{} (mask).png",
        "{}_GT.png",
        "{}_ground_truth.png",
        "{}_label.png",
        "mask_{}.png",
        "thumb_{}.jpg",
    ],
)
def test_companions_beside_their_image_are_left_out_and_counted(
    tmp_path: Path, make_images: MakeImages, made: str
) -> None:
    stems = [f"{name}/{name} ({i})" for name in ("cat", "dog") for i in range(3)]
    masks = [f"{stem.partition('/')[0]}/{made.format(stem.partition('/')[2])}" for stem in stems]
    listing = read_dataset(make_images(tmp_path / "d", [*(f"{s}.png" for s in stems), *masks]))
    assert counts(listing) == {"cat": 3, "dog": 3}
    assert "such as masks and thumbnails, were left out: 6" in said(listing)
    assert listing.suspicions == []


@pytest.mark.parametrize(
    "names",
    [
        ["cat/1.png", "cat/1_2.png", "cat/1 (2).png", "cat/1_flip.png", "dog/1.png", "dog/2.png"],
        ["cat/1_mask.png", "cat/2_mask.png", "dog/1.png", "dog/2.png"],
        ["with_mask/1.png", "with_mask/1_mask.png", "without_mask/1.png", "without_mask/2.png"],
    ],
)
def test_names_alike_that_say_nothing_of_a_mask(
    tmp_path: Path, make_images: MakeImages, names: list[str]
) -> None:
    listing = read_dataset(make_images(tmp_path / "d", names))
    assert len(listing.records) == len(names)
    assert listing.suspicions == []
    assert "left out" not in said(listing)


@pytest.mark.parametrize(
    ("masks", "files"),
    [
        ("masks", ["masks/{c}{i}.png"]),
        ("trimaps", ["annotations/trimaps/{c}{i}.png"]),
        ("masks", ["masks/{c}/{c}{i}.png"]),
        ("thumbs", ["{c}/thumbs/{c}{i}.png"]),
        ("ground_truth", ["ground_truth/{c}/{c}{i}_mask.png"]),
        ("SegmentationClass", ["SegmentationClass/{c}{i}.png"]),
        ("mask", ["mask/{c}/{c}{i}.png"]),
    ],
)
@pytest.mark.parametrize("inside", ["", "images/", "set/"])
def test_folders_of_masks_are_left_out_and_named(
    tmp_path: Path, make_images: MakeImages, masks: str, files: list[str], inside: str
) -> None:
    made = [file.format(c=c, i=i) for file in files for c in ("cat", "dog") for i in range(3)]
    around = "set/" if inside == "set/" else ""
    names = [*(inside + name for name in CAT_DOG), *(around + name for name in made)]
    if inside == "images/" and masks == "thumbs":
        names = [name if "/thumbs/" not in name else inside + name for name in names]
    listing = read_dataset(make_images(tmp_path / "d", names))
    assert counts(listing) == {"cat": 3, "dog": 3}
    assert masks in said(listing) and "6 images" in said(listing)
    assert listing.suspicions == []


@pytest.mark.parametrize("masks", ["images/{}", "masks/{}", "{}/masks"])
def test_masks_of_splits(tmp_path: Path, make_images: MakeImages, masks: str) -> None:
    photos = [f"{s}/{c}/{s}{i}.png" for s in ("train", "val") for c in "ab" for i in range(2)]
    made = [
        f"{masks.format(s)}/{c}/{s}{i}.png" for s in ("train", "val") for c in "ab" for i in (0, 1)
    ]
    if masks.startswith("images"):
        photos, made = made, [name.replace("images", "masks", 1) for name in made]
    listing = read_dataset(make_images(tmp_path / "d", [*photos, *made]))
    assert counts(listing) == {"a": 4, "b": 4}
    assert {record.split for record in listing.records} == {"train", "val"}
    assert listing.suspicions == []


def test_defects_with_their_ground_truth(tmp_path: Path, make_images: MakeImages) -> None:
    names = [f"train/good/{i:03}.png" for i in range(4)]
    names += [f"test/{c}/{i:03}.png" for c in ("good", "broken") for i in range(2)]
    names += [f"ground_truth/broken/{i:03}_mask.png" for i in range(2)]
    listing = read_dataset(make_images(tmp_path / "d", names))
    assert counts(listing) == {"good": 6, "broken": 2}
    assert {record.split for record in listing.records} == {"train", "test"}


@pytest.mark.parametrize(
    "pair", [("mask", "no_mask"), ("with_mask", "without_mask"), ("Mask", "Normal")]
)
@pytest.mark.parametrize("split", ["", "train/"])
def test_people_with_masks_are_a_class(
    tmp_path: Path, make_images: MakeImages, pair: tuple[str, str], split: str
) -> None:
    classes = (*pair, "mask_weared_incorrect", "hat")
    names = [f"{split}{c}/{i}.png" for c in classes for i in range(3)]
    listing = read_dataset(make_images(tmp_path / "d", names))
    assert counts(listing) == dict.fromkeys(classes, 3)
    assert listing.suspicions == [] and "left out" not in said(listing)


@pytest.mark.parametrize(
    ("names", "doubted"),
    [
        # Which of the two the mask is of cannot be said.
        ([f"{c}/{i}.png" for c in ("cat", "dog", "masks") for i in range(5)], "`masks`"),
        ([f"{c}/{c}{i}.png" for c in ("cat", "dog", "trimaps") for i in range(5)], "`trimaps`"),
        ([f"{c}/{c}{i}.png" for c in ("cat", "dog", "heatmaps") for i in range(5)], "`heatmaps`"),
        ([f"{c}/{i}.png" for c in ("cat", "masks") for i in range(5)], "`masks`"),
        ([f"{c}/{i}.png" for c in ("cat", "cat_masks", "dog") for i in range(5)], "`cat_masks`"),
        (
            [
                f"{s}/{c}/{i}.png"
                for s in ("train", "test")
                for c in ("a", "b", "b-mask")
                for i in (1, 2)
            ],
            "`test/b-mask`, `train/b-mask`",
        ),
    ],
)
def test_a_folder_that_may_be_of_masks_is_doubtful(
    tmp_path: Path, make_images: MakeImages, names: list[str], doubted: str
) -> None:
    listing = read_dataset(make_images(tmp_path / "d", names))
    assert len(listing.records) == len(names)
    assert any("named like masks" in str(d) and doubted in str(d) for d in listing.suspicions)


@pytest.mark.parametrize(
    "classes", [("hats", "masks", "shirts"), ("mask", "hat"), ("label", "box"), ("cat", "cat mask")]
)
def test_a_class_of_things_called_so_is_not_doubtful(
    tmp_path: Path, make_images: MakeImages, classes: tuple[str, ...]
) -> None:
    names = [f"{c}/{c} {i}.png" for c in classes for i in range(5)]
    listing = read_dataset(make_images(tmp_path / "d", names))
    assert counts(listing) == dict.fromkeys(classes, 5)
    assert listing.suspicions == []


def test_a_folder_of_masks_alone_holds_classes(tmp_path: Path, make_images: MakeImages) -> None:
    listing = read_dataset(make_images(tmp_path / "d", [f"masks/{name}" for name in CAT_DOG]))
    assert counts(listing) == {"cat": 3, "dog": 3}
    assert listing.suspicions == []
