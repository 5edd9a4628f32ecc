"""A stored location comes back as it was, and no real file's name is taken for a member."""

from pathlib import Path

import pytest

from lnl_gui.containers.location import (
    Member,
    container_texts,
    location_text,
    outer_path,
    parse_location,
)

ROOT = Path("/data/set").absolute()


@pytest.mark.parametrize(
    "file",
    [
        "a.png",
        "images/a#b.png",
        "train.npz/00017",
        "train.npz#images/17",
        "array:images/1",
        "train.npz/array:images/1",
        "!/x?*.png",
        "x::y/z.png",
    ],
)
def test_a_file_stays_a_file(file: str) -> None:
    location = ROOT / file
    assert parse_location(ROOT, location_text(location, ROOT)) == location


@pytest.mark.parametrize(
    "key", ["images/00017", "x[shape=3x32x32]/1", "a//b", "a//array:b", "0+12/sub dir/ü\n.jpg", ""]
)
@pytest.mark.parametrize("container", [ROOT / "sub/train.npz", Path("/else/where.npz").absolute()])
def test_a_member_comes_back(container: Path, key: str) -> None:
    member = Member(container, "array", key)
    assert parse_location(ROOT, location_text(member, ROOT)) == member


def test_relative_inside_the_root_absolute_outside() -> None:
    assert location_text(Member(ROOT / "a.npz", "array", "x/1"), ROOT) == "a.npz//array:x/1"
    outside = Path("/else/a.npz").absolute()
    assert location_text(Member(outside, "array", "x/1"), ROOT) == f"{outside}//array:x/1"


def test_a_cell_with_two_slashes_is_a_path() -> None:
    assert parse_location(ROOT, "images//a.png") == ROOT / "images/a.png"
    assert parse_location(ROOT, "images//nokind:a.png") == ROOT / "images/nokind:a.png"


def test_names_for_files_and_people() -> None:
    assert Member(ROOT / "train.npz", "array", "images[white=1]/00017").name == "train_images_00017"
    assert Member(ROOT / "shard.tar", "array", "12+3/dir/cat.jpg").name == "cat.jpg"
    assert str(Member(Path("a.npz"), "array", "x/1")) == f"{Path('a.npz')}/x/1"
    assert outer_path(Member(Path("a.npz"), "array", "x/1")) == Path("a.npz")


def test_each_container_once() -> None:
    texts = ["a.png", "t.npz//array:x/1", "t.npz//array:x/2", "b//c.png", "/v.npz//array:x/1"]
    assert container_texts(texts) == ["t.npz", "/v.npz"]
