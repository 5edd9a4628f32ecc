"""Research datasets in the layouts in which they are handed out, with their official splits."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers import read_dataset
from tests.dataset.conftest import MakeImages


def write(file: Path, *lines: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def labels(listing: Listing) -> dict[str, str]:
    return {record.file.stem: record.label for record in listing.records}


def splits(listing: Listing) -> dict[str, str]:
    return {record.file.stem: record.split for record in listing.records}


def reasons(listing: Listing) -> dict[str, str]:
    return {Path(entry.path).stem: str(entry.reason) for entry in listing.skipped}


# -- FGVC Aircraft, Oxford-IIIT Pets, DTD, GTSRB, Places365, Caltech -------------------------


@pytest.mark.parametrize("inside", ["", "fgvc-aircraft-2013b/data"])
def test_aircraft(tmp_path: Path, make_images: MakeImages, inside: str) -> None:
    planes = {f"{1025794 + i}": ("707-320", "A300B4", "Boeing")[i % 2] for i in range(9)}
    root = tmp_path / "d" / inside
    make_images(root, [f"images/{n}.jpg" for n in planes])
    for number, part in enumerate(("train", "val", "test")):
        chosen = list(planes)[number::3]
        write(root / f"images_variant_{part}.txt", *(f"{n} {planes[n]}" for n in chosen))
        write(root / f"images_family_{part}.txt", *(f"{n} Boeing 707" for n in chosen))
    both = [n for i, n in enumerate(planes) if i % 3 < 2]
    write(root / "images_variant_trainval.txt", *(f"{n} {planes[n]}" for n in both))
    write(root / "images_box.txt", *(f"{n} 1 1 5 5" for n in planes))
    write(root / "variants.txt", "707-320", "A300B4")
    listing = read_dataset(tmp_path / "d")
    assert labels(listing) == planes
    assert [splits(listing)[n] for n in list(planes)[:3]] == ["train", "val", "test"]
    assert any("`family`, `manufacturer` can be chosen" in str(w) for w in listing.warnings)
    assert read_dataset(tmp_path / "d", label_column="family").class_names == ["Boeing 707"]


def test_pets(tmp_path: Path, make_images: MakeImages) -> None:
    names = [
        f"{breed}_{i}" for breed in ("Abyssinian", "american_bulldog") for i in (1, 2, 34, 100)
    ]
    root = make_images(tmp_path / "oxford-iiit-pet", [f"images/{n}.jpg" for n in names])
    rows = {n: f"{n} {1 + (n[0] == 'a')} {1 + (n[0] == 'a')} 1" for n in names}
    head = ["#Image CLASS-ID SPECIES BREED ID", "#ID: 1:37 Class ids"]
    write(root / "annotations" / "list.txt", *head, *rows.values())
    write(root / "annotations" / "trainval.txt", *list(rows.values())[::2])
    write(root / "annotations" / "test.txt", *list(rows.values())[1::2])
    listing = read_dataset(root)
    assert labels(listing) == {n: n.rpartition("_")[0] for n in names}
    assert splits(listing) == {n: ("trainval", "test")[i % 2] for i, n in enumerate(names)}
    species = read_dataset(root, label_column="species")
    assert labels(species) == {n: "dog" if n[0] == "a" else "cat" for n in names}


def test_textures(tmp_path: Path, make_images: MakeImages) -> None:
    names = [f"{kind}/{kind}_{i:04}.jpg" for kind in ("banded", "blotchy") for i in range(2, 8)]
    root = make_images(tmp_path / "dtd", [f"images/{n}" for n in names])
    for partition in (1, 2):
        for number, part in enumerate(("train", "val", "test")):
            chosen = names[(number + partition) % 3 :: 3]
            write(root / "labels" / f"{part}{partition}.txt", *chosen)
    joint = [f"{n} {n.partition('/')[0]} striped" for n in names]
    write(root / "labels" / "labels_joint_anno.txt", *joint)
    listing = read_dataset(root)
    assert (
        all(r.label == r.file.parent.name for r in listing.records) and len(listing.records) == 12
    )
    assert [splits(listing)[Path(n).stem] for n in names[:3]] == ["test", "train", "val"]
    assert any("first of the ten partitions" in str(w) for w in listing.warnings)


@pytest.mark.parametrize(
    ("train", "test_csv"),
    [
        ("GTSRB/Final_Training/Images", "GTSRB/GT-final_test.csv"),
        ("GTSRB/Training", "GT-final_test.csv"),
        ("GTSRB/Final_Training/Images", "GTSRB/Final_Test/Images/GT-final_test.csv"),
    ],
)
def test_traffic_signs(tmp_path: Path, make_images: MakeImages, train: str, test_csv: str) -> None:
    head = "Filename;Width;Height;Roi.X1;Roi.Y1;Roi.X2;Roi.Y2;ClassId"
    root = tmp_path / "d"
    for kind in (0, 14):
        names = [f"{i:05}_0000{i}.ppm" for i in range(4)]
        make_images(root, [f"{train}/{kind:05}/{n}" for n in names])
        rows = [f"{n};29;30;5;6;24;25;{kind}" for n in names]
        write(root / train / f"{kind:05}" / f"GT-{kind:05}.csv", head, *rows)
    names = [f"{i:05}.ppm" for i in range(6)]
    make_images(root, [f"GTSRB/Final_Test/Images/{n}" for n in names])
    write(root / test_csv, head, *(f"{n};5;5;1;1;4;4;{14 * (i % 2)}" for i, n in enumerate(names)))
    listing = read_dataset(root)
    found = Counter((r.split, r.label) for r in listing.records)
    assert found == {("train", "0"): 4, ("train", "14"): 4, ("test", "0"): 3, ("test", "14"): 3}
    assert all(
        int(r.label) == int(r.file.parent.name) for r in listing.records if r.split == "train"
    )


def _named_signs(root: Path, make_images: MakeImages, numbers: dict[str, int]) -> None:
    """Training folders called by names, and the truth of the test images by numbers."""
    head = "Filename;Width;Height;Roi.X1;Roi.Y1;Roi.X2;Roi.Y2;ClassId"
    for folder, number in numbers.items():
        names = [f"00000_{i:05}.ppm" for i in range(4)]
        make_images(root / "Final_Training" / "Images" / folder, names)
        rows = [f"{n};29;30;5;6;24;25;{number}" for n in names]
        write(root / "Final_Training" / "Images" / folder / f"GT-{number:05}.csv", head, *rows)
    tests = [f"{i:05}.ppm" for i in range(6)]
    make_images(root / "Final_Test" / "Images", tests)
    rows = [f"{n};5;5;1;1;4;4;{i % 2}" for i, n in enumerate(tests)]
    write(root / "Final_Test" / "Images" / "GT-final_test.csv", head, *rows)


def test_traffic_signs_in_named_folders(tmp_path: Path, make_images: MakeImages) -> None:
    _named_signs(tmp_path / "d", make_images, {"stopp": 0, "100_kmh": 1})
    listing = read_dataset(tmp_path / "d")
    found = Counter((r.split, r.label) for r in listing.records)
    assert found == {
        ("train", "stopp"): 4,
        ("train", "100_kmh"): 4,
        ("test", "stopp"): 3,
        ("test", "100_kmh"): 3,
    }
    assert all(r.label == r.file.parent.name for r in listing.records if r.split == "train")
    assert (listing.skipped, listing.suspicions) == ([], [])


def test_two_folders_of_one_number_of_signs_name_no_class(
    tmp_path: Path, make_images: MakeImages
) -> None:
    _named_signs(tmp_path / "d", make_images, {"stopp": 0, "100_kmh": 1, "halt": 0})
    listing = read_dataset(tmp_path / "d")
    assert Counter(r.label for r in listing.records) == {"0": 11, "1": 7}


def test_places(tmp_path: Path, make_images: MakeImages) -> None:
    kinds = ["airfield", "airplane_cabin"]
    root = make_images(
        tmp_path / "d",
        [f"data_256/a/{kind}/{i:08}.jpg" for kind in kinds for i in (1, 2)]
        + [f"val_256/Places365_val_{i:08}.jpg" for i in range(1, 5)],
    )
    rows = [f"/a/{kind}/{i:08}.jpg {n}" for n, kind in enumerate(kinds) for i in (1, 2)]
    write(root / "places365_train_standard.txt", *rows)
    rows = [f"Places365_val_{i:08}.jpg {i % 2}" for i in range(1, 5)]
    write(root / "places365_val.txt", *rows)
    write(root / "categories_places365.txt", *(f"/a/{kind} {n}" for n, kind in enumerate(kinds)))
    listing = read_dataset(root)
    assert listing.class_names == ["airfield", "airplane_cabin"]
    for record in listing.records:
        if "val" in record.path:
            assert record.label == kinds[int(record.file.stem[-1]) % 2] and "val" in record.split
        else:
            assert record.label == record.file.parent.name and "train" in record.split


def test_caltech(tmp_path: Path, make_images: MakeImages) -> None:
    kinds = ["accordion", "BACKGROUND_Google", "Faces_easy"]
    names = [f"{kind}/image_{i:04}.jpg" for kind in kinds for i in range(1, 5)]
    root = make_images(tmp_path / "d", [f"101_ObjectCategories/{n}" for n in names])
    (root / "Annotations" / "accordion").mkdir(parents=True)
    (root / "Annotations" / "accordion" / "annotation_0001.mat").write_bytes(b"MATLAB 5.0 ...")
    listing = read_dataset(root)
    assert set(listing.class_names) == set(kinds) and listing.suspicions == []


# -- MATLAB files ----------------------------------------------------------------------------


def test_flowers(tmp_path: Path, make_images: MakeImages) -> None:
    savemat = pytest.importorskip("scipy.io").savemat
    root = make_images(tmp_path / "d", [f"jpg/image_{i:05}.jpg" for i in range(1, 13)])
    numbers = np.array([[1 + i % 3 * 50 for i in range(12)]], np.uint8)
    savemat(root / "imagelabels.mat", {"labels": numbers})
    sets = {"trnid": [[1, 2, 3, 4]], "valid": [[5, 6, 7, 8]], "tstid": [[9, 10, 11, 12]]}
    savemat(root / "setid.mat", {k: np.array(v, np.uint16) for k, v in sets.items()})
    listing = read_dataset(root)
    assert listing.class_names == ["1", "51", "101"]
    assert [r.label for r in listing.records] == [str(n) for n in numbers[0]]
    assert [r.split for r in listing.records] == ["train"] * 4 + ["valid"] * 4 + ["test"] * 4
    (root / "imagelabels.mat").write_bytes(b"nothing of the kind")
    with pytest.raises(Exception, match="cannot be read as a MATLAB file"):
        read_dataset(root)


def cars(file: Path, rows: list[tuple[str, int]], *, labelled: bool = True) -> None:
    savemat = pytest.importorskip("scipy.io").savemat
    fields = [(f"bbox_{k}", object) for k in ("x1", "y1", "x2", "y2")]
    fields += [("class", object)] * labelled + [("fname", object)]
    made = np.zeros((1, len(rows)), fields)
    for at, (name, number) in enumerate(rows):
        made[0, at] = (1, 1, 5, 5, *([number] * labelled), name)
    file.parent.mkdir(parents=True, exist_ok=True)
    savemat(file, {"annotations": made})


@pytest.mark.parametrize("with_test", [True, False])
def test_cars(tmp_path: Path, make_images: MakeImages, with_test: bool) -> None:
    savemat = pytest.importorskip("scipy.io").savemat
    names = [f"{i:05}.jpg" for i in range(1, 7)]
    root = make_images(
        tmp_path / "d", [f"cars_{part}/{n}" for part in ("train", "test") for n in names]
    )
    kinds = ["AM General Hummer SUV 2000", "Acura RL Sedan 2012"]
    (root / "devkit").mkdir()
    savemat(root / "devkit" / "cars_meta.mat", {"class_names": np.array([kinds], object)})
    rows = [(n, 1 + i % 2) for i, n in enumerate(names)]
    cars(root / "devkit" / "cars_train_annos.mat", rows)
    cars(root / "devkit" / "cars_test_annos.mat", rows, labelled=False)
    if with_test:
        cars(root / "cars_test_annos_withlabels.mat", rows)
    listing = read_dataset(root)
    for record in listing.records:
        number = int(record.file.stem)
        known = record.split == "train" or with_test
        assert record.label == (kinds[(number - 1) % 2] if known else "")
        assert record.file.parent.name == f"cars_{record.split}"
    assert len(listing.records) == 12


def test_dogs(tmp_path: Path, make_images: MakeImages) -> None:
    savemat = pytest.importorskip("scipy.io").savemat
    kinds = ["n02085620-Chihuahua", "n02085782-Japanese_spaniel"]
    names = [f"{kind}/{kind[:9]}_{i}.jpg" for kind in kinds for i in range(4)]
    root = make_images(tmp_path / "d", [f"Images/{n}" for n in names])
    (root / "lists").mkdir()
    for number, part in enumerate(("train", "test")):
        chosen = np.array([[n] for n in names[number::2]], object)
        savemat(root / "lists" / f"{part}_list.mat", {"file_list": chosen, "labels": [[1], [2]]})
    listing = read_dataset(root)
    assert listing.class_names == kinds
    assert Counter(r.split for r in listing.records) == {"train": 4, "test": 4}
    assert all(r.label == r.file.parent.name for r in listing.records)


# -- ImageNet --------------------------------------------------------------------------------

SYNSETS = ["n01440764", "n01443537", "n02119789"]
WORDS = ["tench, Tinca tinca", "goldfish, Carassius auratus", "kit fox, Vulpes macrotis"]
CHALLENGE = {"n02119789": 1, "n01440764": 449, "n01443537": 442}
"""The challenge's numbers are in another order than the synsets."""


