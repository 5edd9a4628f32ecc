"""Names for classes that are numbers or codes: which files are used, and which are not."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from lnl_gui.__main__ import main
from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers import read_dataset
from lnl_gui.util.errors import UserError
from tests.dataset.conftest import MakeImages

NAMES = ["zebra", "ant", "cow"]
KERAS = {
    "0": ["n01440764", "tench"],
    "1": ["n01443537", "goldfish"],
    "2": ["n01484850", "great_white_shark"],
}

Write = Callable[[Path], object]


def text(*lines: str) -> str:
    return "\n".join(lines) + "\n"


def said(listing: Listing) -> str:
    return " ".join(map(str, [*listing.warnings, *listing.suspicions]))


@pytest.fixture
def numbered(tmp_path: Path, make_images: MakeImages) -> Path:
    """Class folders 0, 1, 2 of six images each."""
    return make_images(tmp_path / "d", [f"{c}/{i}.png" for c in range(3) for i in range(6)])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("classes.txt", text(*NAMES)),
        ("class_names.txt", text(*NAMES)),
        ("labels.txt", text("0 zebra", "1 ant", "2 cow")),
        ("labels.txt", text("0: zebra", "1: ant", "2: cow", "3: bee")),
        ("classes.txt", text("zebra 0", "ant 1", "cow 2")),
        ("obj.names", text(*NAMES)),
        ("legend.txt", text("0=zebra", "1=ant", "2=cow")),
        ("legend.txt", text("zebra = 0", "ant = 1", "cow = 2")),
        ("labels.txt", text("0 - zebra", "1 - ant", "2 - cow")),
        ("classes.txt", text("0. zebra", "1. ant", "2. cow")),
        ("classes.txt", text("0) zebra", "1) ant", "2) cow")),
        ("classes.txt", "\r\n".join([*NAMES, "\x1a"])),
        ("classes.csv", text("zebra,0", "ant,1", "cow,2")),
        ("classes.csv", text("class_name", *NAMES)),
        ("Klassen.csv", text("id;Klasse", "0;zebra", "1;ant", "2;cow")),
        ("классы.csv", text("номер;название", "0;zebra", "1;ant", "2;cow")),
        ("标签.txt", text(*NAMES)),
        ("class_to_idx.json", json.dumps({"ant": 1, "cow": 2, "zebra": 0})),
        ("idx_to_class.json", json.dumps({"0": "zebra", "1": "ant", "2": "cow"})),
        ("class_indices.json", json.dumps({"0": "zebra", "1": "ant", "2": "cow"})),
        ("classes.json", json.dumps(NAMES)),
        ("label_map.json", json.dumps([{"id": i, "name": n} for i, n in enumerate(NAMES)])),
        (
            "config.json",
            json.dumps({"hidden_size": 8, "id2label": {str(i): n for i, n in enumerate(NAMES)}}),
        ),
        ("config.json", json.dumps({"label2id": {n: str(i) for i, n in enumerate(NAMES)}})),
        ("data.yaml", text("train: x", "nc: 3", "names: ['zebra', 'ant', 'cow']")),
        ("data.yaml", text("names:", "  0: zebra", "  1: ant  # small", "  2: cow")),
        ("classes.csv", text("class_id,class_name", "0,zebra", "1,ant", "2,cow")),
        ("meta.csv", text("target,class_name", "0,zebra", "1,ant", "2,cow")),
        ("labels.csv", text("id;name", "0;zebra", "1;ant", "2;cow")),
        ("signnames.csv", text("ClassId,SignName", "0,zebra", "1,ant", "2,cow")),
        (
            "label_map.pbtxt",
            text(
                *(f"item {{\n  id: {i}\n  name: '{n}'\n}}" for i, n in enumerate(NAMES)),
            ),
        ),
    ],
)
def test_names_beside_numbers(numbered: Path, name: str, content: str) -> None:
    (numbered / name).write_text(content)
    listing = read_dataset(numbered)
    assert {r.path[0]: r.label for r in listing.records} == dict(zip("012", NAMES, strict=True))
    assert listing.class_names == NAMES  # in the file's order, which other programs count by
    assert f"were read from `{name}`" in said(listing)
    assert listing.suspicions == []
    assert listing.class_names_file == numbered / name
    plain = read_dataset(numbered, rename_classes=False)
    assert plain.class_names == ["0", "1", "2"] and name not in said(plain)


def test_numbers_that_are_names_stay(tmp_path: Path, make_images: MakeImages) -> None:
    """torchvision counts the folders 0, 1, 10, 2, ... as 0, 1, 2, 3, ..."""
    names = [str(number) for number in range(11)]
    root = make_images(tmp_path / "d", [f"{name}/{i}.png" for name in names for i in range(4)])
    counted = {name: place for place, name in enumerate(sorted(names))}
    (root / "class_to_idx.json").write_text(json.dumps(counted))
    listing = read_dataset(root)
    assert all(record.label == record.path.split("/")[0] for record in listing.records)
    assert listing.class_names == sorted(names)


def test_two_classes_of_one_number_keep_their_names(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = make_images(tmp_path / "d", [f"{c}/{i}.png" for c in ("0", "1", "01") for i in range(6)])
    (root / "classes.txt").write_text(text(*NAMES))
    assert set(read_dataset(root).class_names) == {"0", "1", "01"}


@pytest.mark.parametrize("digits", ["{}", "{:03}"])
def test_lines_that_count_from_one(tmp_path: Path, make_images: MakeImages, digits: str) -> None:
    folders = [digits.format(c) for c in (1, 2, 3)]
    root = make_images(tmp_path / "d", [f"{c}/{i}.png" for c in folders for i in range(6)])
    (root / "classes.txt").write_text(text(*NAMES))
    listing = read_dataset(root)
    found = {r.path.split("/")[0]: r.label for r in listing.records}
    assert found == dict(zip(folders, NAMES, strict=True))
    assert listing.suspicions == []


def test_lines_that_may_count_from_nought_or_one_are_doubtful(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = make_images(tmp_path / "d", [f"{c}/{i}.png" for c in (1, 2) for i in range(8)])
    (root / "classes.txt").write_text(text(*NAMES))
    listing = read_dataset(root)
    assert listing.class_names == ["ant", "cow"]
    assert "no class is 0" in str(listing.suspicions)


def test_synsets(tmp_path: Path, make_images: MakeImages) -> None:
    codes = ["n02012849", "n03126707", "n01440764"]
    root = make_images(
        tmp_path / "ILSVRC" / "Data" / "CLS-LOC" / "train",
        [f"{code}/{code}_{i}.JPEG" for code in codes for i in range(6)],
    )
    (tmp_path / "LOC_synset_mapping.txt").write_text(
        text(
            "n01440764 tench, Tinca tinca",
            "n02012849 crane",
            "n03126707 crane",
            "n01443537 goldfish, Carassius auratus",
        )
    )
    listing = read_dataset(root)
    # Two classes of ImageNet are called crane: a bird and a machine.
    assert listing.class_names == ["tench, Tinca tinca", "crane (n02012849)", "crane (n03126707)"]
    assert "several classes have" in said(listing)
    assert read_dataset(tmp_path / "ILSVRC").class_names == listing.class_names


@pytest.mark.parametrize("by_code", [True, False])
def test_class_index_of_keras(tmp_path: Path, make_images: MakeImages, by_code: bool) -> None:
    folders = [code for code, _ in KERAS.values()] if by_code else list(KERAS)
    root = make_images(tmp_path / "d", [f"{c}/{i}.png" for c in folders for i in range(6)])
    (root / "imagenet_class_index.json").write_text(json.dumps(KERAS))
    assert read_dataset(root).class_names == [name for _, name in KERAS.values()]


def test_files_that_agree_in_other_words(tmp_path: Path, make_images: MakeImages) -> None:
    folders = [code for code, _ in KERAS.values()]
    root = make_images(tmp_path / "d", [f"{c}/{i}.png" for c in folders for i in range(6)])
    (root / "imagenet_class_index.json").write_text(json.dumps(KERAS))
    (root / "synset_words.txt").write_text(
        text(
            "n01440764 tench, Tinca tinca",
            "n01443537 goldfish, Carassius auratus",
            "n01484850 great white shark, white shark, man-eater",
        )
    )
    listing = read_dataset(root)
    assert listing.suspicions == [] and listing.class_names[0].startswith("tench")


def test_files_that_disagree_are_doubtful(numbered: Path) -> None:
    (numbered / "classes.txt").write_text(text(*NAMES))
    (numbered / "class_to_idx.json").write_text(json.dumps({n: i for i, n in enumerate("xyz")}))
    listing = read_dataset(numbered)
    assert "name the classes differently" in str(listing.suspicions)
    assert read_dataset(numbered, class_names=numbered / "classes.txt").suspicions == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("classes.txt", text("zebra", "ant")),  # one name is missing
        ("labels.csv", text("id,label", "0,a", "1,a", "2,a", "3,b", "4,b")),  # of samples
        ("config.json", json.dumps({"epochs": 3, "seed": 0})),
        ("words.txt", ""),
        ("classes.json", "{"),
        ("labels.txt", text("0/1.png", "1/2.png", "2/3.png")),
    ],
)
def test_files_that_do_not_fit_are_left_alone(numbered: Path, name: str, content: str) -> None:
    (numbered / name).write_text(content)
    assert read_dataset(numbered, reader="class-folders").class_names == ["0", "1", "2"]


def test_numbers_that_do_not_rise_may_be_labels_of_images(numbered: Path) -> None:
    (numbered / "labels.txt").write_text(text("6", "5", "6"))
    [doubt] = map(str, read_dataset(numbered).suspicions)
    assert "such as `5` for class 1: they may be the labels of some images" in doubt
    assert read_dataset(numbered, class_names=numbered / "labels.txt").suspicions == []
    # Weights of coins, years: numbers that rise name classes in order.
    (numbered / "labels.txt").write_text(text("1", "5", "10"))
    assert read_dataset(numbered).suspicions == []
    assert read_dataset(numbered).class_names == ["1", "5", "10"]


def test_a_file_that_lacks_one_name_is_mentioned(numbered: Path) -> None:
    (numbered / "classes.txt").write_text(text("0 zebra", "2 cow"))
    listing = read_dataset(numbered)
    assert "were not used, because it has none for `1`" in said(listing)


def test_names_above_the_dataset(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "d", [f"{c}/{i}.png" for c in (1, 10, 2) for i in range(6)])
    names = {"1": "pink primrose", "2": "orchid", "10": "globe thistle"}
    (tmp_path / "cat_to_name.json").write_text(json.dumps(names))
    assert read_dataset(root).class_names == ["pink primrose", "orchid", "globe thistle"]
    # With more names than classes it may well belong to another dataset.
    (tmp_path / "cat_to_name.json").write_text(json.dumps(names | {"3": "poppy"}))
    assert read_dataset(root).class_names == ["1", "2", "10"]


def test_names_in_tables(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "d", [f"img/{i}.png" for i in range(9)])
    rows = [f"img/{i}.png,{i % 3},{(i + (i == 4)) % 3}" for i in range(9)]
    (root / "t.csv").write_text(text("path,ann,ben", *rows))
    (root / "classes.txt").write_text(text(*NAMES))
    listing = read_dataset(root / "t.csv", annotator_columns=["ann", "ben"])
    assert [r.annotations for r in listing.records] == [
        (NAMES[i % 3], NAMES[(i + (i == 4)) % 3]) for i in range(9)
    ]


def test_chosen_file(numbered: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (numbered / "classes.txt").write_text(text("x", "y", "z"))
    chosen = tmp_path / "my names.list"
    chosen.write_text(text(*NAMES))
    command = ["import", str(numbered), "--json", "--preview"]
    assert main([*command, "--class-names", str(chosen)]) == 0
    assert list(json.loads(capsys.readouterr().out)["classes"]) == NAMES
    assert main([*command, "--no-class-names"]) == 0
    assert list(json.loads(capsys.readouterr().out)["classes"]) == ["0", "1", "2"]
    chosen.write_text(text(*NAMES[:2]))
    assert main([*command, "--class-names", str(chosen)]) != 0
    assert "has no name for `2`" in capsys.readouterr().err
    with pytest.raises(UserError, match="does not exist"):
        read_dataset(numbered, class_names=tmp_path / "none.txt")


def test_names_of_many_more_classes_are_doubtful(numbered: Path) -> None:
    """The configuration of a model that was trained on something else."""
    names = {str(i): f"imagenet class {i}" for i in range(1000)}
    (numbered / "config.json").write_text(json.dumps({"id2label": names}))
    listing = read_dataset(numbered)
    assert "names for 1000 classes, but only 3" in str(listing.suspicions[0])
    chosen = read_dataset(numbered, class_names=numbered / "config.json")
    assert chosen.suspicions == [] and chosen.class_names[1] == "imagenet class 1"


def test_numbers_of_any_length(numbered: Path) -> None:
    long = "9" * 5000
    (numbered / "classes.json").write_text(json.dumps({long: "a", "0": "b"}))
    (numbered / "labels.txt").write_text(f"{long} a\n")
    assert read_dataset(numbered).class_names == ["0", "1", "2"]


def test_a_header_is_no_class(numbered: Path) -> None:
    (numbered / "classes.txt").write_text(text("class_name", *NAMES))
    assert read_dataset(numbered).class_names == NAMES


@pytest.mark.parametrize("encoding", ["cp1251", "utf-8"])
def test_names_in_another_encoding(numbered: Path, encoding: str) -> None:
    """What a person says of the encoding holds for what is not UTF-8."""
    names = ["собака", "кошка", "лошадь большая"]
    (numbered / "classes.txt").write_bytes(text(*names).encode(encoding))
    listing = read_dataset(numbered, encoding="cp1251")
    assert listing.class_names == names and "not UTF-8" not in said(listing)
    guessed = read_dataset(numbered)
    assert ("`classes.txt` is not UTF-8" in said(guessed)) is (encoding != "utf-8")


def test_names_before_their_numbers_in_any_order(numbered: Path) -> None:
    (numbered / "classes.csv").write_text("ant,1\ncow,2\nzebra,0\n")
    listing = read_dataset(numbered)
    assert {r.path[0]: r.label for r in listing.records} == dict(zip("012", NAMES, strict=True))


def test_a_legend_in_prose_names_no_classes(numbered: Path) -> None:
    (numbered / "legend.txt").write_text(text("Taken in May", "by Ann", "at the zoo"))
    assert read_dataset(numbered).class_names == ["0", "1", "2"]


@pytest.mark.parametrize("first", ["background", "Classes:", "unlabeled", "wasp"])
def test_a_name_too_many_may_have_shifted_all(numbered: Path, first: str) -> None:
    (numbered / "classes.txt").write_text(text(first, *NAMES))
    listing = read_dataset(numbered)
    assert listing.class_names == [first, "zebra", "ant"]
    texts = listing.warnings if first == "wasp" else listing.suspicions
    [found] = [str(said) for said in texts if "one name more" in str(said)]
    assert f"`{first}`" in found and "`cow`" in found
    # That a class in the middle, or several, have no image is common.
    (numbered / "classes.txt").write_text(text(first, *NAMES, "fly"))
    assert "one name more" not in said(read_dataset(numbered))


def test_a_number_that_is_called_unknown_is_noted(numbered: Path) -> None:
    (numbered / "classes.txt").write_text(text("zebra", "unknown", "cow"))
    listing = read_dataset(numbered)
    assert listing.class_names == ["zebra", "unknown", "cow"]
    assert "words that may say there is no label: `unknown`" in said(listing)
    (numbered / "classes.txt").write_text(text(*NAMES))
    assert "may say there is no label" not in said(read_dataset(numbered))
