"""Innermost folders that are patients, videos and the like of a class, and those that are classes.

What is right is known of each layout: which datasets are handed out so is said beside it.
"""

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from lnl_gui.dataset.readers import read_dataset
from lnl_gui.dataset.readers.folders.layout import FolderLayout, place_folders
from tests.dataset.conftest import MakeImages

AROUND = pytest.mark.parametrize("around", ["", "train/", "data/all/"])


def classes(layout: FolderLayout) -> set[str]:
    return {placed.label for placed in layout.placements.values()}


def counted_on(name: Callable[[int], str], number: int = 12) -> list[str]:
    """Folders of two classes, numbered from 1 without a number in both."""
    return [f"{'ill' if i <= number else 'healthy'}/{name(i)}" for i in range(1, 2 * number + 1)]


def drawn(number: int) -> str:
    return str(uuid.UUID(int=number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128))


SUBJECTS = {
    "patients renamed by Windows (COVID-CTset)": counted_on("Patient ({})".format),
    "only numbers in brackets": counted_on("({})".format),
    "patients whose numbers come in both": [
        *(f"ill/patient {i}" for i in range(10)),
        *(f"healthy/patient {i}" for i in range(8, 30)),
    ],
    "two sides of patients": [
        f"{('ill', 'healthy')[i // 4]}/Probe {i} {side}" for i in range(8) for side in ("l", "r")
    ],
    "patients in any order": counted_on(lambda i: f"case{i * 37}"),
    "bare numbers": counted_on(str),
    "bare numbers with zeros": counted_on("{:04}".format),
    "drawn": counted_on(drawn),
    "hashes": counted_on(lambda i: drawn(i).replace("-", "")),
    "identifiers of DICOM": counted_on(lambda i: f"1.2.840.113619.2.5.{i * 1762583153}.{i}"),
    "clips (UCF-101)": [
        f"{name}/v_{name}_g{group:02}_c{clip:02}"
        for name in ("ApplyLipstick", "Archery")
        for group in range(1, 5)
        for clip in (1, 2)
    ],
    "clips (KTH)": [
        f"{name}/person{person:02}_{name}_d{scene}"
        for name in ("boxing", "handwaving")
        for person in range(1, 6)
        for scene in (1, 2)
    ],
    "the class and a number": [f"{c}/{c}_{i:03}" for c in ("covid", "0") for i in range(1, 5)],
    "a word that is not known": counted_on("mouse{}".format),
}


@AROUND
@pytest.mark.parametrize("folders", SUBJECTS.values(), ids=SUBJECTS)
def test_subjects_are_no_classes(folders: list[str], around: str) -> None:
    layout = place_folders([around + folder for folder in folders])
    assert classes(layout) == {folder.partition("/")[0] for folder in folders}
    assert not layout.suspicions
    assert any("no classes of their own" in str(warning) for warning in layout.warnings)


def inside(**names: str) -> list[str]:
    return [f"{outer}/{name}" for outer, inner in names.items() for name in inner.split(",")]