def imagenet(root: Path, make_images: MakeImages) -> dict[str, str]:
    """Training folders, flat validation images; the synset of each of the latter."""
    make_images(root, [f"train/{code}/{code}_{i}.JPEG" for code in SYNSETS for i in range(4)])
    found = {f"ILSVRC2012_val_{i:08}": SYNSETS[i % 3] for i in range(1, 7)}
    make_images(root, [f"val/{name}.JPEG" for name in found])
    return found


def check(listing: Listing, truth: dict[str, str]) -> None:
    words = dict(zip(SYNSETS, WORDS, strict=True))
    assert listing.class_names == [words[code] for code in SYNSETS]
    for record in listing.records:
        code = truth.get(record.file.stem) or record.file.parent.name
        assert record.label == words[code]
        assert record.split == ("val" if record.file.stem in truth else "train")
    assert len(listing.records) == 12 + len(truth)


def test_imagenet_of_kaggle(tmp_path: Path, make_images: MakeImages) -> None:
    truth = imagenet(tmp_path / "ILSVRC" / "Data" / "CLS-LOC", make_images)
    rows = [f"{n},{code} 85 1 499 272 {code} 3 4 9 9 " for n, code in truth.items()]
    write(tmp_path / "LOC_val_solution.csv", "ImageId,PredictionString", *rows)
    mapping = [f"{code} {words}" for code, words in zip(SYNSETS, WORDS, strict=True)]
    write(tmp_path / "LOC_synset_mapping.txt", *mapping)
    check(read_dataset(tmp_path / "ILSVRC" / "Data" / "CLS-LOC"), truth)
    check(read_dataset(tmp_path / "ILSVRC"), truth)
    check(read_dataset(tmp_path), truth)


