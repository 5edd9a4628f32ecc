"""What label cells mean, and what is skipped with the reason."""

import csv
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers import read_dataset
from lnl_gui.dataset.readers.tables.columns_found import UnclearColumns
from lnl_gui.dataset.readers.tables.labels import interpret_labels
from lnl_gui.pipeline.datasets.reading.given_labels import given_labels
from lnl_gui.util.class_names import clean_label, sort_class_names
from lnl_gui.util.errors import UserError
from tests.dataset.conftest import MakeImages

NUMBER = 12


@pytest.fixture
def folder(tmp_path: Path, make_images: MakeImages) -> Path:
    return make_images(tmp_path / "set", [f"{i:02d}.png" for i in range(NUMBER)])


def table(folder: Path, labels: list[str], name: str = "t.csv") -> Path:
    rows = [f'{i:02d}.png,"{labels[i % len(labels)]}"' for i in range(NUMBER)]
    (folder / name).write_text("\n".join(["path,label", *rows]), encoding="utf-8")
    return folder / name


def counts(listing: Listing) -> dict[str, int]:
    return dict(Counter(record.label for record in listing.records))


@pytest.mark.parametrize(
    "word",
    [
        *["nan", "NaN", "None", "NULL", "null", "N/A", "n/a", "NA", "<NA>", "#N/A", " nan "],
        *["n.a.", "pd.NA", "\\N", "(null)", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!"],
        *["unlabeled", "Unlabelled", "UNLABLED", "not labeled", "?", "-", "--", "\u2014", "."],
        *["-1", "-1.0"],
        *["#NV", "#WERT!", "#BEZUG!", "#VALEUR!", "#\xa1VALOR!", "#N/D", "#SPILL!", "Err:502"],
        *["#\u041d/\u0414", "#\u0417\u041d\u0410\u0427!", "NULL;", "N/A.", "'null'", "<na>"],
        *["nicht annotiert", "ungelabelt", "kein Label", "no annotation", "not yet labeled"],
        *["non étiqueté", "未标注", "не размечено", "ラベルなし", "''", "nan|nan", "-99", "-999"],
        *["(blank)", "(Leer)", "(en blanco)", "no_label", "NoLabel", "un-labeled", "to be labeled"],
        *["[NULL]", "<missing>", "<undefined>", "NA_character_", "np.nan", "{null}"],
    ],
)
def test_words_for_nothing_are_no_label(folder: Path, word: str) -> None:
    listing = read_dataset(table(folder, ["cat", "dog", word]))
    assert counts(listing) == {"cat": 4, "dog": 4, "": 4}
    assert (listing.skipped, listing.unlabelled) == ([], 4)
    assert listing.class_names == ["cat", "dog"]
    assert any("4 rows" in str(w) and word.strip() in str(w) for w in listing.warnings)
    assert any(str(w).startswith("4 images have no label") for w in listing.warnings)


def test_a_class_called_none_stays(folder: Path) -> None:
    assert counts(read_dataset(table(folder, ["none", "scratch"]))) == {"none": 6, "scratch": 6}


def test_words_that_may_be_classes_stay(folder: Path) -> None:
    words = ["unknown", "other", "inf", "missing"]
    assert counts(read_dataset(table(folder, words))) == dict.fromkeys(words, 3)


def heading(folder: Path, cells: list[str]) -> Listing:
    rows = [f"{i:02d}.png,{cell}" for i, cell in enumerate(cells)]
    (folder / "h.csv").write_text("\n".join(["path,label", *rows]))
    return read_dataset(folder / "h.csv")


@pytest.mark.parametrize(
    "cells",
    [["a", *[""] * 5, "b", *[""] * 5], ["a", "", "", "b", "", "", "c", "", "", "d", "", ""]],
)
def test_labels_above_empty_cells_are_doubtful(folder: Path, cells: list[str]) -> None:
    listing = heading(folder, cells)
    [doubt] = map(str, listing.suspicions)
    assert "comes once, with empty cells below" in doubt and "--label-column label" in doubt
    said = read_dataset(folder / "h.csv", label_column="label")
    assert not said.suspicions and said.unlabelled == listing.unlabelled


@pytest.mark.parametrize(
    "cells",
    [
        ["a", "b", *[""] * 10],  # one labelled image of each class in front
        ["a", "", "", "a", "", "b", "", "", "b", "", "", ""],
        ["", "a", "", "", "b", *[""] * 7],
        ["a", "b", "c", "", "d", "e", "", "f", "g", "h", "", "i"],
    ],
)
def test_images_without_a_label_among_others_are_not_doubted(
    folder: Path, cells: list[str]
) -> None:
    assert not heading(folder, cells).suspicions


@pytest.mark.parametrize(
    "word",
    [
        *["undefined", "NIL", "<none>", "MISSING", "leer", "None, None", "na", "NO DATA", "skip"],
        *["no class", "unclassified", "pending", "ausstehend", "kein Eintrag", "sin etiqueta"],
        *["nicht zugeordnet", "未分类", "*", "unknown", "UNK", "Unbekannt", "desconocido", "未知"],
        *[
            "keine",
            "ohne",
            "not sure",
            "unsicher",
            "can't tell",
            "can\u2019t tell",
            "dunno",
            "brak",
        ],
        *[
            "ei tiedossa",
            "je ne sais pas",
            "не знаю",
            "わからない",
            "모르겠음",
            "無",
            "…",
            "__ignore__",
        ],
        *[
            "in progress",
            "Needs review",
            "à faire",
            "in Bearbeitung",
            "por hacer",
            "待处理",
            "в работе",
        ],
        *["Select...", "-- Please select --", "Choose an option", "Bitte wählen", "请选择"],
        *["bad image", "unusable", "unspecified", "нет данных", "não informado", "non spécifié"],
        *["nicht beurteilbar", "not evaluable", "n.v.t.", "belirsiz", "غير معروف", "لا يوجد"],
        *["[blank]", "<unknown>"],
        *["not specified", "не указано", "未指定", "미지정", "999", "xx", "XXX"],
    ],
)
def test_a_word_that_may_say_nothing_is_a_class_and_noted(folder: Path, word: str) -> None:
    listing = read_dataset(table(folder, ["cat", "dog", word]))
    assert counts(listing) == {"cat": 4, "dog": 4, word: 4} and not listing.suspicions
    assert any("may say there is none" in str(w) and word in str(w) for w in listing.warnings)


@pytest.mark.parametrize(
    "word",
    [
        *[
            "none",
            "other",
            "background",
            "#wow!",
            "NAT",
            "Err:late",
            "(cat)",
            "void",
            "no entry",
            "not cat",
        ],
        *["unripe", "nonlabial", "classified", "offen", "no parking", "Kies", "pick", "velg"],
        *[
            "good image",
            "review",
            "progress",
            "bad weather",
            "[cat]",
            "<cat>",
            "747",
            "not wearing",
        ],
    ],
)
def test_a_class_that_only_resembles_such_words_is_not_noted(folder: Path, word: str) -> None:
    listing = read_dataset(table(folder, ["cat", "dog", word]))
    assert counts(listing) == {"cat": 4, "dog": 4, word: 4}
    assert not any("there is none" in str(w) for w in listing.warnings)


@pytest.mark.parametrize("answers", [["mit", "ohne"], ["有", "無"], ["有", "无"]])
def test_one_of_two_answers_is_no_word_for_nothing(folder: Path, answers: list[str]) -> None:
    listing = read_dataset(table(folder, answers))
    assert counts(listing) == dict.fromkeys(answers, 6) and not listing.warnings


def test_fillers_among_words_do_not_hide_one_another(folder: Path) -> None:
    listing = read_dataset(table(folder, ["cat", "dog", "999", "-999"]))
    assert counts(listing) == {"cat": 3, "dog": 3, "999": 3, "": 3}
    said = [str(text) for text in listing.warnings if "there is none" in str(text)]
    assert ["`-999`" in text for text in said] == [True, False] and "`999`" in said[1]


@pytest.mark.parametrize(
    ("labels", "none"),
    [
        (["0", "1", "-1"], "-1"),
        (["1", "2", "-1"], "-1"),
        (["0.0", "1.0", "-1.0"], "-1.0"),
        (["0", "7", "12", "-1"], "-1"),
        (["0", "1", "?"], "?"),
    ],
)
def test_minus_one_beside_numbers_of_classes_is_no_label(
    folder: Path, labels: list[str], none: str
) -> None:
    listing = read_dataset(table(folder, labels))
    assert listing.class_names == [label.removesuffix(".0") for label in labels if label != none]
    assert listing.unlabelled == NUMBER / len(labels)
    assert any(f"`{none}`) count as no label" in str(note) for note in listing.warnings)
    assert listing.suspicions == []


@pytest.mark.parametrize(
    "labels",
    [
        ["-1", "1"],
        ["-1", "0"],
        ["-2", "-1", "0", "1"],
        ["-1", "5", "6"],
        ["-1", "0.5", "1"],
        ["+", "-"],
        ["++", "+", "-"],
        ["x", "-"],
        ["cat", "?"],
    ],
)
def test_minus_one_and_signs_that_are_classes_stay(folder: Path, labels: list[str]) -> None:
    listing = read_dataset(table(folder, labels))
    assert set(listing.class_names) == set(labels)
    assert listing.unlabelled == 0 and listing.suspicions == []


def test_names_of_classes_fit_beside_minus_one(folder: Path) -> None:
    (folder / "classes.txt").write_text("cat\ndog\n")
    listing = read_dataset(table(folder, ["0", "1", "-1"]))
    assert counts(listing) == {"cat": 4, "dog": 4, "": 4}


@pytest.mark.parametrize(("name", "is_class"), [("negative", True), ("unlabeled", False)])
def test_a_name_for_minus_one_is_doubtful(folder: Path, name: str, is_class: bool) -> None:
    names = {"-1": name, "0": "neutral", "1": "positive"}
    (folder / "classes.json").write_text(json.dumps(names))
    listing = read_dataset(table(folder, ["0", "1", "-1"]))
    assert listing.unlabelled == 4
    assert any("`classes.json` calls -1" in str(s) for s in listing.suspicions) == is_class


@pytest.mark.parametrize("labels", [["A", "B", "?"], [*"0123456789", "-"]])
def test_a_sign_among_characters_is_doubtful(folder: Path, labels: list[str]) -> None:
    listing = read_dataset(table(folder, labels))
    assert set(listing.class_names) == set(labels)
    assert any(f"`{labels[-1]}` was read as a class" in str(s) for s in listing.suspicions)


def test_order_of_numbers_does_not_depend_on_the_run(folder: Path) -> None:
    """`float("nan")` in a sort gives an order by chance, and sets differ from run to run."""
    source = table(folder, ["nan", "10", "9", "2"])
    code = (
        "import sys; from pathlib import Path; from lnl_gui.dataset.readers import read_dataset;"
        "print(read_dataset(Path(sys.argv[1])).class_names)"
    )
    for seed in ("0", "1"):
        found = subprocess.run(
            [sys.executable, "-c", code, str(source)],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert found.stdout.strip() == "['2', '9', '10']"
    assert sort_class_names(["nan", "2", "inf", "10"]) == ["2", "10", "inf", "nan"]


def test_numbers_written_in_two_ways_are_one_class(folder: Path) -> None:
    listing = read_dataset(table(folder, ["0", "1.0", "0.0", "1"]))
    assert counts(listing) == {"0": 6, "1": 6}
    assert any("written in two ways" in str(warning) for warning in listing.warnings)
    assert counts(read_dataset(table(folder, ["1.5", "2.0"]))) == {"1.5": 6, "2": 6}


def test_names_that_only_look_like_numbers_stay(folder: Path) -> None:
    assert counts(read_dataset(table(folder, ["v1.0", "v2"]))) == {"v1.0": 6, "v2": 6}
    assert counts(read_dataset(table(folder, ["1.0", "old"]))) == {"1.0": 6, "old": 6}
    assert counts(read_dataset(table(folder, ["007", "7"]))) == {"007": 6, "7": 6}


@pytest.mark.parametrize(
    "cell",
    [
        *("cat|dog", "cat; dog", "dog, cat", "['cat', 'dog']", "cat|rare", "['cat', 'rare']"),
        *("cat\ndog", "cat\n rare", "cat::dog", "cat / dog", "dog & cat"),
        *("cat ~ dog", "dog^cat", "cat \u00b7 dog", "cat\u2022dog", "dog \u00a6 cat"),
        *("cat\uff0cdog", "dog\u3001cat", "cat\uff1bdog", "cat\uff1brare"),
        *("[cat, dog]", "{cat,rare}", "(dog, rare)", "<cat><dog>", "[cat][rare]", "#cat #dog"),
        *("cat:0.6,dog:0.4", "cat=1;rare=1", "cat: 60% | dog: 40%", "cat\tdog"),
        *("array(['cat', 'dog'], dtype=object)", "frozenset({'cat', 'rare'})", "cat;dog;"),
    ],
)
def test_several_labels_in_a_cell_are_skipped_with_the_reason(folder: Path, cell: str) -> None:
    listing = read_dataset(table(folder, ["cat", "dog", cell]))
    assert counts(listing) == {"cat": 4, "dog": 4}
    assert all(str(entry.reason).startswith("several labels") for entry in listing.skipped)
    assert any("skipped, since each image has one: 4" in str(w) for w in listing.warnings)


@pytest.mark.parametrize("separator", [", ", " & ", "+", "\u3001"])
def test_labels_in_two_orders_are_several(folder: Path, separator: str) -> None:
    cells = [separator.join(names) for names in ("ab", "ba", "abc")]
    listing = read_dataset(table(folder, ["c", "d", *cells, "d", "d and e"]))
    assert set(listing.class_names) == {"c", "d", "d and e"}
    assert {str(entry.reason)[:14] for entry in listing.skipped} == {"several labels"}


@pytest.mark.parametrize("form", ["{};", "frozenset({{'{}'}})", "np.array(['{}'])", "{} |"])
def test_marks_around_one_label_are_no_part_of_it(folder: Path, form: str) -> None:
    listing = read_dataset(table(folder, [form.format("cat"), form.format("dog"), "dog"]))
    assert counts(listing) == {"cat": 4, "dog": 8}


@pytest.mark.parametrize(
    ("cells", "outcome"),
    [
        (["cat, dog", "dog, rare"], "skipped"),  # where a comma divides, it does everywhere
        (["cat + dog", "dog+rare", "cat+other"], "skipped"),
        (["cat & dog", "dog & rare"], "doubtful"),
        (["cat/dog", "dog/rare"], "doubtful"),
        (["cat, rare", "dog, rare"], "doubtful"),
        (["cat, rare", "other, rare"], "noted"),
        (["cat, rare"], "noted"),
        (["cat, rare", "a, b", "c, d", "e, f", "dog, x"], "noted"),  # names with a comma, mostly
        (["cat/rare", "cat/other", "a, b"], ""),  # ways through a hierarchy
        *(([f"cat {sign} dog"], "doubtful") for sign in (">", "->", "\u2192", "\\", "_", "-")),
        *(([f"dog {word} cat"], "doubtful") for word in ("or", "AND", "vs.", "oder", "und", "et")),
        *((["dog__cat"], "doubtful"), (["Dog: Cat", "cat:dog"], "doubtful")),
        (["cat_dog", "dog_cat"], "doubtful"),
        (["cat-dog", "dog-cat"], "doubtful"),
        (["cat_dog"], "noted"),  # as a `toy car` beside `toy` and `car`
        (["cat_dog", "dog_cat", "polar_bear", "red_fox", "sea_lion"], "noted"),
        (["cat_rare", "polar_bear"], ""),
        (["cat_and_dog"], "doubtful"),
        (["salt and pepper", "cat and rare", "cat > rare", "animal > cat"], ""),
        (["animal > cat > dog", "cat_", "cat -", "dog or"], ""),
        (["1", "2", "1-2", "2-1", "1 - 2"], ""),
        (["Corn (maize)", "(other)", "[x]", "<y>", "#z", "a:b", "at 12:30, 13:40"], ""),
    ],
)
def test_labels_that_hold_a_class_and_something_else(
    folder: Path, cells: list[str], outcome: str
) -> None:
    listing = read_dataset(table(folder, ["cat", "dog", *cells]))
    assert (cells[-1] in listing.class_names) == (outcome != "skipped")
    said = {"doubtful": listing.suspicions, "noted": listing.warnings}
    for kind, found in said.items():
        assert any("may be several labels" in str(m) for m in found) == (kind == outcome)


@pytest.mark.parametrize("sign", [" ", "_", "-", "#", " with ", " mit "])
def test_one_name_made_of_others_is_asked_about_where_it_is_common(
    tmp_path: Path, make_images: MakeImages, sign: str
) -> None:
    names = ["healthy", "rust", "scab"]
    root = make_images(tmp_path / "d", [f"{i:02}.png" for i in range(60)])

    def said(cells: Sequence[str]) -> bool:
        rows = [f"{i:02}.png,{cells[i % len(cells)]}" for i in range(60)]
        (root / "labels.csv").write_text("\n".join(["path,label", *rows]))
        return any("may be several labels" in str(m) for m in read_dataset(root).suspicions)

    assert said([*names, f"rust{sign}scab"])
    assert not said([*names, f"rust{sign}mould"])
    if len(sign) == 1:  # that stands in many a name: rare, or beside others, it is one
        assert not said([*names * 9, f"rust{sign}scab"])
        many, others = [*names, f"rust{sign}scab"] * 4, [f"{x}{sign}y" for x in "abcd"]
        assert said([*many, *others[:1]]) and not said([*many, *others])


@pytest.mark.parametrize(
    ("name", "said"),
    [
        # A short word between two classes joins them, in languages that nobody listed as well.
        *((f"rust {word} scab", "asked") for word in ("og", "i", "en", "ve", "x", "och")),
        *((f"rust{sign}scab", "asked") for sign in ("*", "=", " @ ", "<br>", "<BR />")),
        *((name, "noted") for name in ("rust (maybe scab)", "scab [rust]", "rust then scab")),
        *((name, "noted") for name in ("rust: likely scab", "rust ice scab")),
        *((name, "") for name in ("rust of mould", "rust (old)", "rust 2 scabs", "rustscab")),
        *((name, "") for name in ("rust ve", "(scab)", "og rust")),
    ],
)
def test_whatever_stands_between_two_classes_may_join_them(
    folder: Path, name: str, said: str
) -> None:
    listing = read_dataset(table(folder, ["rust", "scab", "healthy", "rust", "scab", name]))
    found = {"asked": listing.suspicions, "noted": listing.warnings}
    for kind, texts in found.items():
        assert any("may be several labels" in str(m) for m in texts) == (kind == said)


@pytest.mark.parametrize("between", [";", "|"])
def test_labels_with_a_weight_each(folder: Path, between: str) -> None:
    cells = ["cat:1.00", "dog:1.0", f"cat:0.50{between}dog:0.50", f"cat:0.0{between}dog:1.0"]
    listing = read_dataset(table(folder, cells))
    assert counts(listing) == {"cat": 3, "dog": 6}
    assert len(listing.skipped) == 3
    # Alone such a form is a name.
    assert counts(read_dataset(table(folder, ["ratio:1", "ratio:2"]))) == {
        "ratio:1": 6,
        "ratio:2": 6,
    }


def test_ways_through_a_hierarchy_are_classes(folder: Path) -> None:
    names = ["left::right", "right::left", "animal::cat", "animal"]
    assert set(read_dataset(table(folder, names)).class_names) == set(names)


@pytest.mark.parametrize(
    "name",
    [
        *("maillot, tank suit", "a/b", "rock & roll", "black|white"),
        *("maillot\u3001suit", "maillot::suit"),
    ],
)
def test_names_with_signs_are_one_class(folder: Path, name: str) -> None:
    assert counts(read_dataset(table(folder, ["maillot", name]))) == {"maillot": 6, name: 6}


def test_lists_of_one_label_and_of_none(folder: Path) -> None:
    listing = read_dataset(table(folder, ["['cat']", "['dog']", "[]"]))
    assert counts(listing) == {"cat": 4, "dog": 4, "": 4} and listing.skipped == []


def test_lists_in_json(folder: Path) -> None:
    labels: list[object] = [["cat"], "dog", ["cat", "dog"], None, float("nan")]
    lines = [json.dumps({"image": f"{i:02d}.png", "label": labels[i % 5]}) for i in range(NUMBER)]
    (folder / "t.jsonl").write_text("\n".join(lines))
    listing = read_dataset(folder / "t.jsonl")
    assert counts(listing) == {"cat": 3, "dog": 3, "": 4}
    assert {str(entry.reason) for entry in listing.skipped} == {"several labels: `cat`, `dog`"}


def objects(folder: Path, cells: list[object]) -> Path:
    """A table whose label cells are JSON."""
    with (folder / "o.csv").open("w", newline="", encoding="utf-8") as stream:
        rows = [[f"{i:02d}.png", json.dumps(cells[i % len(cells)])] for i in range(NUMBER)]
        csv.writer(stream).writerows([["path", "label"], *rows])
    return folder / "o.csv"


@pytest.mark.parametrize(
    "form",
    [
        lambda name: [{"taxonomy": [[name]]}],
        lambda name: {"choices": [name]},
        lambda name: [{"x": 1.5, "width": 3, "rectanglelabels": [name], "original_width": 9}],
        lambda name: {
            "objects": [],
            "classifications": [{"title": "animal", "answer": {"title": name, "value": name}}],
        },
        lambda name: {"classifications": [{"answers": [{"title": name, "value": name}]}]},
        lambda name: {
            "objects": [{"featureId": "a", "title": name, "value": "v", "bbox": {"top": 1}}],
            "classifications": [],
        },
        lambda name: [{"name": "class", "value": name}],
        lambda name: [{"name": name, "value": None, "id": 7}],
        lambda name: [{"label": name, "score": 0.9}],
        lambda name: {"id": "c1", "name": name},
        lambda name: {"animal": name},
        lambda name: [name, None],
        lambda name: {name: True},
        lambda name: {name: len(name)},
        lambda name: [{name: 0.9}],
    ],
)
def test_a_class_in_json_is_read(folder: Path, form: Callable[[str], object]) -> None:
    listing = read_dataset(objects(folder, [form("cat"), form("dog")]))
    assert counts(listing) == {"cat": 6, "dog": 6} and listing.suspicions == []


def test_votes_name_classes_by_their_keys(folder: Path) -> None:
    listing = read_dataset(objects(folder, [{"cat": 3}, {"cat": 1, "dog": 2}, {"dog": 2}]))
    assert counts(listing) == {"cat": 4, "dog": 4} and len(listing.skipped) == 4
    assert len(listing.suspicions) == 1
    none = read_dataset(objects(folder, [{"cat": True}, {"dog": False}]))
    assert counts(none) == {"cat": 6, "": 6}


@pytest.mark.parametrize("key", ["label", "class_id", "kind"])
def test_one_key_in_all_cells_names_no_class(folder: Path, key: str) -> None:
    assert counts(read_dataset(objects(folder, [{key: 1}, {key: 2}]))) == {"1": 6, "2": 6}


def test_the_way_through_a_taxonomy_is_the_class(folder: Path) -> None:
    cells: list[object] = [[{"taxonomy": [["animal", "cat"]]}], [{"taxonomy": [["plant", "oak"]]}]]
    assert counts(read_dataset(objects(folder, cells))) == {"animal/cat": 6, "plant/oak": 6}


def test_json_with_several_classes_is_several_labels(folder: Path) -> None:
    both = {"classifications": [{"answer": {"title": "cat"}}, {"answer": {"title": "red"}}]}
    listing = read_dataset(objects(folder, [both, {"label": "cat"}, {"label": "dog"}]))
    assert counts(listing) == {"cat": 4, "dog": 4}
    assert {str(entry.reason) for entry in listing.skipped} == {"several labels: `cat`, `red`"}


@pytest.mark.parametrize(
    "odd",
    [
        {"geometry": {"kind": "cat"}},
        [[1, 2], [3, 4]],
        {"name": "size", "value": 3},
        [{"points": [[0, 1]]}],
        {"text": "x" * 20_000},
    ],
)
def test_json_without_a_known_class_is_never_a_class(folder: Path, odd: object) -> None:
    listing = read_dataset(objects(folder, [odd, ["cat"], ["dog"]]))
    assert counts(listing) == {"cat": 4, "dog": 4} and len(listing.skipped) == 4
    assert [str(s)[:27] for s in listing.suspicions] == ["Labels that are JSON in whi"]
    assert not any("several labels" in str(w) for w in listing.warnings)
    with pytest.raises(UserError, match="no class is known in"):
        read_dataset(objects(folder, [odd]))


@pytest.mark.parametrize("end", ["\u00a0", "\u200b", "\ufeff", "\u2060", "\u3000"])
def test_invisible_ends_are_said(folder: Path, end: str) -> None:
    listing = read_dataset(table(folder, ["cat", "dog", "dog" + end]))
    assert counts(listing) == {"cat": 4, "dog": 8}
    assert any("Invisible characters" in str(warning) for warning in listing.warnings)


def test_ordinary_names_in_other_scripts_are_not_warned_of() -> None:
    names = Counter(["Kätzchen", " кошка ", "猫", "می‌خواهم", "cafe\u0301"])
    assert interpret_labels(names).warnings == []
    assert clean_label(" cafe\u0301\u00a0au lait\t") == "café au lait"


def one_hot(folder: Path, yes: str, no: str, rows: list[list[int]], extra: str = "") -> Path:
    names = "cat,dog,bird"
    lines = [f"path,{names}" + (",width" if extra else "")]
    for i in range(NUMBER):
        marks = [yes if value else no for value in rows[i % len(rows)]]
        lines.append(",".join([f"{i:02d}.png", *marks, *([extra] if extra else [])]))
    (folder / "hot.csv").write_text("\n".join(lines))
    return folder / "hot.csv"


@pytest.mark.parametrize(
    ("yes", "no"), [("1", "0"), ("1.0", "0.0"), ("True", "False"), ("TRUE", "FALSE"), ("x", "")]
)
def test_one_hot_in_every_spelling(folder: Path, yes: str, no: str) -> None:
    source = one_hot(folder, yes, no, [[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    assert counts(read_dataset(source)) == {"cat": 4, "dog": 4, "bird": 4}


def test_one_hot_rows_without_a_mark_or_with_two(folder: Path) -> None:
    listing = read_dataset(one_hot(folder, "1", "0", [[1, 0, 0], [0, 1, 0], [0, 0, 0], [1, 0, 1]]))
    assert counts(listing) == {"cat": 3, "dog": 3}
    assert Counter(str(entry.reason) for entry in listing.skipped) == {
        "no class is marked": 3,
        "several labels: `cat`, `bird`": 3,
    }


def test_many_rows_without_a_mark_are_doubted_as_a_class_of_their_own(folder: Path) -> None:
    def doubts(marks: list[list[int]]) -> str:
        return " ".join(map(str, read_dataset(one_hot(folder, "1", "0", marks)).suspicions))

    assert "6 of 12" in doubts([[1, 0, 0], [0, 0, 0], [0, 1, 0], [0, 0, 0]])
    assert "9 of 12" in doubts([[1, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0]])
    assert "class of their own" in doubts([[1, 0, 0], [0, 1, 0], [0, 0, 0], [0, 0, 0]])
    # Fewer have no label, as in other tables.
    assert doubts([[1, 0, 0], [0, 1, 0], [0, 0, 0], [0, 0, 1], [0, 0, 0]]) == ""


def test_one_hot_beside_other_columns(folder: Path) -> None:
    source = one_hot(folder, "1", "0", [[1, 0, 0], [0, 1, 0], [0, 0, 1]], extra="640")
    assert counts(read_dataset(source)) == {"cat": 4, "dog": 4, "bird": 4}


PAIR = [("1", "0"), ("0", "1")]


def pair(folder: Path, extra: dict[str, list[str]], marks: list[tuple[str, str]] = PAIR) -> Path:
    """A table with the columns `cat` and `dog` of marks after others."""
    lines = [",".join(["path", *extra, "cat", "dog"])]
    for i in range(NUMBER):
        others = [cells[i % len(cells)] for cells in extra.values()]
        lines.append(",".join([f"{i:02d}.png", *others, *marks[i % len(marks)]]))
    (folder / "pair.csv").write_text("\n".join(lines), encoding="utf-8")
    return folder / "pair.csv"


@pytest.mark.parametrize(
    ("yes", "no"),
    [("1", "0"), ("1", "-1"), ("ja", "nein"), ("X", "-"), ("Yes", "No"), ("True", "False")],
)
@pytest.mark.parametrize(
    "extra",
    [
        {"": [str(i) for i in range(NUMBER)]},
        {"width": ["640", "480"]},
        {"note": [f"image {i}" for i in range(NUMBER)]},
        {},
    ],
)
def test_two_columns_of_which_one_is_marked_are_the_classes(
    folder: Path, yes: str, no: str, extra: dict[str, list[str]]
) -> None:
    listing = read_dataset(pair(folder, extra, [(yes, no), (no, yes)]))
    assert counts(listing) == {"cat": 6, "dog": 6} and listing.suspicions == []


@pytest.mark.parametrize(
    ("extra", "marks"),
    [
        ({"kind": ["day", "night", "day"]}, PAIR),
        ({"grade": ["0", "1", "2"]}, PAIR),
        ({"width": ["640"]}, [("1", "0"), ("0", "0"), ("1", "1"), ("0", "1")]),
    ],
)
def test_two_columns_that_may_be_flags_are_asked_about(
    folder: Path, extra: dict[str, list[str]], marks: list[tuple[str, str]]
) -> None:
    with pytest.raises(UserError, match="not clear which column") as caught:
        read_dataset(pair(folder, extra, marks))
    assert caught.value.code == "ambiguous_column"
    advice = str(caught.value.hint)
    assert ("--label-column cat,dog" in advice) == (marks == PAIR)


def test_marked_columns_are_named_all_at_once(folder: Path) -> None:
    source = pair(folder, {"grade": ["0", "1", "2"]})
    listing = read_dataset(source, label_column="cat,dog")
    assert counts(listing) == {"cat": 6, "dog": 6} and listing.suspicions == []
    with pytest.raises(UserError, match="no column"):
        read_dataset(source, label_column="grade,cat")
    with pytest.raises(UnclearColumns) as caught:
        read_dataset(source)
    assert caught.value.columns.candidates == (("cat,dog", 2), ("grade", 3))


@pytest.mark.parametrize("extra", [{}, {"grade": ["0", "1", "2"]}])
def test_one_of_two_marked_columns_is_no_label_alone(
    folder: Path, extra: dict[str, list[str]]
) -> None:
    listing = read_dataset(pair(folder, extra), label_column="cat")
    assert any("--label-column cat,dog" in str(doubt) for doubt in listing.suspicions)
    for column in extra:
        assert read_dataset(pair(folder, extra), label_column=column).suspicions == []


def test_a_flag_may_be_the_label(folder: Path) -> None:
    """CelebA's attributes: of many any number is set."""
    marks = [("1", "0"), ("0", "0"), ("1", "1"), ("0", "1")]
    assert read_dataset(pair(folder, {}, marks), label_column="cat").suspicions == []


def test_flags_beside_class_folders_do_not_name_the_classes(
    tmp_path: Path, make_images: MakeImages
) -> None:
    names = [f"{kind}/{i}.png" for kind in ("oak", "elm") for i in range(6)]
    make_images(tmp_path, names)
    rows = [f"{name},640,{i % 2},{1 - i % 2}" for i, name in enumerate(names)]
    (tmp_path / "sides.csv").write_text("\n".join(["path,width,left,right", *rows]))
    assert read_dataset(tmp_path).class_names == ["elm", "oak"]


def test_answers_of_several_people_in_rows(folder: Path) -> None:
    lines = ["image,annotator,label"]
    for i in range(NUMBER):
        right = ("cat", "dog")[i % 2]
        for person in ("ann", "bob", "cy"):
            said = "dog" if person == "ann" and i % 3 == 0 else right
            lines.append(f"{i:02d}.png,{person},{said}")
    (folder / "crowd.csv").write_text("\n".join(lines))
    listing = read_dataset(folder / "crowd.csv")
    assert listing.annotators == ["ann", "bob", "cy"] and listing.votes
    assert len(listing.records) == NUMBER and listing.skipped == []
    assert listing.records[0].annotations == ("dog", "cat", "cat")
    named = read_dataset(folder / "crowd.csv", label_column="label")
    assert named.annotators == listing.annotators and named.votes


@pytest.mark.parametrize(
    "person",
    ["_worker_id", "rad_id", "reader", "expert", "email", "annotator_email", "created_by", "Rater"],
)
def test_the_person_is_known_by_the_name_of_the_column(folder: Path, person: str) -> None:
    """One image is disputed, and its first answer is that of the minority."""
    lines = [f"image,{person},label"]
    for i in range(NUMBER):
        right = ("cat", "dog")[i % 2]
        wrong = "cat" if i == 3 else right
        lines += [f"{i:02d}.png,{who},{wrong if who == 'ann' else right}" for who in ("ann", *"bc")]
    (folder / "t.csv").write_text("\n".join(lines))
    listing = read_dataset(folder / "t.csv")
    assert listing.annotators == ["ann", "b", "c"] and listing.votes
    assert counts(listing) == {"cat": 6, "dog": 6}


@pytest.mark.parametrize("gold", ["flag", "gold", "Ground Truth", "golden"])
def test_a_gold_row_is_not_outvoted(folder: Path, gold: str) -> None:
    by_flag = gold == "flag"
    lines = ["image,worker,label,is_gold"]
    for i in range(NUMBER):
        right, wrong = ("cat", "dog")[:: 1 if i % 2 else -1]
        lines += [f"{i:02d}.png,{who},{wrong if i < 4 else right},0" for who in "abc"]
        lines += [f"{i:02d}.png,{'dee' if by_flag else gold},{right},{int(by_flag)}"] * (i < 4)
    (folder / "t.csv").write_text("\n".join(lines))
    listing = read_dataset(folder / "t.csv")
    labels = [("cat", "dog")[:: 1 if i % 2 else -1][0] for i in range(NUMBER)]
    assert given_labels(listing, majority=True)[0] == [
        listing.class_names.index(label) for label in labels
    ]
    assert [record.label for record in listing.records] == labels
    assert any("gold answer was taken for 4 images" in str(said) for said in listing.warnings)


def test_a_mark_on_all_answers_to_a_test_question_is_no_gold_answer(folder: Path) -> None:
    lines = ["image,worker,label,is_gold"]
    for i in range(NUMBER):
        lines += [f"{i:02d}.png,{who},{'ab'[i % 2]},{int(i < 4)}" for who in ("ann", "goldie")]
    (folder / "t.csv").write_text("\n".join(lines))
    listing = read_dataset(folder / "t.csv")
    assert not any("gold" in str(said) for said in listing.warnings)
    assert listing.records[0].annotations == ("a", "a")


def test_a_word_for_nothing_is_no_persons_answer(folder: Path) -> None:
    lines = ["image,annotator,label"]
    for i in range(NUMBER):
        lines += [f"{i:02d}.png,ann,nan", f"{i:02d}.png,bob,nan", f"{i:02d}.png,cy,{'ab'[i % 2]}"]
    (folder / "t.csv").write_text("\n".join(lines))
    listing = read_dataset(folder / "t.csv")
    assert counts(listing) == {"a": 6, "b": 6}
    assert listing.records[0].annotations == ("", "", "a")


def test_the_person_may_be_in_any_column(folder: Path) -> None:
    lines = ["file,who,verdict", *(f"{i:02d}.png,{w},cat" for i in range(NUMBER) for w in "ab")]
    (folder / "t.csv").write_text("\n".join(lines))
    listing = read_dataset(folder / "t.csv", annotator_columns=["who"], label_column="verdict")
    assert listing.annotators == ["a", "b"] and listing.votes


def test_a_crowd_is_read_without_names(folder: Path) -> None:
    lines = ["image,worker_id,label"]
    for i in range(NUMBER):
        lines += [f"{i:02d}.png,w{i}-{k},{('cat', 'dog')[k % 2]}" for k in range(6 + i % 2)]
    (folder / "crowd.csv").write_text("\n".join(lines))
    listing = read_dataset(folder / "crowd.csv")
    assert listing.annotators == [f"answer {k}" for k in range(1, 8)]
    assert any("78 people" in str(warning) for warning in listing.warnings)


def test_one_annotator_a_row_without_repeats_is_an_ordinary_table(folder: Path) -> None:
    lines = ["image,annotator,label", *(f"{i:02d}.png,p{i % 2},c{i % 3}" for i in range(NUMBER))]
    (folder / "t.csv").write_text("\n".join(lines))
    listing = read_dataset(folder / "t.csv")
    assert listing.annotators == [] and not listing.votes


def test_rows_that_disagree_without_a_person_are_doubtful(folder: Path) -> None:
    lines = ["path,label", *(f"{i:02d}.png,{label}" for i in range(NUMBER) for label in "ab")]
    (folder / "t.csv").write_text("\n".join(lines))
    assert any("--annotator-column" in str(s) for s in read_dataset(folder / "t.csv").suspicions)


@pytest.mark.parametrize("with_other_column", [False, True])
def test_most_rows_of_a_path_decide(folder: Path, with_other_column: bool) -> None:
    lines = ["path,label" + (",round" if with_other_column else "")]
    for i in range(NUMBER):
        said = ["dog", "cat", "cat"] if i == 4 else [("cat", "dog")[i % 2]] * 3
        lines += [
            f"{i:02d}.png,{c}" + (f",{n}" if with_other_column else "") for n, c in enumerate(said)
        ]
    (folder / "t.csv").write_text("\n".join(lines))
    listing = read_dataset(folder / "t.csv", label_column="label")
    assert counts(listing) == {"cat": 6, "dog": 6} and listing.suspicions == []
    assert [record.path for record in listing.records] == [f"{i:02d}.png" for i in range(NUMBER)]
    assert any("disagree" in str(w) and "1 images (`04.png`)" in str(w) for w in listing.warnings)
    (skipped,) = listing.skipped
    assert str(skipped.reason) == "most rows of this path say `cat`; this row says `dog`"


def test_rows_of_which_none_decides_are_doubtful(folder: Path) -> None:
    table(folder, ["cat", "dog"])
    file = folder / "t.csv"
    file.write_text(file.read_text() + "\n00.png,dog\n01.png,dog\n02.png,\n")
    listing = read_dataset(file)
    assert counts(listing) == {"cat": 6, "dog": 6}
    (doubt,) = map(str, listing.suspicions)
    assert doubt.startswith("1 of 12 images have rows with several labels, each as often (`00.png`")
    file.write_text(file.read_text() + "00.png,dog\n")
    decided = read_dataset(file)
    assert counts(decided) == {"cat": 5, "dog": 7} and decided.suspicions == []


@pytest.mark.parametrize(("corrected", "is_doubtful"), [(1, False), (6, True)])
def test_several_labels_of_one_person_are_said(
    folder: Path, corrected: int, is_doubtful: bool
) -> None:
    lines = ["image,rad_id,label"]
    lines += [f"{i:02d}.png,{who},{'ab'[i % 2]}" for i in range(NUMBER) for who in ("R1", "R2")]
    lines += [f"{i:02d}.png,R1,c" for i in range(corrected)]
    (folder / "t.csv").write_text("\n".join(lines))
    listing = read_dataset(folder / "t.csv")
    assert listing.records[0].annotations == ("c", "a")
    # That the two people now disagree is another doubt.
    for texts, is_said in ((listing.suspicions, is_doubtful), (listing.warnings, not is_doubtful)):
        said = ["the last was taken" in str(text) and "`00.png`" in str(text) for text in texts]
        assert any(said) == is_said


@pytest.mark.parametrize("word", ["na", "x", "*", "255"])
def test_what_is_odd_among_numbers_is_noted(folder: Path, word: str) -> None:
    listing = read_dataset(table(folder, ["0", "1", word]))
    assert counts(listing) == {"0": 4, "1": 4, word: 4}
    assert any("may say there is none" in str(w) and word in str(w) for w in listing.warnings)


@pytest.mark.parametrize("labels", [["0", "1", "2"], ["128", "255", "0"], ["1", "A", "B"]])
def test_what_is_not_odd_among_numbers_is_not_noted(folder: Path, labels: list[str]) -> None:
    listing = read_dataset(table(folder, labels))
    assert not any("there is none" in str(w) for w in listing.warnings)


@pytest.mark.parametrize(
    "name",
    [
        *("rust_scab", "RustScab", "rust or scab", "Scab - Rust", "rust scab", "Scab+Rust"),
        *("rust & scab", "rust, scab", "rust_and_scab", "Rust\uff0cScab"),
    ],
)
def test_class_folders_may_hold_several_labels_too(
    tmp_path: Path, make_images: MakeImages, name: str
) -> None:
    names = ["Rust", "Scab", name]
    paths = [f"{folder}/{n}.png" for folder in names for n in range(12)]
    [doubt] = map(str, read_dataset(make_images(tmp_path / "d", paths)).suspicions)
    assert "may be several labels" in doubt and f"`{name}`" in doubt


@pytest.mark.parametrize(
    ("name", "is_asked"),
    [("rust+scab", True), ("rust & scab", True), ("rust scab", False), ("rust_scab", False)],
)
def test_a_rare_folder_that_joins_two_classes_is_at_least_noted(
    tmp_path: Path, make_images: MakeImages, name: str, is_asked: bool
) -> None:
    """A `toy car` beside `toy` and `car` is as likely as two labels."""
    paths = [f"{folder}/{n}.png" for folder in ("rust", "scab") for n in range(12)]
    listing = read_dataset(make_images(tmp_path / "d", [*paths, f"{name}/1.png"]))
    said = [str(text) for text in (listing.suspicions if is_asked else listing.warnings)]
    assert [f"`{name}`" in text for text in said if "may be several labels" in text] == [True]
    assert is_asked or not listing.suspicions


@pytest.mark.parametrize(
    "name", ["RustMould", "Rust", "RUSTScab", "rustScab2", "rust mould", "Rust+", "rust & mould"]
)
def test_names_of_words_that_are_no_classes_are_names(
    tmp_path: Path, make_images: MakeImages, name: str
) -> None:
    names = {"Rust", "Scab", name}
    paths = [f"{folder}/{n}.png" for folder in names for n in range(12)]
    assert not read_dataset(make_images(tmp_path / "d", paths)).suspicions


@pytest.mark.parametrize(
    ("labels", "is_doubtful"),
    [
        (["0101", "0011", "1000", "0000"], True),
        (["0_1", "1_1", "0_0"], True),
        (["0-1-0", "1-1-0", "0-0-1"], True),
        (["1", "10", "11", "101", "110"], True),  # the same without the zeros before them
        (["001", "010", "100"], False),  # one place in each
        (["00", "01", "02", "10", "11"], False),
        (["0", "1", "10", "11"], False),
        (["1", "10", "100", "11"], False),
        (["0.0", "1.0", "1.1"], False),
    ],
)
def test_labels_that_are_rows_of_bits_are_doubtful(
    folder: Path, labels: list[str], is_doubtful: bool
) -> None:
    said = " ".join(map(str, read_dataset(table(folder, labels)).suspicions))
    assert ("rows of 0 and 1" in said) == is_doubtful
