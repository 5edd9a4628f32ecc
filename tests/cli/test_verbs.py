"""The command line as a script sees it: output, exit codes, files."""

import json
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.__main__ import main
from lnl_gui.session.session import Session
from tests.builders import add_detection, add_images, make_project
from tests.conftest import draw_image
from tests.detect.few_repetitions import few_repetitions
from tests.files import hashes, read_table

# One alone has no spread.
__all__ = ["few_repetitions"]

COLUMNS = [
    "path",
    "given_label",
    "suggested_label",
    "suspicion",
    "suspicion_spread",
    "repetitions_agreeing",
    "flagged",
    "off_topic",
    "well_labelled",
    "current_label",
    "accepted_unseen",
    "status",
    "split",
    "group",
    "missing",
    "image",
]


def last_line(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    return json.loads(capsys.readouterr().out.strip().splitlines()[-1])


def test_run_keeps_its_promise_to_scripts(
    class_folders: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (class_folders / "circle" / "broken.png").write_bytes(b"\x89PNG nothing")
    before = hashes(class_folders)
    project, out = tmp_path / "p.lnl", tmp_path / "out"
    command = ["run", str(class_folders), "--project", str(project), "--out", str(out), "--json"]
    assert main([*command, "--encoder", "bundled-fast"]) == 0
    captured = capsys.readouterr()
    assert len(captured.out.strip().splitlines()) == 1
    summary = json.loads(captured.out)
    assert (summary["samples"], summary["unreadable"]) == (36, 1)
    assert {"import", "embed", "detect", "export"} <= set(summary["seconds"])
    rows = read_table(out / "samples.csv")
    assert list(rows[0]) == COLUMNS
    assert len(rows) == 36
    assert sum(row["flagged"] == "1" for row in rows) == summary["flagged"]
    assert all(0 <= float(row["suspicion"]) <= 1 for row in rows)
    assert all(0 <= float(row["suspicion_spread"]) < 1 for row in rows)
    assert {int(row["repetitions_agreeing"]) for row in rows} <= set(range(6))
    assert {row["path"] for row in rows} == set(before) - {"circle/broken.png"}
    wrong = {"circle/square-11.png", "stripes/circle-11.png"}
    assert {row["path"] for row in rows if row["flagged"] == "1"} == wrong
    assert read_table(out / "unreadable.csv")[0]["path"] == "circle/broken.png"
    assert hashes(class_folders) == before


def test_a_csv_with_several_label_columns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "images").mkdir()
    lines = ["path,truth,crowd"]
    for i in range(24):
        draw_image(i % 2, i).save(tmp_path / "images" / f"{i}.png")
        lines.append(f"images/{i}.png,{'ab'[i % 2]},{'ab'[(i % 2) ^ (i == 5)]}")
    table = tmp_path / "labels.csv"
    table.write_text("\n".join(lines))
    command = ["import", str(table), "--project", str(tmp_path / "p.lnl")]
    assert main(command) == 3
    assert "--label-column" in capsys.readouterr().err
    assert main([*command, "--label-column", "crowd", "--json"]) == 0
    assert last_line(capsys)["samples"] == 24
    with Session.open(tmp_path / "p.lnl", read_only=True) as session:
        assert session.path_of(5) == "images/5.png"
        assert session.classes[session.columns.given[5]].name == "a"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = make_project(tmp_path / "pets.lnl")
    add_detection(folder)
    return folder


def test_review_by_command_is_in_the_same_journal(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["review", str(project), "list", "--top", "3", "--json"]) == 0
    worst = json.loads(capsys.readouterr().out)
    assert len(worst) == 3
    assert main(["review", str(project), "accept", "--top", "3"]) == 0
    with Session.open(project, read_only=True) as session:
        assert session.counts().by_status["relabelled"] == 3
        row = session.columns.paths.index(worst[0]["path"])
        assert session.classes[session.columns.current[row]].name == worst[0]["suggested_label"]
    assert main(["review", str(project), "undo"]) == 0
    table = tmp_path / "verdicts.csv"
    table.write_text("path,verdict,label\ncat/0000.png,relabel,bird\ndog/0001.png,exclude,\n")
    assert main(["review", str(project), "apply", "--table", str(table)]) == 0
    with Session.open(project, read_only=True) as session:
        counts = session.counts().by_status
        assert (counts["relabelled"], counts["excluded"]) == (1, 1)
    # The same once more writes nothing, and says so.
    capsys.readouterr()
    assert main(["review", str(project), "apply", "--table", str(table)]) == 0
    assert "Applied 0 verdicts; 2 were in force already" in capsys.readouterr().err
    assert main(["info", str(project), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["sitting"]["samples"], facts["sitting"]["fixed"]) == (2, 1)
    below = facts["remaining"]
    assert below["samples"] > 0
    assert below["errors"]["low"] < below["errors"]["value"] < below["errors"]["high"]
    assert main(["info", str(project)]) == 0
    assert "1 error fixed, 1 set aside" in capsys.readouterr().out


def test_info_says_what_was_never_judged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = make_project(tmp_path / "more.lnl", count=30)
    assert main(["info", str(project), "--json"]) == 0
    facts = last_line(capsys)
    # No suspect, and not because all is well.
    assert (facts["flagged"], facts["judged"]) == (0, 0)
    add_detection(project)
    add_images(project, 5)
    assert main(["info", str(project), "--json"]) == 0
    facts = last_line(capsys)
    assert (facts["judged"], facts["unjudged"]) == (30, 5)
    for name, counted in (("budget", "unreviewed"), ("remaining", "samples")):
        told = facts[name]
        assert isinstance(told, dict)
        assert (told["unjudged"], told["enough"]) == (5, False)
        assert told[counted] == {"budget": 30, "remaining": 20}[name]
    assert main(["info", str(project)]) == 0
    words = " ".join(capsys.readouterr().out.split())
    assert words.count("5 samples have not been judged") == 1
    assert "in all 30 judged and unreviewed" in words
    with Session.open(project) as session:
        session.keep(np.arange(30))
    assert main(["info", str(project)]) == 0
    words = " ".join(capsys.readouterr().out.split())
    assert words.count("5 samples have not been judged") == 1
    assert "Every label has been decided" not in words


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("dog/nowhere.png,keep,", "line 3: No sample has the path dog/nowhere.png"),
        ("cat/0000.png,love,", "line 3"),
        ("cat/0000.png,relabel,horse", "line 3: There is no class called horse"),
        ("cat/0000.png,relabel,", "line 3: `relabel` needs a class, in a column `label`"),
    ],
)
def test_a_wrong_table_changes_nothing(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, names: str
) -> None:
    table = tmp_path / "verdicts.csv"
    table.write_text(f"path,verdict,label\ndog/0001.png,exclude,\n{line}\n")
    assert main(["review", str(project), "apply", "--table", str(table)]) == 3
    assert names in capsys.readouterr().err
    with Session.open(project, read_only=True) as session:
        assert session.counts().reviewed == 0


