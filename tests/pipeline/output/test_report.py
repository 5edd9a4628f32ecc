"""The report: one page that stands alone, says what is so, and escapes what it quotes."""

import base64
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from lnl_gui.__main__ import main
from lnl_gui.cli.exit_codes import CANNOT_JUDGE
from lnl_gui.cli.jobs import run_job
from lnl_gui.pipeline.output.report import as_html, write_project_report
from lnl_gui.pipeline.output.report_facts import Facts
from lnl_gui.pipeline.output.report_page import Bar
from lnl_gui.session.session import Session
from lnl_gui.store.detection.detection_summary import DetectionSummary
from lnl_gui.store.jobs.parameters import DetectParameters, ExportParameters, FinetuneParameters
from lnl_gui.util.messages import from_json
from tests.builders import add_detection, add_images, list_files, make_project

VOID = {"meta", "img", "br", "link", "input"}


class Page(HTMLParser):
    """Checks that tags are balanced and gathers what a reader would see."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data + " "


@pytest.fixture(scope="module")
def curated(embedded_original: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Detected, reviewed and trained on."""
    import shutil

    place = tmp_path_factory.mktemp("report") / "copy"
    shutil.copytree(embedded_original, place)
    project = place / "shapes.lnl"
    with Session.open(project, reviewer="ann <b>") as session:
        run_job(session, DetectParameters(detectors=("neighbours", "loss_mixture")), quiet=True)
        flagged = np.flatnonzero(session.columns.flagged)
        session.accept(flagged[:2])
        session.exclude(flagged[2:3])
        session.keep(np.flatnonzero(~session.columns.flagged)[:4])
        session.undo()
        recipe = FinetuneParameters(recipe="linear_probe", encoder="bundled-fast")
        run_job(session, recipe, quiet=True)
    return project


def test_the_page_says_what_was_found_and_done(curated: Path, tmp_path: Path) -> None:
    file = tmp_path / "deep" / "report.html"
    assert main(["report", str(curated), str(file)]) == 0
    page = Page(file.read_text(encoding="utf-8"))
    words = " ".join(page.text.split())
    assert "Labels of shapes" in words
    assert "60 samples" in words
    assert "2 labels changed" in words
    assert "95 % interval" in words
    assert "curated labels" in words
    assert "ann <b> accept 1 2" in words
    assert "keep" not in words.split("Review")[1].split("Made with")[0]
    for name in ("circle", "square", "stripes"):
        assert name in words
    assert "Nearest neighbours agrees best with labels" in words
    detectors = words.split("Detectors")[1].split("Review")[0]
    assert "Nearest neighbours" in detectors
    assert "Robust probe, loss mixture in sample" in detectors
    with Session.open(curated, read_only=True) as session:
        rate = session.detection.summary.noise_rate
    assert f"{100 * rate:.1f} %" in words


def test_the_page_counts_what_was_changed_without_a_look(tmp_path: Path) -> None:
    project = make_project(tmp_path / "shapes.lnl")
    add_detection(project)

    def words(*, accept_suggestions: bool = False) -> str:
        file = tmp_path / "report.html"
        write_project_report(project, file, accept_suggestions=accept_suggestions)
        return " ".join(Page(file.read_text(encoding="utf-8")).text.split())

    with Session.open(project) as session:
        flagged = np.flatnonzero(session.columns.flagged)
        for row in flagged[:2]:
            session.accept(np.array([row]))
    assert "2 labels changed" in words() and "nobody looked at" not in words()
    with Session.open(project) as session:
        session.accept(flagged[2:6])
    assert "6 labels changed 4 suggestions that nobody looked at" in words()
    assert "10 labels changed 8 suggestions that nobody looked at" in words(accept_suggestions=True)