@pytest.mark.parametrize("devkit", ["meta.mat", "map_clsloc.txt"])
def test_imagenet_with_its_development_kit(
    tmp_path: Path, make_images: MakeImages, devkit: str
) -> None:
    root = tmp_path / "imagenet"
    truth = imagenet(root, make_images)
    data = root / "ILSVRC2012_devkit_t12" / "data"
    numbers = [str(CHALLENGE[code]) for code in truth.values()]
    write(data / "ILSVRC2012_validation_ground_truth.txt", *numbers)
    words = [f"{code} {words}" for code, words in zip(SYNSETS, WORDS, strict=True)]
    write(root / "synset_words.txt", *words)
    blind = read_dataset(root)
    assert {n for n in truth if "meta.mat" in reasons(blind)[n]} == set(truth)
    assert len(blind.records) == 12
    if devkit == "map_clsloc.txt":
        write(data / devkit, *(f"{code} {n} word" for code, n in CHALLENGE.items()))
    else:
        savemat = pytest.importorskip("scipy.io").savemat
        fields = [("ILSVRC2012_ID", object), ("WNID", object), ("words", object)]
        made = np.zeros((3, 1), fields)
        for at, (code, number) in enumerate(CHALLENGE.items()):
            made[at, 0] = (number, code, WORDS[SYNSETS.index(code)])
        savemat(data / devkit, {"synsets": made})
    check(read_dataset(root), truth)


