"""Classes that are named like ids are doubted; words, wnids and short numbers are not."""

from pathlib import Path

import pytest

from lnl_gui.dataset.readers.id_classes import id_doubts
from lnl_gui.dataset.readers.read import read_dataset
from tests.dataset.conftest import MakeImages

UUID = "ba2ed61b-a72e-46fa-950b-7e43b8f0352b"
OTHER = "E47966CB-B0FC-48EB-8EAA-247E5BEE723A"


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (UUID, OTHER),
        (f"file_16---{UUID}", f"file_19---{OTHER}"),
        (UUID.replace("-", ""), OTHER.replace("-", "")),
        ("5f8d0d55b54764421b7156c1", "crops/60a7c1b2e4b0f8a1d2c3e4f5"),
    ],
)
def test_ids_of_uploads_and_hashes_are_doubtful(one: str, two: str) -> None:
    [doubt] = map(str, id_doubts([one, two, "cat"]))
    assert one in doubt and two in doubt and "cat" not in doubt
    assert id_doubts([one, "cat", "dog"]) == []


@pytest.mark.parametrize(
    "names",
    [
        ["n01440764", "n01443537"],
        ["deadbeef", "decade"],
        ["20231129073525535202311290", "20231129073525535202311291"],
        ["abcdefabcdefabcdefabcdefabcd", "abcdefabcdefabcdefabcdefabce"],
        ["FLFR/circle", "RLRR/triangle"],
        ["accessed_facade_cafe_babe_0001", "accessed_facade_cafe_babe_0002"],
    ],
)
def test_other_names_are_not(names: list[str]) -> None:
    assert id_doubts(names) == []


def test_folders_of_single_pictures_are_no_sure_classes(
    tmp_path: Path, make_images: MakeImages
) -> None:
    paths = [f"crops/file_{at}---{UUID[:-1]}{at}/cell_{n}.png" for at in range(4) for n in range(9)]
    [doubt] = map(str, read_dataset(make_images(tmp_path / "d", paths)).suspicions)
    assert "ids of single pictures" in doubt