@pytest.mark.parametrize(
    ("rows", "names"),
    [
        ("cat/0000.png,keep,\ncat/0000.png,exclude,", "lines 3 and 4: cat/0000.png has two"),
        ("cat/0000.png,relabel,dog\ncat/0000.png,relabel,bird", "relabel dog and relabel bird"),
        ("dog/0001.png,keep,", "lines 2 and 3: dog/0001.png has two verdicts, exclude and keep"),
        ("cat/0000.png,keep,dog", "line 3: `keep` does not give cat/0000.png the label dog"),
        ("cat/0003.png,accept,bird", "line 3: `accept` does not give cat/0003.png the label bird"),
        ("cat/0000.png,exclude,dog", "line 3: `exclude` does not give"),
        ("cat/0000.png,keep,cat\ncat/0000.png,keep,dog", "line 4: `keep` does not give"),
        ("cat/0000.png,relabel,dog,bird", "line 3: has more cells"),
    ],
)
def test_a_table_that_contradicts_itself_changes_nothing(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], rows: str, names: str
) -> None:
    table = tmp_path / "verdicts.csv"
    table.write_text(f"path,verdict,label\ndog/0001.png,exclude,\n{rows}\n")
    assert main(["review", str(project), "apply", "--table", str(table)]) == 3
    error = capsys.readouterr().err
    assert names in error and "Nothing was changed" in error
    with Session.open(project, read_only=True) as session:
        assert session.counts().reviewed == 0


@pytest.mark.parametrize(
    ("content", "names"),
    [
        (b"", ("is empty",)),
        (
            b"hello\n",
            ("no table of verdicts", "\u201chello\u201d", "path, verdict and perhaps label"),
        ),
        (b"file,verdict\ncat/0000.png,keep\n", ("\u201cfile,verdict\u201d",)),
        (b"path,label\ncat/0000.png,dog\n", ("\u201cpath,label\u201d",)),
        (b"path|verdict\ncat/0000.png|keep\n", ("semicolons or tabs",)),
        ("path,verdict\nk\u00e4se.png,keep\n".encode("cp1252"), ("UTF-8",)),
    ],
)
def test_what_is_no_table_of_verdicts_is_refused(
    project: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    content: bytes,
    names: tuple[str, ...],
) -> None:
    table = tmp_path / "verdicts.csv"
    table.write_bytes(content)
    assert main(["review", str(project), "apply", "--table", str(table)]) == 3
    error = capsys.readouterr().err
    assert all(name in error for name in (*names, "Nothing was changed"))