# -- Open Images, PASCAL VOC -----------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "oidv6-"])
def test_open_images(tmp_path: Path, make_images: MakeImages, prefix: str) -> None:
    names = {"000002b66c9c498e": "cat", "000002b97e5471a0": "dog", "000002c707c9895e": "dog"}
    root = make_images(
        tmp_path / "d", [f"train/{n}.jpg" for n in names] + ["train/0000071d71a0.jpg"]
    )
    make_images(root, ["validation/0001eeaf4aed.jpg"])
    codes = {"cat": "/m/01yrx", "dog": "/m/0bt9lr"}
    write(root / "class-descriptions.csv", "/m/01yrx,Cat", "/m/0bt9lr,Dog", "/m/011k07,Tortoise")
    head = "ImageID,Source,LabelName,Confidence"
    rows = [f"{n},verification,{codes[c]},1" for n, c in names.items()]
    rows.append("000002b66c9c498e,verification,/m/0bt9lr,0")
    rows.append("000002b66c9c498e,crowdsource-verification,/m/01yrx,1.0")
    rows += [f"0000071d71a0,verification,{code},1" for code in codes.values()]
    rows += ["ffffffffffff,verification,/m/01yrx,1", "ffffffffffff,verification,/m/0bt9lr,1"]
    write(root / f"{prefix}train-annotations-human-imagelabels.csv", head, *rows)
    rows = ["0001eeaf4aed,verification,/m/01yrx,0"]
    write(root / "validation-annotations-human-imagelabels.csv", head, *rows)
    guessed = ["000002b66c9c498e,machine,/m/011k07,0.9"]
    write(root / "train-annotations-machine-imagelabels.csv", head, *guessed)
    listing = read_dataset(root)
    assert labels(listing) == {n: c.title() for n, c in names.items()} | {"0001eeaf4aed": ""}
    assert reasons(listing) == {"0000071d71a0": "several labels: `Cat`, `Dog`"}
    assert splits(listing)["0001eeaf4aed"] == "validation"
    assert any("not here: 1" in str(w) for w in listing.warnings)


