"""Own exports come back exactly, whatever labels, names, splits and verdicts there are."""

import unicodedata
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lnl_gui.cli.jobs import run_job
from lnl_gui.dataset.readers.read import read_dataset
from lnl_gui.pipeline.datasets.import_dataset import run as import_run
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import insert_dataset
from lnl_gui.store.jobs.parameters import ExportParameters, ImportParameters
from lnl_gui.store.project import create_project
from lnl_gui.util.class_names import clean_label, looks_like
from lnl_gui.util.errors import UserError

ODD = [
    "none",
    "1.0",
    "1",
    "01",
    "cat|dog",
    "a/b",
    "#x",
    "a, b",
    "train",
    "NaN",
    "Ä ö",
    "x\ty",
    "CON",
]
"""Class names that tables or file systems would take for something else."""
names = st.one_of(
    st.sampled_from(ODD),
    st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12),
).filter(lambda text: bool(text.strip()))
file_names = st.one_of(
    st.sampled_from(["a.png", "# b.png", " c.png", "d,e.png", 'f"g.png', "h\ri.png", "j\nk.png"]),
    st.text(st.characters(categories=("L", "N")), min_size=1, max_size=8).map("{}.png".format),
)
verdicts = st.sampled_from(["none", "keep", "exclude", "unsure", "relabel", "new class"])


@st.composite
def datasets(draw: Callable[..., object]) -> dict[str, list]:  # type: ignore[type-arg]
    """Samples with a path, a class, a split and what a person decides."""
    count = draw(st.integers(1, 8))
    classes = draw(st.lists(names, min_size=1, max_size=4, unique=True))
    paths = draw(
        st.lists(file_names, min_size=count, max_size=count, unique_by=lambda text: text.casefold())
    )
    splits = draw(st.lists(st.sampled_from(["train", "my test", "a/b", "a_b"]), unique=True))
    some = st.integers(0, len(classes) - 1)
    return {
        "classes": classes,
        "paths": paths,
        "given": [draw(some) for _ in range(count)],
        "splits": ["", *splits],
        "split": [draw(st.integers(0, len(splits))) for _ in range(count)],
        "verdicts": [draw(verdicts) for _ in range(count)],
        "target": [draw(some) for _ in range(count)],
        "new": [draw(names)],
    }


def make_project(place: Path, data: dict[str, list]) -> Path:  # type: ignore[type-arg]
    root = place / "data"
    root.mkdir()
    for number, path in enumerate(data["paths"]):
        try:
            (root / path).write_bytes(b"image %d" % number)
        except OSError:  # a name that this system does not allow
            pytest.skip("no such names here")
    with create_project(place / "p.lnl", root=root, reader="test") as project:
        insert_dataset(
            project,
            class_names=data["classes"],
            split_names=data["splits"],
            samples=zip(
                range(len(data["paths"])),
                data["paths"],
                data["given"],
                data["split"],
                [None] * len(data["paths"]),
                strict=True,
            ),
            skipped=(),
        )
    return place / "p.lnl"


def decide(session: Session, data: dict[str, list]) -> None:  # type: ignore[type-arg]
    for row, verdict in enumerate(data["verdicts"]):
        rows = np.array([row])
        if verdict == "new class":
            new = clean_label(data["new"][0])
            names = [entry.name for entry in session.classes]
            if new not in names and _is_refused(new, names):
                with pytest.raises(UserError):
                    session.class_edits.add(new)
                assert [entry.name for entry in session.classes] == names
                continue
            if new not in names:
                session.class_edits.add(new)
            session.relabel(rows, next(c.id for c in session.classes if c.name == new))
        elif verdict == "relabel":
            session.relabel(rows, data["target"][row])
        elif verdict != "none":
            getattr(session, verdict)(rows)


def _is_refused(new: str, names: list[str]) -> bool:
    """Whether a class that a person adds may not have this name, though a dataset's may."""
    parts = new.split("/")
    return (
        not new
        or any(unicodedata.category(c) in ("Cc", "Zl", "Zp", "Co") for c in new)
        or (len(parts) > 1 and any(not part.strip(" .") for part in parts))
        or any(looks_like(new).casefold() == looks_like(name).casefold() for name in names)
    )