CLASSES = {
    "models of cars": inside(audi="A1,A3,A4,A6,A8", mercedes="C200,E300,S500", bmw="320i,520i,X5"),
    "their makes in them": inside(mazda="mazda2,mazda3,mazda6", fiat="Fiat 124,Fiat 500,Fiat 600"),
    "with years (Stanford Cars)": inside(
        Audi="Audi A4 2012,Audi A5 Coupe 2012,Audi S6 2011", BMW="BMW X3 2012,BMW M6 2010"
    ),
    "aircraft (FGVC)": inside(
        Boeing="Boeing 707,Boeing 727,Boeing 737,Boeing 747,Boeing 767",
        Airbus="Airbus A310,Airbus A319,Airbus A320,Airbus A340,Airbus A380",
    ),
    "their variants": [
        *(f"Boeing 737/737-{number}" for number in range(200, 1000, 100)),
        *(f"A340/A340-{number}" for number in range(200, 700, 100)),
    ],
    "phones": [
        *(f"iPhone/iPhone {number}" for number in (8, 11, 12, 13, 14)),
        *(f"Galaxy/Galaxy S{number}" for number in (9, 10, 20, 21, 22)),
    ],
    "cameras": inside(nikon="D3100,D3200,D5300,D7500", sony="A6000,A6300,A6400,A7000"),
    "products": [
        f"{outer}/sku{first + 7 * i}"
        for outer, first in (("shoes", 10001), ("bags", 20013))
        for i in range(8)
    ],
    "superclasses of ImageNet": inside(
        animal="n01443537,n01629819,n01641577", vehicle="n03594945,n04285008,n04487081"
    ),
    "superclasses of CIFAR-10": inside(vehicle="0,1,8,9", animal="2,3,4,5,6,7"),
    "superclasses of CIFAR-100": [f"super{chr(97 + i // 5)}/{i * 37 % 100}" for i in range(100)],
    "species without a name": inside(Quercus="sp1,sp2,sp3", Acer="sp4,sp5,sp6"),
    "with their genus": inside(Quercus="Quercus_sp1,Quercus_sp2", Acer="Acer sp. 1,Acer sp. 2"),
    "genus and species": inside(Quercus="Quercus robur,Quercus alba", Acer="Acer rubrum"),
    "courses": inside(math="math101,math102,math201", physics="physics110,physics120"),
    "lessons": [f"{'algebra' if i < 7 else 'geometry'}/lesson{i:02}" for i in range(1, 13)],
    "traffic signs": inside(danger="101,110,123", speed="30,50,80"),
    "more cameras": inside(
        nikon="D3100,D3200,D5300,D7500,D7200", sony="A6000,A6300,A6400,A7000,A6600"
    ),
    "series of cars": inside(
        bmw="X1,X2,X3,X4,X5,X6,X7", audi="Q2,Q3,Q4,Q5,Q6,Q7,Q8", volvo="S40,S60,S80"
    ),
    "graphics cards": inside(
        nvidia="GTX1060,GTX1070,GTX1080,RTX2070,RTX2080", amd="RX5500,RX5600,RX5700,RX6700,RX6800"
    ),
    "trucks": inside(ford="F150,F250,F350,F450,F550", ram="R1500,R2500,R3500,R4500,R5500"),
    "versions": inside(linux="v2.6.1,v2.6.2,v3.0.1", mac="v10.1.1,v10.2.1,v10.2.2"),
    "processors": inside(intel="i7-9700K,i7-9750H,i5-9400F", amd="R7-3700X,R5-3600X,R9-3900X"),
    "screws": inside(screws="M3x10,M3x16,M4x10,M5x20", bolts="M6x20,M8x30,M8x40,M10x60"),
    "coins": inside(coins="1 cent,2 cent,5 cent,10 cent", notes="5 euro,10 euro,20 euro"),
    "cards": inside(hearts="2H,3H,4H,5H,6H,7H", spades="2S,3S,4S,5S,6S,7S"),
    "planes": inside(fighter="F14,F15,F16", bomber="B1,B2,B52"),
    "vintages": inside(
        Rioja="2010 vintage,2012 vintage,2014 vintage",
        Barolo="2009 vintage,2011 vintage,2013 vintage",
    ),
    "few models": inside(bmw="X1,X2", audi="Q2,Q3,Q5"),
    "phones one after the other": [
        f"{outer}/{outer[0]}{number}"
        for outer, first in (("iPhone", 11), ("Galaxy", 20))
        for number in range(first, first + 6)
    ],
    "scripts": [f"{'Greek' if i < 25 else 'Latin'}/character{i:02}" for i in range(1, 51)],
    "words": inside(animal="cat,dog", vehicle="car,truck"),
}


@AROUND
@pytest.mark.parametrize("folders", CLASSES.values(), ids=CLASSES)
def test_classes_of_two_levels_stay(folders: list[str], around: str) -> None:
    layout = place_folders([around + folder for folder in folders])
    assert classes(layout) == set(folders)
    assert layout.suspicions == layout.warnings == []