def test_open_images_as_datumaro_writes_it(tmp_path: Path, make_images: MakeImages) -> None:
    """A part called val, and images by their paths; of the same names in both parts."""
    names = [f"batch{i}/0{i}" for i in range(3)]
    parts = {"train": ["cat", "dog", "cat"], "val": ["dog", "cat", "dog"]}
    root = make_images(tmp_path / "d", [f"images/{p}/{name}.png" for p in parts for name in names])
    for part, shown in parts.items():
        rows = [f"{name},,/m/{n},1.0" for name, n in zip(names, shown, strict=True)]
        file = root / "annotations" / f"{part}-annotations-human-imagelabels.csv"
        write(file, "ImageID,Source,LabelName,Confidence", *rows)
    write(root / "annotations" / "class-descriptions.csv", "/m/cat,cat", "/m/dog,dog")
    listing = read_dataset(root)
    assert {r.path: (r.label, r.split) for r in listing.records} == {
        f"images/{part}/{name}.png": (label, part)
        for part, shown in parts.items()
        for name, label in zip(names, shown, strict=True)
    }


def test_lists_of_images_in_folders_as_datumaro_writes_them(
    tmp_path: Path, make_images: MakeImages
) -> None:
    """The folders are no classes; names with blanks stand in quotation marks without ending."""
    names = [f"d{i % 2}/im {i:02}" for i in range(8)]
    shown = [("cat", "dog")[i // 4] for i in range(8)]
    root = make_images(tmp_path / "d", [f"images/{name}.png" for name in names])
    write(root / "synsets.txt", "cat", "dog")
    rows = [f'"{n}".png {("cat", "dog").index(c)}' for n, c in zip(names, shown, strict=True)]
    write(root / "train.txt", *rows)
    found = {"/".join(r.path.split("/")[-2:]): r.label for r in read_dataset(root).records}
    assert found == {f"{n}.png": c for n, c in zip(names, shown, strict=True)}
    voc = make_images(tmp_path / "voc", [f"JPEGImages/{name}.png" for name in names])
    for kind in ("cat", "dog"):
        rows = [f"{n} {1 if c == kind else -1}" for n, c in zip(names, shown, strict=True)]
        write(voc / "ImageSets" / "Main" / f"{kind}_train.txt", *rows)
    found = {r.path: r.label for r in read_dataset(voc).records}
    assert found == {f"JPEGImages/{n}.png": c for n, c in zip(names, shown, strict=True)}


@pytest.mark.parametrize("inside", ["", "VOC2012", "VOCdevkit/VOC2012"])
def test_voc_image_sets(tmp_path: Path, make_images: MakeImages, inside: str) -> None:
    home = tmp_path / "d" / inside
    names = [f"2008_00000{i}" for i in range(8)]
    make_images(home, [f"JPEGImages/{n}.jpg" for n in names])
    main = home / "ImageSets" / "Main"
    shown = {n: ("cat", "dog")[i % 2] for i, n in enumerate(names)}
    for split, chosen in (("train", names[:4]), ("val", names[4:]), ("trainval", names)):
        write(main / f"{split}.txt", *chosen)
        for kind in ("cat", "dog"):
            rows = []
            for n in chosen:
                mark = " 1" if shown[n] == kind else "-1"
                # The first is hard to see as a dog; the second holds both.
                mark = " 0" if n == names[0] and kind == "dog" else mark
                mark = " 1" if n == names[1] else mark
                rows.append(f"{n} {mark}")
            write(main / f"{kind}_{split}.txt", *rows)
    listing = read_dataset(tmp_path / "d")
    assert labels(listing) == {n: c for n, c in shown.items() if n != names[1]}
    assert reasons(listing) == {names[1]: "several labels: `cat`, `dog`"}
    assert splits(listing)[names[0]] == "train" and splits(listing)[names[7]] == "val"


def voc_xml(image: str, *kinds: str) -> str:
    things = [f"<object><name>{k}</name><bndbox><xmin>1</xmin></bndbox></object>" for k in kinds]
    return (
        f"<annotation><folder>x</folder><filename>{image}</filename>{''.join(things)}</annotation>"
    )


def test_voc_objects(tmp_path: Path, make_images: MakeImages) -> None:
    names = [f"00000{i}" for i in range(6)]
    root = make_images(tmp_path / "d", [f"JPEGImages/{n}.jpg" for n in names])
    for i, n in enumerate(names):
        kinds = ("cat", "dog") if i == 5 else (("cat", "dog")[i % 2],) * 2
        write(root / "Annotations" / f"{n}.xml", voc_xml(f"{n}.jpg", *kinds))
    write(root / "ImageSets" / "Main" / "train.txt", *names[:3])
    write(root / "ImageSets" / "Main" / "val.txt", *names[3:])
    listing = read_dataset(root)
    assert labels(listing) == {n: ("cat", "dog")[i % 2] for i, n in enumerate(names[:5])}
    assert Counter(splits(listing).values()) == {"train": 3, "val": 2}


def test_voc_of_roboflow(tmp_path: Path, make_images: MakeImages) -> None:
    """XML beside the images of each split."""
    root = make_images(
        tmp_path / "d", [f"{s}/{s}{i}.jpg" for s in ("train", "valid") for i in range(4)]
    )
    for split in ("train", "valid"):
        for i in range(4):
            write(
                root / split / f"{split}{i}.xml", voc_xml(f"{split}{i}.jpg", ("cat", "dog")[i % 2])
            )
    listing = read_dataset(root)
    assert Counter((r.split, r.label) for r in listing.records) == {
        (split, kind): 2 for split in ("train", "valid") for kind in ("cat", "dog")
    }