@pytest.mark.parametrize(
    "content",
    [
        "path;verdict;label\ncat/0000.png;keep;\ndog/0001.png;relabel;cat\n;;\n",
        "\ufeffPath\tVerdict\tLabel\r\ncat/0000.png\tKeep\r\ndog/0001.png\tRelabel\tcat\r\n",
        'note,label,verdict,path\n"a;b",,KEEP,cat/0000.png\n,cat, relabel ,dog/0001.png\n,,,\n',
    ],
)
def test_a_table_of_verdicts_as_spreadsheets_write_it(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    table = tmp_path / "verdicts.csv"
    table.write_bytes(content.encode())
    assert main(["review", str(project), "apply", "--table", str(table)]) == 0
    assert "Applied 2 verdicts" in capsys.readouterr().err
    with Session.open(project, read_only=True) as session:
        counts = session.counts().by_status
        assert (counts["kept"], counts["relabelled"]) == (1, 1)


def test_a_table_without_verdicts_is_told(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "verdicts.csv"
    table.write_text("path,verdict\n")
    assert main(["review", str(project), "apply", "--table", str(table)]) == 0
    assert "holds no verdict" in capsys.readouterr().err


def test_a_column_that_is_there_twice_is_refused(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "verdicts.csv"
    table.write_text("path,verdict,label,verdict\ncat/0000.png,keep,,exclude\n")
    assert main(["review", str(project), "apply", "--table", str(table)]) == 3
    assert "two columns `verdict`" in capsys.readouterr().err


def test_a_label_that_says_what_the_verdict_does_is_no_contradiction(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["classes", str(project), "rename", "bird", "owl"]) == 0
    table = tmp_path / "verdicts.csv"
    table.write_text(
        "path,verdict,label,note\n"
        "cat/0000.png,keep,cat\n"
        "cat/0000.png,keep,,again\n\n"
        "cat/0003.png,accept,dog,\n"
        "dog/0001.png,exclude,Dog,\n"
        "bird/0002.png,keep,bird,by its name in the dataset\n"
    )
    capsys.readouterr()
    assert main(["review", str(project), "apply", "--table", str(table)]) == 0
    assert "Applied 4 verdicts" in capsys.readouterr().err


def test_before_a_detection_there_is_nothing_to_accept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_project(tmp_path / "bare.lnl")
    with Session.open(folder, read_only=True) as session:
        path = session.path_of(0)
    for verdict in (["list"], ["accept"], ["accept", "--path", path], ["keep", "--top", "3"]):
        assert main(["review", str(folder), *verdict]) == 3
        assert "has no detection yet" in capsys.readouterr().err
    assert main(["review", str(folder), "keep", "--path", path]) == 0
    assert main(["review", str(folder), "undo"]) == 0
    capsys.readouterr()
    table = tmp_path / "verdicts.csv"
    table.write_text(f"path,verdict\n{path},accept\n")
    assert main(["review", str(folder), "apply", "--table", str(table)]) == 3
    assert f"{path} has no suggestion" in capsys.readouterr().err
    with Session.open(folder, read_only=True) as session:
        assert session.counts().reviewed == 0


def test_explain_says_why(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["detect", str(project), "--explain", "cat/0003.png", "--json"]) == 0
    found = last_line(capsys)
    assert found[0]["suggested_label"] == "dog"
    assert found[0]["votes"]["neighbours"]["label"] == "dog"
    assert 'The label "cat" is wrong' in found[0]["sentences"][0]
    assert main(["detect", str(project), "--explain", "nobody.png"]) == 3


def test_errors_a_user_can_mend_are_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    command = ["run", str(tmp_path / "empty"), "--project", str(tmp_path / "p.lnl")]
    assert main(command) == 3
    assert "Traceback" not in capsys.readouterr().err
    assert not (tmp_path / "p.lnl").exists()
    assert main(["info", str(tmp_path / "empty")]) == 3
    assert "not an LNL project" in capsys.readouterr().err


def test_detecting_before_embedding_says_what_to_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_project(tmp_path / "raw.lnl")
    assert main(["detect", str(folder)]) == 3
    assert "lnl-gui embed" in capsys.readouterr().err


def test_wrong_usage_exits_with_two() -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["review", "x", "adore"])
    assert stopped.value.code == 2


def test_a_word_that_is_nothing_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["exprot"]) == 2
    said = capsys.readouterr().err
    assert "“exprot”" in said and "lnl-gui export" in said
    assert main(["no-such-folder/labels.csv"]) == 2
    assert "no-such-folder/labels.csv" in capsys.readouterr().err