@settings(
    max_examples=25,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=datasets(), images=st.sampled_from(["copy", "none"]), exclude_unsure=st.booleans())
def test_labels_splits_and_exclusions_come_back(
    tmp_path_factory: pytest.TempPathFactory,
    data: dict[str, list],  # type: ignore[type-arg]
    images: str,
    exclude_unsure: bool,
) -> None:
    place = tmp_path_factory.mktemp("export")
    with Session.open(make_project(place, data)) as session:
        decide(session, data)
        out = place / "out"
        parameters = ExportParameters(str(out), images=images, exclude_unsure=exclude_unsure)
        class_names = [entry.name for entry in session.classes]
        left = {"exclude", *(["unsure"] if exclude_unsure else [])}
        wanted = {
            f"image {row}": (class_names[session.columns.current[row]], data["splits"][split])
            for row, split in enumerate(data["split"])
            if data["verdicts"][row] not in left
        }
        if not wanted:
            with pytest.raises(UserError, match="nothing to export"):
                run_job(session, parameters, quiet=True)
            return
        run_job(session, parameters, quiet=True)
    listing = read_dataset(out)
    found = {
        Path(str(record.file)).read_text("ascii"): (record.label, record.split)
        for record in listing.records
    }
    assert found == wanted
    assert len(listing.records) == len(wanted)
    assert listing.reader == "lnl-export"
    excluded = [path for path, v in zip(data["paths"], data["verdicts"], strict=True) if v in left]
    assert sorted(entry.path for entry in listing.skipped) == sorted(excluded)


def test_an_export_of_an_export_is_the_same_dataset(tmp_path: Path) -> None:
    data = {
        "classes": ["none", "a/b", "1.0"],
        "paths": ["a.png", "b.png", "c.png"],
        "given": [0, 1, 2],
        "splits": ["", "my test"],
        "split": [0, 1, 1],
        "verdicts": ["none"] * 3,
        "target": [0] * 3,
        "new": ["x"],
    }
    found = []
    project = make_project(tmp_path, data)
    for number in range(2):
        out = tmp_path / f"out {number}"
        with Session.open(project) as session:
            run_job(session, ExportParameters(str(out)), quiet=True)
        listing = read_dataset(out)
        found.append({(r.file.name, r.label, r.split) for r in listing.records})
        project = tmp_path / f"{number}.lnl"
        import_run(ImportParameters(str(out), str(project), accept_layout=True), _Quiet())
    assert found[0] == found[1] and len(found[0]) == 3


class _Quiet:
    """A job context that says nothing."""

    threads = None

    def __init__(self) -> None:
        self.memory: dict[str, object] = {}

    def progress(self, *_: object) -> None:
        return None

    def log(self, *_: object) -> None:
        return None

    def event(self, *_: object, **__: object) -> None:
        return None


def test_what_was_missing_or_moved_by_hand_is_said(tmp_path: Path) -> None:
    data = {
        "classes": ["a", "b"],
        "paths": ["1.png", "2.png", "3.png", "4.png"],
        "given": [0, 0, 1, 1],
        "splits": [""],
        "split": [0] * 4,
        "verdicts": ["none"] * 4,
        "target": [0] * 4,
        "new": ["x"],
    }
    project = make_project(tmp_path, data)
    (tmp_path / "data" / "1.png").unlink()
    out = tmp_path / "out"
    with Session.open(project) as session:
        run_job(session, ExportParameters(str(out), partial=True), quiet=True)
    (out / "images" / "a" / "2.png").rename(out / "images" / "b" / "2.png")
    listing = read_dataset(out)
    assert {(r.path, r.label) for r in listing.records} == {
        ("images/b/2.png", "b"),
        ("images/b/3.png", "b"),
        ("images/b/4.png", "b"),
    }
    reasons = {entry.path: str(entry.reason) for entry in listing.skipped}
    assert "missing" in reasons["1.png"] and "not found" in reasons["images/a/2.png"]
    assert any("partial" in str(warning) for warning in listing.warnings)