DOUBTFUL = {
    "slides (TCGA)": counted_on(lambda i: f"TCGA-{'ABCDEFGH'[i % 8]}{i % 3}-{1000 + i * 77}"),
    "serial numbers": counted_on("SN{:04}A".format),
    "slides with letters among digits (TCGA)": counted_on(
        lambda i: f"TCGA-A{i % 9}-A{i % 10}{'TBXQ'[i % 4]}{i * 7 % 10}"
    ),
    "wells": [
        f"{name}/{row}{i:02}" for name, row in zip("xy", "AB", strict=True) for i in range(1, 13)
    ],
    "few wells": inside(control="A01,A02", treated="B01,B02,B03"),
    "lots": [f"{name}/L{2300 + i}{name[0]}" for name in ("good", "bad") for i in range(8)],
    "lots of three digits": [
        f"{name}/{name[0]}{first + i}"
        for name, first in (("ok", 340), ("ng", 710))
        for i in range(6)
    ],
    "a prefix for each class": [
        f"{name}/{name[:2].upper()}{i:04}" for name in ("covid", "normal") for i in range(9)
    ],
    "a letter of the class behind": [
        f"{c}/P{i:03}{c[0]}" for c in ("ill", "healthy") for i in range(9)
    ],
    "slides of years": [
        f"{name}/S{year}-{1000 + 7 * i}"
        for name, year in (("ill", 20), ("healthy", 21))
        for i in range(8)
    ],
    "short identifiers of DICOM": [f"{'ab'[c]}/1.2.840.{c}.{i}" for c in (0, 1) for i in range(8)],
    "bar codes of five digits": [
        f"{name}/{letter}{(i * 7919 + 10007) % 90000 + 10000}"
        for name, letter in zip("ab", "QX", strict=True)
        for i in range(8)
    ],
    "short codes": counted_on(lambda i: f"{i * 2654435761 % 2**32:08x}"),
    "number, sex and age": counted_on(lambda i: f"{i:03}_{'MF'[i % 2]}_{40 + i % 7}"),
    "files of a camera": counted_on("DSC{:05}_MP4".format),
    "few numbers": counted_on(str, 4),
    "long numbers": counted_on(lambda i: str(10000 + i * 731 % 8999)),
    "numbers of one row": [f"{('ill', 'healthy')[i % 7 % 2]}/{i}" for i in range(1, 40)],
    "clips of many forms (HMDB)": [
        f"{name}/April_{i:02}_{name}_{'u' * i}_np1_goo_{i % 2}"
        for name in ("brush_hair", "cartwheel")
        for i in range(6)
    ],
    "a few of the class": [f"{c}/{c}{i}" for c in ("cat", "dog") for i in range(1, 4)],
    "rooms": inside(**{"floor a": "room 101,room 102", "floor b": "room 201,room 202"}),
}


@AROUND
@pytest.mark.parametrize("folders", DOUBTFUL.values(), ids=DOUBTFUL)
def test_what_may_be_either_is_asked_with_the_level_of_the_other(
    folders: list[str], around: str
) -> None:
    folders = [around + folder for folder in folders]
    layout = place_folders(folders)
    (doubt,) = map(str, layout.suspicions)
    level = int(doubt.rpartition("--class-level ")[2].removesuffix("."))
    other = classes(place_folders(folders, class_level=level))
    outer, inner = ({folder.split("/")[at] for folder in folders} for at in (-2, -1))
    were_classes = "/" in classes(layout).pop()
    assert other == (outer if were_classes else inner)


@pytest.mark.parametrize("name", ["Patient ({})", "subject {}", "{:032x}"])
def test_subjects_of_most_folders_are_asked_about_as_any_such_names(name: str) -> None:
    folders = [f"{site}/{name.format(i + 10)}" for site in ("site a", "site b") for i in range(6)]
    (doubt,) = map(str, place_folders(folders).suspicions)
    assert doubt.startswith("The same folder names")


def test_a_dataset_of_clips_has_the_classes_of_its_actions(
    tmp_path: Path, make_images: MakeImages
) -> None:
    paths = [
        f"{part}/{name}/v_{name}_g{group:02}_c01/frame{frame}.jpg"
        for part, groups in (("train", (1, 2, 3)), ("test", (4, 5)))
        for name in ("Archery", "Bowling")
        for group in groups
        for frame in range(3)
    ]
    listing = read_dataset(make_images(tmp_path / "d", paths))
    assert listing.class_names == ["Archery", "Bowling"]
    assert listing.suspicions == []


@AROUND
@pytest.mark.parametrize(
    "name", ["{}_images", "images_{}", "{} photos", "{}-data", "{}s", "{}", "raw_{}_resized"]
)
def test_a_folder_named_as_that_around_it_is_no_class(name: str, around: str) -> None:
    layout = place_folders([f"{around}{c}/{name.format(c)}" for c in ("cat", "polar_bear")])
    assert classes(layout) == {"cat", "polar_bear"}
    assert not layout.suspicions


@pytest.mark.parametrize("name", ["big {}", "{} terrestris", "not {}", "{}_sitting"])
def test_a_name_that_says_more_than_that_around_it_stays(name: str) -> None:
    folders = [f"{c}/{name.format(c)}" for c in ("cat", "dog")]
    assert classes(place_folders(folders)) == set(folders)
