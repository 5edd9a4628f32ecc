"""Which folders are splits, which are classes, and which are neither."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from lnl_gui.dataset.readers import read_dataset
from lnl_gui.dataset.readers.folders.layout import Placement, place_folders
from lnl_gui.util.errors import UserError
from tests.dataset.conftest import MakeImages


def classes(folders: Iterable[str], **options: int) -> set[str]:
    return {placed.label for placed in place_folders(folders, **options).placements.values()}


def splits(folders: Iterable[str]) -> set[str]:
    return {placed.split for placed in place_folders(folders).placements.values()}


@pytest.mark.parametrize(
    "parts",
    [
        ("training_set", "test_set"),
        ("train", "eval"),
        ("images_train", "images_val"),
        ("noisy_train", "clean_val", "clean_test"),
        ("train2017", "val2017"),
        ("trainval", "test"),
        ("Train_Val", "Test"),
        ("fold_0", "fold_1", "fold_2"),
        ("dogs-train", "dogs-holdout"),
        ("data/TrainData", "data/TestData"),
        ("entrenamiento", "validación", "prueba"),
        ("treino", "teste"),
        ("trening", "test"),
        ("trainen", "testen"),
        ("训练集", "验证集", "测试集"),
        ("学習", "テスト"),
        ("훈련", "테스트"),
        ("обучение", "тест"),
    ],
)
def test_parts_with_the_same_classes_are_splits(parts: tuple[str, ...]) -> None:
    folders = [f"{part}/{name}" for part in parts for name in "ab"]
    layout = place_folders(folders)
    assert classes(folders) == {"a", "b"}
    assert splits(folders) == {part.rpartition("/")[2] for part in parts}
    assert layout.suspicions == []


@pytest.mark.parametrize(
    "parts",
    [
        ("train", "val"),
        ("seg_train", "seg_test"),
        ("train_images", "test_images"),
        ("01_train", "02_val", "03_test"),
        ("trn", "vld", "tst"),
        ("addestramento", "validazione", "prova"),
        ("Lernmenge", "Prüfmenge"),
        ("обучение", "тест"),
    ],
)
def test_parts_inside_each_class_are_splits(parts: tuple[str, ...]) -> None:
    folders = [f"{name}/{part}" for part in parts for name in "abc"]
    assert classes(folders) == {"a", "b", "c"}
    assert splits(folders) == set(parts)
    assert place_folders(folders).suspicions == []


@pytest.mark.parametrize("inner", [("Test 1", "Test 2"), ("train station", "test bench")])
def test_folders_inside_classes_that_only_sound_like_parts_stay(inner: tuple[str, ...]) -> None:
    once = dict(zip("ab", inner, strict=True))
    assert splits([f"{name}/{part}" for name, part in once.items()]) == {""}
    assert splits([f"{name}/Test {number}" for name in "ab" for number in (1, 2)]) == {""}


def test_a_union_beside_its_parts_is_doubtful() -> None:
    folders = [f"{part}/{name}" for part in ("train", "val", "trainval", "test") for name in "ab"]
    assert classes(folders) == {"a", "b"}
    said = str(place_folders(folders).suspicions[0])
    assert said.startswith("`trainval` probably holds the images of `train`, `val` again")


@pytest.mark.parametrize(
    "folders",
    [
        ["seg_train/seg_train/a", "seg_train/seg_train/b", "seg_test/seg_test/a"],
        ["Train/Train/a", "Train/Train/b", "Test/Test/a", "Test/Test/b"],
        ["x/train/training/a", "x/train/training/b", "x/val/validation/a"],
    ],
)
def test_doubled_split_folders_are_one_level(folders: list[str]) -> None:
    assert classes(folders) == {"a", "b"}
    assert len(splits(folders)) == 2


def test_archives_that_are_named_after_their_folder_are_one_level() -> None:
    drive = "train-20240105T101500Z-00"
    folders = [f"{drive}1/train/a", f"{drive}2/train/b", "test (1)/test/a", "test (1)/test/b"]
    layout = place_folders([*folders, "test_cropped-001/test_cropped"])
    assert layout.placements[f"{drive}2/train/b"] == Placement("b", "train")
    assert layout.placements["test (1)/test/a"] == Placement("a", "test")
    assert layout.placements["test_cropped-001/test_cropped"] == Placement("", "test_cropped")
    assert layout.suspicions == []
    assert classes(["a-001/b", "c-001/d"]) == {"a-001/b", "c-001/d"}


@pytest.mark.parametrize("other", ["static/uploads", "test_cropped/faces", "out/test"])
def test_classes_of_no_split_beside_splits_are_doubtful(other: str) -> None:
    folders = [f"{part}/{name}" for part in ("train", "test") for name in "ab"]
    [said] = place_folders([*folders, other]).suspicions[:1]
    top, _, name = other.partition("/")
    assert f"`{top}` lie beside split folders" in str(said) and f"from them: `{name}`." in str(said)
    # More images of the same classes, and parts that hold images directly, are in order.
    for more in ("extra/A", "extra", "without_split/c"):
        assert place_folders([*folders, more]).suspicions == []


@pytest.mark.parametrize("parts", [("train", "val"), ("train",)])
def test_what_an_export_found_in_no_split_is_in_none(parts: tuple[str, ...]) -> None:
    folders = [f"{part}/{name}" for part in (*parts, "without_split") for name in "ab"]
    layout = place_folders(folders)
    assert classes(folders) == {"a", "b"} and splits(folders) == {*parts, ""}
    assert layout.suspicions == [] and layout.warnings == []


def test_classes_beside_splits_that_hold_them_are_doubtful() -> None:
    folders = ["a", "B", *(f"{part}/{name}" for part in ("train", "val") for name in "ab")]
    layout = place_folders(folders)
    assert layout.placements["a"] == Placement("a", "")
    assert layout.placements["val/b"] == Placement("b", "val")
    assert len(layout.suspicions) == 1 and "`B`, `a`" in str(layout.suspicions[0])
    # More pictures that nobody has sorted, or one more split, are no classes.
    for other in ("extra", "holdout/a"):
        assert place_folders([other, *folders[2:]]).suspicions == []


def test_unsorted_images_of_a_competition_have_no_label() -> None:
    layout = place_folders(["seg_train/seg_train/a", "seg_test/seg_test/a", "seg_pred/seg_pred"])
    assert layout.placements["seg_pred/seg_pred"] == Placement("", "seg_pred")


@pytest.mark.parametrize(
    ("part", "holder"),
    [
        ("Test cases", "lung dataset"),
        ("kaggle_simpson_testset", "simpsons_dataset"),
        ("kaggle_simpson_testset/kaggle_simpson_testset", "simpsons_dataset/simpsons_dataset"),
        ("testing images", "sorted"),
        ("test", "data/all"),
        ("valset", "cells"),
    ],
)
@pytest.mark.parametrize("around", ["", "archive/"])
def test_test_images_beside_the_folder_of_the_classes(part: str, holder: str, around: str) -> None:
    layout = place_folders([f"{around}{part}", f"{around}{holder}/cat", f"{around}{holder}/dog"])
    assert layout.placements[f"{around}{part}"] == Placement("", part.partition("/")[0])
    assert {placed.label for placed in layout.placements.values()} == {"", "cat", "dog"}
    assert layout.suspicions == []


@pytest.mark.parametrize(
    "folders",
    [
        ("test tube", "lab/flask", "lab/beaker"),  # says more than that it is a test
        ("Test cases", "cat", "dog"),  # on the level of the classes
        ("test images", "animal/cat", "animal/dog", "plant/fern"),
    ],
)
def test_folders_named_like_test_images_that_may_be_classes(folders: tuple[str, ...]) -> None:
    assert folders[0] in classes(folders)


@pytest.mark.parametrize("name", ["unlabelled", "unlabeled2017", "Unlabeled", "unsup", "No Label"])
def test_folders_named_after_having_no_labels(name: str) -> None:
    layout = place_folders([name, f"{name}/part 2", "train/a", "train/b", f"train/{name}/0"])
    assert {place: (p.label, p.split) for place, p in layout.placements.items()} == {
        name: ("", ""),
        f"{name}/part 2": ("", ""),
        "train/a": ("a", "train"),
        "train/b": ("b", "train"),
        f"train/{name}/0": ("", "train"),
    }
    assert layout.warnings == layout.suspicions == []
    assert classes([f"{name}/1", "a/1", "b/1"], class_level=1) == {name, "a", "b"}


def test_images_above_a_folder_that_holds_the_rest_may_be_anything() -> None:
    layout = place_folders(["", "data/a", "data/b"])
    assert "no class folder" in str(layout.placements[""].reason)
    assert place_folders(["", "a", "b"]).placements[""] == Placement("", "")


def test_names_with_a_split_word_and_other_contents_are_classes() -> None:
    folders = ["train station/day", "train station/night", "test tube/glass", "test tube/plastic"]
    assert len(classes(folders)) == 4


@pytest.mark.parametrize(
    "inner",
    [
        ("images",),
        ("JPEGImages",),
        ("Bilder",),
        ("ima\u0301genes",),  # as macOS hands it out
        ("Teil 1", "Teil 2"),
        ("batch 1", "batch 2"),
        ("2024-01-05", "2024-02-29"),
        ("20240105", "20240106"),
        ("part_1", "part_2", "part_10"),
        ("000", "001"),
        ("batch 1/images", "batch 2/images"),
        ("session 3/2024-01-05",),
        ("100CANON", "101CANON"),
        ("100_BTCF", "102_BTCF"),
        ("DCIM/100EK113", "DCIM/101EK113"),
        ("101_0304",),
    ],
)
@pytest.mark.parametrize("around", ["", "train/", "everything/"])
def test_folders_inside_a_class_are_no_classes(inner: tuple[str, ...], around: str) -> None:
    folders = [f"{around}{name}/{part}" for name in ("cat", "dog") for part in inner]
    layout = place_folders(folders)
    assert classes(folders) == {"cat", "dog"}
    assert layout.suspicions == []
    assert any("no classes of their own" in str(warning) for warning in layout.warnings)


def test_portions_that_differ_from_class_to_class() -> None:
    assert classes(["cat/2024-01-05", "dog/2024-02-01", "dog/2024-02-02"]) == {"cat", "dog"}
    assert classes(["cat", "cat/new folder (2)", "dog"]) == {"cat", "dog"}


def test_patients_inside_a_class_are_no_classes() -> None:
    folders = [f"{('ill', 'healthy')[i % 2]}/patient{i:03}" for i in range(8)]
    assert classes(folders) == {"ill", "healthy"}
    numbered = ["animal/class 1", "animal/class 2", "vehicle/class 3"]
    assert len(classes(numbered)) == 3
    assert classes(["patient1", "patient2"]) == {"patient1", "patient2"}


def test_portions_around_the_classes() -> None:
    folders = ["batch 1/cat", "batch 1/dog", "batch 2/cat", "batch 3/bird"]
    assert classes(folders) == {"cat", "dog", "bird"}
    folders = ["DCIM/100MSDCF/cat", "DCIM/100MSDCF/dog", "DCIM/101MSDCF/bird"]
    assert classes(folders) == {"cat", "dog", "bird"}


def test_classes_that_are_numbers_stay() -> None:
    assert classes([f"{part}/{n}" for part in ("train", "test") for n in range(10)]) == set(
        map(str, range(10))
    )
    assert classes([f"{part}/{n:03}" for part in ("train", "test") for n in range(3)]) == {
        "000",
        "001",
        "002",
    }
    assert classes(["2023-01", "2023-02"]) == {"2023-01", "2023-02"}
    for names in (["10012345", "10112345"], ["100cells", "101cells"], ["740ABCDE", "321ABCDF"]):
        folders = [f"{'ab'[at]}/{name}" for at, name in enumerate(names)]
        assert classes(folders) == set(folders)


@pytest.mark.parametrize(
    "folders",
    [
        ["site a/cat", "site a/dog", "site b/cat", "site b/dog"],
        ["cat/day", "cat/night", "dog/day", "dog/night"],
        ["site a/0", "site a/1", "site b/0", "site b/1"],
        ["cat/images", "cat/masks", "dog/images", "dog/masks"],
    ],
)
def test_same_names_under_several_folders_are_doubtful(folders: list[str]) -> None:
    layout = place_folders(folders)
    assert len(layout.suspicions) == 1
    assert "The same folder names" in str(layout.suspicions[0])


def test_a_selection_of_the_classes_beside_all_of_them_is_doubtful() -> None:
    every = [f"caltech/{name}" for name in ("ant", "bass", "camera", "crab", "cup", "ewer", "ibis")]
    (doubt,) = place_folders([*every, "chosen/ant", "chosen/crab", "chosen/cup"]).suspicions
    assert "The same folder names (`ant`, `crab`, `cup`) lie under several folders" in str(doubt)
    # Two alone are alike by chance, as are few of many.
    plants = [f"{one}/{two}" for one in ("acer", "rubus") for two in ("a", "b", "c", "d", "e")]
    plants = [name if name.startswith("acer") else f"{name}x" for name in plants]
    assert not place_folders([*plants, "morus/a", "morus/b"]).suspicions
    assert not place_folders([*every, *(f"plants/{n}" for n in ("ant", "b", "c", "d"))]).suspicions


@pytest.mark.parametrize("wrapper", ["results", "output/2024", "training_plots", "docs"])
def test_all_classes_in_a_folder_of_results_are_doubtful(wrapper: str) -> None:
    folders = [f"{wrapper}/first", f"{wrapper}/second"]
    (doubt,) = place_folders(["", *folders]).suspicions
    assert "`first`, `second`" in str(doubt) and "programs keep" in str(doubt)
    for usual in ("data", "dataset", "Runners", "images"):
        assert not place_folders([f"{usual}/first", f"{usual}/second"]).suspicions


def test_nested_classes_are_not_doubtful() -> None:
    folders = ["animal/cat", "animal/dog", "vehicle/car", "vehicle/truck"]
    assert place_folders(folders).suspicions == []
    assert len(classes(folders)) == 4


def test_level_can_be_chosen() -> None:
    folders = ["", "site a/cat", "site a/dog/old", "site b/cat", "loose"]
    layout = place_folders(folders, class_level=2)
    assert Counter(placed.label for placed in layout.placements.values()) == Counter(
        {"cat": 2, "dog": 1, "": 2}
    )
    assert "above" in str(layout.placements["loose"].reason)
    split = place_folders(["x/train/cat/1", "x/test/cat/2"], class_level=3).placements
    assert {(placed.label, placed.split) for placed in split.values()} == {
        ("cat", "train"),
        ("cat", "test"),
    }


def test_level_concerns_folders_only(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "d", ["x/cat/1.png", "y/dog/1.png"])
    assert read_dataset(root, class_level=1).class_names == ["x", "y"]
    (root / "labels.csv").write_text("path,label\nx/cat/1.png,a\n")
    assert read_dataset(root, class_level=2).class_names == ["cat", "dog"]
    for source, level in ((root / "labels.csv", 1), (root, 0)):
        with pytest.raises(UserError) as caught:
            read_dataset(source, class_level=level)
        assert caught.value.code == "class_level"


@pytest.mark.parametrize("last", ["cat ", " cat", "cat\u00a0", "cat\u200b", "\u2060cat"])
def test_invisible_differences_of_folder_names(
    tmp_path: Path, make_images: MakeImages, last: str
) -> None:
    root = make_images(tmp_path / "d", ["cat/1.png", "dog/1.png", f"{last}/2.png"])
    listing = read_dataset(root)
    assert listing.class_names == ["cat", "dog"]
    assert any("do not count" in str(warning) for warning in listing.warnings)


def test_names_that_look_the_same_are_warned_of(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "d", ["black cat/1.png", "black\u200b cat/1.png", "dog/1.png"])
    assert any("same to the eye" in str(warning) for warning in read_dataset(root).warnings)


@pytest.mark.parametrize(
    ("paths", "doubt"),
    [
        (["images/{}.png", "masks/{}.png"], "named like folders of any dataset"),
        (["train/{}.png", "test/{}.png"], "named like folders of any dataset"),
        (["p{}/a.png", "q{}/b.png"], "nearly as many classes"),
        (["images/batch0/{}.png", "images/batch1/{}.png"], "named like portions of one dataset"),
        (["Teil 1/a{}.png", "Teil 2/b{}.png"], "named like portions of one dataset"),
    ],
)
def test_unlikely_classes_are_doubtful(
    tmp_path: Path, make_images: MakeImages, paths: list[str], doubt: str
) -> None:
    names = [path.format(number) for path in paths for number in range(8)]
    listing = read_dataset(make_images(tmp_path / "d", names))
    assert any(doubt in str(suspicion) for suspicion in listing.suspicions)


def test_a_vehicle_called_train_is_not_doubtful(tmp_path: Path, make_images: MakeImages) -> None:
    names = [f"{name}/{i}.png" for name in ("train", "car", "bus") for i in range(5)]
    assert read_dataset(make_images(tmp_path / "d", names)).suspicions == []


def test_one_class_called_as_a_portion_is_not_doubtful(
    tmp_path: Path, make_images: MakeImages
) -> None:
    names = [f"{name}/{i}.png" for name in ("part 1", "bolt", "class 1") for i in range(5)]
    assert read_dataset(make_images(tmp_path / "d", names)).suspicions == []


def test_two_images_a_class_are_not_doubtful(tmp_path: Path, make_images: MakeImages) -> None:
    names = [f"person {n}/{i}.png" for n in range(20) for i in range(2)]
    assert read_dataset(make_images(tmp_path / "d", names)).suspicions == []


@pytest.mark.parametrize(
    "names",
    [("тренировка", "отдых"), ("训练", "比赛"), ("prova", "gatto"), ("Lernen", "Spielen")],
)
def test_one_class_called_as_parts_are_in_another_language_is_not_doubtful(
    tmp_path: Path, make_images: MakeImages, names: tuple[str, str]
) -> None:
    paths = [f"{name}/{i}.png" for name in names for i in range(5)]
    listing = read_dataset(make_images(tmp_path / "d", paths))
    assert (set(listing.class_names), listing.suspicions) == (set(names), [])


@pytest.mark.parametrize("names", [("Lernen", "Prüfung"), ("обучение", "тест"), ("train", "dev")])
def test_images_in_parts_alone_are_doubtful(
    tmp_path: Path, make_images: MakeImages, names: tuple[str, str]
) -> None:
    paths = [f"{name}/{i}.png" for name in names for i in range(5)]
    try:
        found = [str(said) for said in read_dataset(make_images(tmp_path / "d", paths)).suspicions]
    except UserError:
        return
    assert any("named like folders of any dataset" in said for said in found)


CLASSES = ("cat", "dog", "cow")


@pytest.mark.parametrize("part", ["test", "Testing", "val", "validation", "test_set"])
@pytest.mark.parametrize("around", ["", "train_archive/data/", "animals/"])
def test_a_part_beside_the_class_folders_has_no_labels(part: str, around: str) -> None:
    folders = [f"{around}{name}" for name in (*CLASSES, part)]
    more = ["plants/fern", "plants/moss"] if around == "animals/" else []
    layout = place_folders([*folders, *more])
    assert layout.placements[f"{around}{part}"] == Placement("", part)
    others = [placed for place, placed in layout.placements.items() if part not in place]
    assert all(placed.label and not placed.split for placed in others)
    assert layout.suspicions == []
    assert any(f"have no label: `{around}{part}`." in str(said) for said in layout.warnings)


def test_all_parts_beside_the_class_folders_have_no_labels_and_are_doubtful() -> None:
    layout = place_folders([*CLASSES, "train", "test", "val"])
    assert {layout.placements[name] for name in ("train", "test", "val")} == {
        Placement("", "train"),
        Placement("", "test"),
        Placement("", "val"),
    }
    assert {layout.placements[name].label for name in CLASSES} == set(CLASSES)
    assert len(layout.suspicions) == 1 and "`test`, `train`, `val`" in str(layout.suspicions[0])


@pytest.mark.parametrize(
    "folders",
    [
        (*CLASSES, "test_images"),
        (*CLASSES, "Validation_Images"),
        (*CLASSES, "train_images"),
        ("cracked", "scratched", "dented", "valid"),
        ("pets/cat", "pets/dog", "pets/cow", "test/car"),
    ],
)
def test_classes_that_may_be_parts_are_doubtful(folders: tuple[str, ...]) -> None:
    layout = place_folders(folders)
    assert layout.placements[folders[-1]].label == folders[-1]
    assert any(f"`{folders[-1]}`" in str(said) for said in layout.suspicions)


@pytest.mark.parametrize(
    "names",
    [
        ("train", "car", "bus"),
        ("training", "match", "ceremony"),
        ("valid", "invalid", "unreadable"),
        ("valid", "not_valid", "unreadable"),
        ("test tube", "flask", "beaker"),
        ("train station", "airport", "harbour"),
        ("тест", "обед", "сон"),
    ],
)
def test_things_and_states_that_sound_like_parts_are_classes(names: tuple[str, ...]) -> None:
    layout = place_folders(names)
    assert {placed.label for placed in layout.placements.values()} == set(names)
    assert layout.suspicions == layout.warnings == []


@pytest.mark.parametrize(
    "odd",
    [
        *["docs", "static/uploads", "uploads", "assets", "results", "Output", "demo", "Examples"],
        *["samples", "models", "dataset2", "raw_images", "processed", "unused", "UI_Image"],
        *["readme_resources", "icons", "plots", "screenshots", "augmented data"],
    ],
)
def test_folders_of_a_project_beside_class_folders_are_doubtful(odd: str) -> None:
    layout = place_folders([*CLASSES, odd])
    assert layout.placements[odd].label == odd
    [said] = layout.suspicions
    assert "like those of a program" in str(said) and f"classes: `{odd}`." in str(said)


def test_a_class_of_several_splits_is_named_once() -> None:
    folders = [f"{part}/{name}" for part in ("train", "test") for name in (*CLASSES, "docs")]
    [said] = place_folders(folders).suspicions
    assert "classes: `docs`." in str(said)


@pytest.mark.parametrize(
    "names",
    [
        ("processed", "unprocessed", "raw meat"),
        ("original photos", "fake photos"),
        ("figures", "plots", "photographs"),  # kinds of pictures
        ("sample 1", "sample 2", "sample 3"),
        ("model A", "model B", "Model T"),
        ("demolition", "sampler", "static noise"),
    ],
)
def test_classes_that_sound_like_folders_of_a_project(names: tuple[str, ...]) -> None:
    assert classes(names) == set(names) and place_folders(names).suspicions == []


@pytest.mark.parametrize("name", ["node_modules/a", "web/node_modules", "venv/lib/site-packages/b"])
def test_what_installed_packages_bring_is_no_class(
    tmp_path: Path, make_images: MakeImages, name: str
) -> None:
    paths = [f"{folder}/{i}.png" for folder in ("cat", "dog", name) for i in range(3)]
    listing = read_dataset(make_images(tmp_path / "d", paths))
    assert (listing.class_names, len(listing.records)) == (["cat", "dog"], 6)
