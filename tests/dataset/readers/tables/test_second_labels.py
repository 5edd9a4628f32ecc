"""Columns beside the label that hold labels too, and say otherwise."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers import read_dataset
from tests.dataset.conftest import MakeImages

NUMBER = 24
Read = Callable[..., Listing]


def given(at: int) -> str:
    return ("cat", "dog")[at % 2]


@pytest.fixture
def read(tmp_path: Path, make_images: MakeImages) -> Read:
    root = make_images(tmp_path / "set", [f"{at}.png" for at in range(NUMBER)])

    def reading(
        header: str, other: Callable[[int], str], label: Callable[[int], str] = given, **said: str
    ) -> Listing:
        rows = [f"{at}.png,{label(at)},{other(at)}" for at in range(NUMBER)]
        (root / "t.csv").write_text("\n".join([f"path,{header}", *rows]))
        return read_dataset(root / "t.csv", **said)  # type: ignore[arg-type]

    return reading


def corrected(at: int) -> str:
    return given(at + (at % 6 == 0))


def correction(at: int) -> str:
    return given(at + 1) if at % 6 == 0 else ""


def a_second(at: int) -> str:
    return "bird" if at % 3 == 0 else ""


@pytest.mark.parametrize("other", [corrected, correction])
@pytest.mark.parametrize("name", ["corrected_label", "final_label", "label_fixed", "checked"])
def test_a_column_of_other_labels_is_doubtful(
    read: Read, name: str, other: Callable[[int], str]
) -> None:
    listing = read(f"label,{name}", other)
    assert {r.label for r in listing.records} == {"cat", "dog"}
    [doubt] = map(str, listing.suspicions)
    assert f"`label`, but there are other labels in `{name}`, in 4 rows" in doubt
    assert "--label-column" in doubt
    for column in ("label", name):
        assert not read(f"label,{name}", other, label_column=column).suspicions


@pytest.mark.parametrize(
    "header", ["label,label2", "class,class_2", "klasse,klasse2", "label,second_label"]
)
def test_a_second_label_of_an_image_is_doubtful(read: Read, header: str) -> None:
    [doubt] = map(str, read(header, a_second).suspicions)
    assert f"other labels in `{header.split(',')[1]}`, in 8 rows" in doubt


@pytest.mark.parametrize("name", ["true_label", "label_2"])
def test_numbers_are_second_labels_only_where_their_column_is_called_so(
    read: Read, name: str
) -> None:
    def number(at: int) -> str:
        return str(at % 2)

    def other(at: int) -> str:
        return str(at // 2 % 2)

    assert read(f"label,{name}", other, number).suspicions
    assert not read("label,occluded", other, number).suspicions


@pytest.mark.parametrize(
    "name", ["old_label", "original_label", "predicted", "model_1", "suggested_label"]
)
def test_an_older_state_and_a_programs_answer_are_only_noted(read: Read, name: str) -> None:
    listing = read(f"label,{name}", corrected)
    assert not listing.suspicions
    assert any(f"other ones stand in `{name}`, in 4 rows" in str(text) for text in listing.warnings)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("label_name", lambda at: given(at).upper()),
        ("label2", lambda at: f"{at % 2}"),
        ("final_label", given),
        ("final_label", lambda at: given(at) if at % 2 else ""),
        ("label_checked", lambda at: ("yes", "no")[at // 2 % 2]),
        ("y0", lambda at: f"{at * 7 % 30}"),
        ("y_2", lambda at: f"{at * 7 % 3}"),
        ("label_source", lambda at: ("web", "own")[at // 2 % 2]),
        ("group", lambda at: ("cat", "pets")[at % 2]),
        ("pose", lambda at: ("sit", "run")[at // 2 % 2]),
        ("background", lambda at: ("cat", "grass", "sand", "sea")[at // 2 % 4]),
        ("rater", corrected),
        ("notes", correction),
    ],
)
def test_columns_that_agree_or_hold_something_else_are_not_doubted(
    read: Read, name: str, other: Callable[[int], str]
) -> None:
    listing = read(f"label,{name}", other)
    assert not listing.suspicions
    assert [r.label for r in listing.records] == [given(at) for at in range(NUMBER)]


@pytest.mark.parametrize(
    ("name", "out", "others"),
    [
        *(("exclude", "1", "0"), ("is_deleted", "true", "false"), ("Ignored", "x", "")),
        *(("keep", "no", "yes"), ("usable", "0", "1"), ("is_included", "False", "True")),
        *(("status", "deleted", "done"), ("review_status", "Rejected", "accepted")),
        *(("state", "skipped", "done"), ("status", "Skip", "")),
        *(("deleted_at", "2024-05-01 10:00:00+00", ""), ("Deleted At", "2024-5-1T10:00Z", "NULL")),
        *(("removed_on", "1.5.2024", "-"), ("deleted_at", "1714557600", "0")),
        *(("DeleteFlag", "true", "false"), ("isDeleted", "true", "false"), ("Reject", "x", "")),
        *(("AssignmentStatus", "Rejected", "Approved"), ("reviewStatus", "rejected", "accepted")),
        *(("Approved", "no", "yes"), ("approval", "rejected", "approved"), ("QC", "fail", "pass")),
        *(("QCStatus", "Failed", "Passed"), ("qc_status", "not approved", "passed")),
        *(("valid", "0", "1"), ("use", "no", "yes"), ("isActive", "0", "1")),
        *(
            ("Status", "abgelehnt", "ok"),
            ("verwenden", "nein", "ja"),
            ("state", "to be deleted", ""),
        ),
    ],
)
def test_rows_that_are_marked_as_set_aside_are_doubtful(
    read: Read, name: str, out: str, others: str
) -> None:
    def mark(at: int) -> str:
        return out if at % 6 == 0 else others

    [doubt] = [str(said) for said in read(f"label,{name}", mark).suspicions]
    assert f"By column `{name}` 4 rows" in doubt and "--label-column" in doubt


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        *(("exclude", ("0", "0")), ("keep", ("yes", "yes")), ("is_valid", ("True", "False"))),
        *(("status", ("done", "open")), ("status", ("rejected", "rejected"))),
        *(("deleted_at", ("", "")), ("deleted_at", ("0000-00-00 00:00:00", ""))),
        *(("deleted_at", ("2024-05-01", "2024-05-02")), ("created_at", ("2024-05-01", ""))),
        *(("status", ("failed", "passed")), ("quality", ("0", "1")), ("statusCode", ("0", "1"))),
        *(("occluded", ("1", "0")), ("deleted_by", ("ann", "bob")), ("drop_height", ("1", "0"))),
    ],
)
def test_other_marks_set_nothing_aside(read: Read, name: str, cells: tuple[str, str]) -> None:
    found = read(f"label,{name}", lambda at: cells[at % 6 == 0]).suspicions
    assert not any("no part of the dataset" in str(said) for said in found)


@pytest.mark.parametrize(
    ("name", "out", "others"),
    [
        *(("used", "no", "yes"), ("valid", "0", "1"), ("isActive", "0", "1")),
        ("QC", "fail", "pass"),
    ],
)
@pytest.mark.parametrize("follows", [True, False])
def test_what_most_rows_say_or_the_label_tells_is_an_attribute(
    read: Read, name: str, out: str, others: str, *, follows: bool
) -> None:
    """Clothes that were worn, images for validation, parts that fail since they are scratched."""

    def mark(at: int) -> str:
        return out if (given(at) == given(0) if follows else at % 6 > 1) else others

    found = read(f"label,{name}", mark).suspicions
    assert bool(found) == (name == "QC" and not follows)


@pytest.mark.parametrize("state", ["skipped", "Skip"])
def test_rows_passed_over_are_doubtful_though_they_are_all_of_a_class(
    read: Read, state: str
) -> None:
    found = read("label,status", lambda at: state if given(at) == given(0) else "done").suspicions
    assert any("no part of the dataset" in str(said) for said in found)


def breed(at: int) -> str:
    return ("husky", "poodle", "pug")[at % 3]


@pytest.mark.parametrize("name", ["breed", "diagnosis", "damage", "subclass", "species", "Rasse"])
@pytest.mark.parametrize("label", ["label", "category", "target", "Klasse"])
def test_a_column_of_what_one_field_tells_apart_is_noted(read: Read, label: str, name: str) -> None:
    listing = read(f"{label},{name}", breed)
    assert {r.label for r in listing.records} == {"cat", "dog"} and not listing.suspicions
    [note] = [str(said) for said in listing.warnings if "may be meant" in str(said)]
    assert f"`{label}`; `{name}` may" in note
    said = read(f"{label},{name}", breed, label_column=name)
    assert not any("may be meant" in str(text) for text in said.warnings)


@pytest.mark.parametrize(
    ("header", "other"),
    [
        ("label,camera", breed),  # another thing
        ("label,breed", lambda at: {"cat": "Katze", "dog": "Hund"}[given(at)]),  # the same
        ("label,breed", lambda at: "husky"),  # one for all
        ("label,diagnosis", lambda at: f"a text of image {at}"),
    ],
)
def test_other_columns_are_not_noted_as_meant(
    read: Read, header: str, other: Callable[[int], str]
) -> None:
    listing = read(header, other)
    assert not any("may be meant" in str(text) for text in listing.warnings)


@pytest.mark.parametrize("label", ["diagnosis", "label"])
def test_one_value_beside_what_tells_images_apart_is_doubtful(read: Read, label: str) -> None:
    def same(at: int) -> str:
        return "nevus"

    listing = read(f"{label},kind", breed, same)
    [doubt] = map(str, listing.suspicions)
    assert f"`{label}`, from which" in doubt and "`nevus`" in doubt and "but `kind` tell" in doubt
    assert not read(f"{label},kind", breed, same, label_column=label).suspicions
    assert not read(f"{label},kind", breed).suspicions
    for other in ("patient_id", "camera", "width", "annotator"):
        assert not read(f"{label},{other}", breed, same).suspicions
    assert not read(f"{label},kind", lambda at: "x", same).suspicions


def elsewhere(at: int) -> str:
    """A label of the same classes that agrees in a third of the rows, as chance has it."""
    return ("cat", "dog", "bird")[at * 5 % 3]


def of_three(at: int) -> str:
    return ("cat", "dog", "bird")[at % 8 % 3]


@pytest.mark.parametrize(
    ("header", "outcome"),
    [
        ("noisy_label,clean_label", "asked"),
        ("label,aggregate_label", "asked"),
        *((f"label,{name}", "asked") for name in ("label_v2", "labelv2", "label2", "label_2")),
        ("class,worst_class", "asked"),
        ("label,old_label", "noted"),
        ("label,not_label", ""),
        ("label,distractor", ""),
    ],
)
def test_labels_of_the_same_classes_count_however_many_differ(
    read: Read, header: str, outcome: str
) -> None:
    listing = read(header, elsewhere, of_three)
    name = header.split(",")[1]
    said = {"asked": listing.suspicions, "noted": listing.warnings}
    for kind, texts in said.items():
        assert any(f"`{name}`" in str(text) for text in texts) == (kind == outcome)


def test_numbers_of_the_same_range_are_labels_only_where_most_agree(read: Read) -> None:
    def number(at: int) -> str:
        return str(at % 4)

    def nearly(at: int) -> str:
        return str((at + (at % 6 == 0)) % 4)

    def unlike(at: int) -> str:
        return str(at // 4 % 4)

    assert read("label,clean_label", nearly, number).suspicions
    assert not read("label,weather_label", unlike, number).suspicions


@pytest.mark.parametrize("name", ["result", "y", "gt", "ergebnis", "target"])
@pytest.mark.parametrize(
    ("other", "is_said"),
    [("material", True), ("comment", False), ("old_material", False), ("site", False)],
)
def test_words_beside_a_label_of_a_vague_name_may_be_the_labels(
    read: Read, name: str, other: str, is_said: bool
) -> None:
    def kind(at: int) -> str:
        return ("steel", "brass", "zinc")[at // 2 % 3]

    def notes(header: str) -> list[str]:
        listing = read(header, kind)
        assert not listing.suspicions
        return [str(note) for note in listing.warnings if f"`{other}` may be meant" in str(note)]

    assert len(notes(f"{name},{other}")) == is_said
    assert not notes(f"label,{other}")


@pytest.mark.parametrize(
    ("name", "yes", "no", "is_said"),
    [
        *((name, "1", "0", True) for name in ("is_correct", "correct", "label_ok", "richtig")),
        *((name, "0", "1", True) for name in ("is_wrong", "mislabeled", "label_error")),
        ("correct", "yes", "no", True),
        *((name, "1", "0", False) for name in ("ok", "right", "is_wet")),  # of what is shown
        ("correct", "1", "1", False),
        ("correct", "left", "right", False),
    ],
)
def test_labels_that_a_column_says_are_wrong_are_noted(
    read: Read, name: str, yes: str, no: str, is_said: bool
) -> None:
    def judged(at: int) -> str:
        return no if at % 6 == 0 else yes

    listing = read(f"label,{name}", judged)
    assert not listing.suspicions and len(listing.records) == NUMBER
    said = [str(note) for note in listing.warnings if "may be wrong" in str(note)]
    assert len(said) == is_said
    if is_said:
        assert f"`{name}`" in said[0] and "4 rows" in said[0] and "`0.png`" in said[0]


def test_what_is_correct_beside_a_prediction_says_nothing_of_the_label(read: Read) -> None:
    def judged(at: int) -> str:
        return f"{given(at + (at % 6 == 0))},{int(at % 6 > 0)}"

    said = read("label,predicted,correct", judged).warnings
    assert not any("may be wrong" in str(note) for note in said)


def test_a_column_with_a_name_for_each_number_is_noted(read: Read) -> None:
    def number(at: int) -> str:
        return str(at % 2)

    listing = read("label,species", given, number)
    assert listing.class_names == ["0", "1"] and not listing.suspicions
    assert any("`species` has a name for each" in str(said) for said in listing.warnings)
    others: list[Callable[[int], str]] = [number, lambda at: "abc"[at % 3], lambda _: "same"]
    for other in others:
        notes = read("label,species", other, number).warnings
        assert not any("has a name for each" in str(said) for said in notes)