def test_the_page_stands_alone(curated: Path, tmp_path: Path) -> None:
    write_project_report(curated, tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    page = Page(text)
    assert not any(tag in ("script", "link", "iframe") for tag, _ in page.tags)
    sources = [attrs["src"] for tag, attrs in page.tags if "src" in attrs]
    assert len(sources) == 2
    assert not any("href" in attrs for _, attrs in page.tags)
    assert "url(" not in text
    assert "prefers-color-scheme: dark" in text
    for source in sources:
        kind, _, data = source.partition(",")
        assert kind == "data:image/jpeg;base64"
        image = Image.open(io.BytesIO(base64.b64decode(data)))
        image.load()
        assert max(image.size) <= 112
    assert all(attrs["alt"] for tag, attrs in page.tags if tag == "img")


def test_the_printed_page_says_the_same_in_tables(curated: Path, tmp_path: Path) -> None:
    write_project_report(curated, tmp_path / "report.html")
    write_project_report(curated, tmp_path / "paper.html", paper=True)
    shown, printed = (
        Page((tmp_path / name).read_text(encoding="utf-8"))
        for name in ("report.html", "paper.html")
    )
    # But for the minute of writing each, which may have changed in between.
    words = [
        sorted(word for word in page.text.split() if not re.fullmatch(r"\d\d:\d\d", word))[:-20]
        for page in (shown, printed)
    ]
    assert words[0] == words[1]
    assert not any(tag in ("ul", "li", "i") for tag, _ in printed.tags)
    assert [attrs["src"] for tag, attrs in shown.tags if "src" in attrs] == [
        attrs["src"] for tag, attrs in printed.tags if "src" in attrs
    ]
    bars = [attrs for tag, attrs in printed.tags if tag == "td" and "bgcolor" in attrs]
    assert any(attrs["bgcolor"] == "#0072b2" for attrs in bars)


def test_a_printed_bar_starts_at_zero_and_ends_with_its_interval() -> None:
    widths = Bar(0.1, 0.05, 0.2, 0.4).on_paper(150)
    assert [width for _, width in widths] == pytest.approx([37, 38, 75], abs=1)
    assert widths[0][0] == "#0072b2" and sum(width for _, width in widths) == 150


def test_a_browsers_bar_starts_at_zero(curated: Path, tmp_path: Path) -> None:
    write_project_report(curated, tmp_path / "report.html")
    page = Page((tmp_path / "report.html").read_text(encoding="utf-8"))
    styles = [attrs["style"] for tag, attrs in page.tags if tag == "i"]
    # Band and bar by turns; each bar has the width of its share of the largest.
    assert len(styles) == 6 and all(style.startswith("left:0;") for style in styles[1::2])
    ends = [
        sum(float(part.split(":")[1].rstrip("%")) for part in style.split(";"))
        for style in styles[::2]
    ]
    assert max(ends) == pytest.approx(100, abs=0.2)


def test_a_pdf_is_written_by_its_name(curated: Path, tmp_path: Path) -> None:
    file = tmp_path / "report.pdf"
    assert main(["report", str(curated), str(file)]) == 0
    assert file.read_bytes().startswith(b"%PDF-")


def test_an_export_holds_the_report_of_what_it_holds(curated: Path, tmp_path: Path) -> None:
    with Session.open(curated) as session:
        parameters = ExportParameters(str(tmp_path / "out"), images="none", model_formats=())
        metrics = run_job(session, parameters, quiet=True).metrics
    text = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert metrics["curated_sha256"] in text
    Page(text)


def test_a_project_before_any_detection_has_a_page_too(tmp_path: Path) -> None:
    project = make_project(tmp_path / "raw.lnl")
    write_project_report(project, tmp_path / "report.html")
    page = Page((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert "No detection has been run" in page.text


def test_suggestions_show_as_such_and_missing_pictures_do_no_harm(tmp_path: Path) -> None:
    names = ("cat", "dog & <script>alert(1)</script>", "bird")
    project = make_project(tmp_path / "odd.lnl", class_names=names)
    add_detection(project)
    write_project_report(project, tmp_path / "plain.html")
    assert "(suggested)" not in (tmp_path / "plain.html").read_text(encoding="utf-8")
    write_project_report(project, tmp_path / "report.html", accept_suggestions=True)
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    page = Page(text)
    assert "(suggested)" in page.text
    assert names[1] in page.text
    assert "<script>" not in text
    assert not any(tag == "img" for tag, _ in page.tags)


def test_an_audit_gives_its_exact_interval(curated: Path, tmp_path: Path) -> None:
    from lnl_gui.store.history.audits import save_audit
    from lnl_gui.store.project import open_project

    with Session.open(curated, read_only=True) as session:
        rows = np.flatnonzero(~session.columns.flagged)[4:24]
    with open_project(curated) as project:
        save_audit(project, rows, reviewer="ann", seed=0, stratified=False, population=57)
    with Session.open(curated) as session:
        session.keep(rows)
    write_project_report(curated, tmp_path / "report.html")
    words = " ".join(Page((tmp_path / "report.html").read_text(encoding="utf-8")).text.split())
    # Clopper and Pearson for none of twenty: 1 - 0.025^(1/20).
    assert f"0.0 % to {100 * (1 - 0.025 ** (1 / 20)):.1f} %" in words.replace("( ", "(")


def test_the_page_says_of_which_images_no_number_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project, file = make_project(tmp_path / "more.lnl"), tmp_path / "report.html"
    add_detection(project)
    said = "5 images with a label have not been judged, as they came after the detection"
    shares = "the shares those that have been judged"

    def words() -> str:
        return " ".join(Page(file.read_text(encoding="utf-8")).text.split())

    assert main(["report", str(project), str(file), "--json"]) == 0
    assert "have not been judged" not in words() and shares not in words()
    assert "of the given labels are wrong" in words()
    captured = capsys.readouterr()
    assert json.loads(captured.out)["unjudged"] == 0 and "judged" not in captured.err
    add_images(project, 5)
    assert main(["report", str(project), str(file), "--json", "--accept-unjudged"]) == 0
    assert main(["report", str(project), str(file), "--json"]) == CANNOT_JUDGE
    assert said in words() and shares in words()
    assert "About 30.0 % of the labels that were judged are wrong" in words()
    captured = capsys.readouterr()
    assert json.loads(captured.out.splitlines()[-1])["unjudged"] == 5 and said in captured.err


def test_before_a_detection_no_label_is_judged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project, file = make_project(tmp_path / "bare.lnl"), tmp_path / "report.html"
    with Session.open(project) as session:
        session.keep(np.array([2]))
    assert main(["report", str(project), str(file), "--json"]) == CANNOT_JUDGE
    told = capsys.readouterr()
    assert json.loads(told.out)["unjudged"] == 30 and "Find suspects" in told.err
    text = Page(file.read_text(encoding="utf-8")).text
    assert "No detection has been run" in text and "have been judged" not in text
    command = ["export", str(project), str(tmp_path / "out"), "--images", "none", "--json"]
    for path in ("circle", "square"):
        (tmp_path / path).mkdir(exist_ok=True)
    with Session.open(project, read_only=True) as session:
        for path in session.columns.paths:
            (tmp_path / path).parent.mkdir(exist_ok=True)
            Image.new("RGB", (8, 8)).save(tmp_path / path)
    list_files(project)
    assert main(command) == CANNOT_JUDGE
    told = capsys.readouterr()
    assert json.loads(told.out)["unjudged"] == 29 and "--accept-unjudged" in told.err
    assert main([*command, "--overwrite", "--accept-unjudged"]) == 0


def test_an_export_says_which_labels_nobody_has_judged(tmp_path: Path) -> None:
    project = make_project(tmp_path / "more.lnl")
    add_detection(project)
    add_images(project, 5)

    def exported(name: str) -> dict[str, Any]:
        parameters = ExportParameters(str(tmp_path / name), images="none")
        return run_job(session, parameters, quiet=True).metrics

    with Session.open(project) as session:
        for path in session.columns.paths:
            (tmp_path / path).parent.mkdir(exist_ok=True)
            Image.new("RGB", (8, 8)).save(tmp_path / path)
        list_files(project)
        session.keep(np.array([30]))
        metrics = exported("one")
        assert metrics["unjudged"] == 4
        assert any("4 labels are as they came" in str(from_json(w)) for w in metrics["warnings"])
        session.keep(np.arange(31, 35))
        metrics = exported("two")
        assert metrics["unjudged"] == 0
        assert not any("as they came" in str(from_json(w)) for w in metrics["warnings"])
        session.undo()
    # Not even where a script does not read what is said.
    command = ["export", str(project), str(tmp_path / "three"), "--images", "none"]
    assert main(command) == CANNOT_JUDGE and (tmp_path / "three" / "samples.csv").is_file()
    assert main([*command, "--overwrite", "--accept-unjudged"]) == 0
    with Session.open(project) as session:
        session.keep(np.arange(31, 35))
    assert main([*command, "--overwrite"]) == 0
    assert main(["report", str(project), str(tmp_path / "report.html")]) == 0


def test_an_empty_page_has_no_empty_tables() -> None:
    facts = Facts(
        name="x",
        written="now",
        counts={"samples": 0, "classes": 0},
        detection=DetectionSummary(),
        judged_gone=0,
        unjudged=0,
        classes=[],
        pairs=[],
        mistaken_evenly=False,
        changes=[],
        pictures=[],
        edited_classes=[],
        issues=[],
        detectors=[],
        training={},
        audit=None,
        acts=[],
        reviewed_from_to=None,
        versions={},
        curated_sha256="0",
    )
    page = Page(as_html(facts))
    assert [tag for tag, _ in page.tags].count("table") == 1


def test_names_are_written_out_where_they_show_nothing_or_are_commands(tmp_path: Path) -> None:
    names = ("a\x1b[2Jb", "c\u202ed", "e\nf\u200b")
    project = make_project(tmp_path / "p.lnl", class_names=names)
    add_detection(project)
    write_project_report(project, tmp_path / "report.html")
    page = Page((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert not any(c in page.text for c in "\x1b\u202e\u200b")
    assert "a\\u001b[2Jb" in page.text and "e\\u000af\\u200b" in page.text


EVEN = np.full((4, 4), 0.02)


@pytest.mark.parametrize(
    ("matrix", "pairs"),
    [
        (EVEN + np.diag([0, 0.001, 0, 0]) + 0.003 * np.eye(4)[:, ::-1], 0),
        # Few mistakes of few classes: nothing to say.
        (EVEN / 10, None),
        (EVEN + 0.05 * np.eye(4)[:, [1, 0, 2, 3]] - 0.05 * np.diag([0, 0, 1, 1]), 2),
        # One class is noisy through and through, which stands under another heading.
        (EVEN * np.array([[10], [0], [0], [0]]), 0),
        (np.array([[0.9, 0.1, 0.0], [0.05, 0.9, 0.05], [0.01, 0.09, 0.9]]), 2),
        # Of two there is no other.
        (np.array([[0.9, 0.1], [0.1, 0.9]]), 2),
        (np.eye(3), None),
    ],
)
def test_only_classes_that_stand_out_are_told_as_mistaken_for_another(
    tmp_path: Path, matrix: np.ndarray, pairs: int | None
) -> None:
    names = tuple("abcd"[: len(matrix)])
    project = make_project(tmp_path / "p.lnl", class_names=names)
    add_detection(project)
    with Session.open(project) as session:
        run = session.runs.latest("detect")
        assert run is not None
        np.save(run.folder / "transition_matrix.npy", matrix.astype(np.float32))
    write_project_report(project, tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert ("Which class was mistaken" in text) == (pairs is not None)
    assert ("No pair of classes stands out" in text) == (pairs == 0)
    found = text.partition("Which class was mistaken")[2].partition("<h2")[0].count("<tr>")
    # The heads are a row too.
    assert found == (pairs + 1 if pairs else 0)
