"""Tables of paths and labels beside a folder of images."""

import csv
import json
import sqlite3
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.formats.case import Case
from tests.formats.truth import SAMPLES, write_images

HEADER = ("path", "label", "split")


def rows() -> list[tuple[str, str, str]]:
    return [(f"images/{s.name}", s.label, s.split) for s in SAMPLES]


def _prepared(folder: Path, name: str) -> Path:
    write_images(folder / "images")
    return folder / name


def _frame(tool: str) -> Any:
    return import_module(tool).DataFrame([dict(zip(HEADER, row, strict=True)) for row in rows()])


def _framed(tool: str, name: str, write: Callable[[Any, str], object]) -> Callable[[Path], Path]:
    def made(folder: Path) -> Path:
        file = _prepared(folder, name)
        write(_frame(tool), str(file))
        return file

    return made


def _csv_module(folder: Path) -> Path:
    file = _prepared(folder, "labels.csv")
    with file.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([HEADER, *rows()])
    return file


def _excel_dialect(folder: Path) -> Path:
    file = _prepared(folder, "labels.csv")
    with file.open("w", newline="", encoding="utf-16") as stream:
        csv.writer(stream, delimiter=";").writerows([HEADER, *rows()])
    return file


def _json_map(folder: Path) -> Path:
    file = _prepared(folder, "labels.json")
    file.write_text(json.dumps({path: label for path, label, _ in rows()}), encoding="utf-8")
    return file


def _sqlite(folder: Path) -> Path:
    file = _prepared(folder, "labels.sqlite")
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE labels(path TEXT, label TEXT, split TEXT)")
    connection.executemany("INSERT INTO labels VALUES (?, ?, ?)", rows())
    connection.commit()
    connection.close()
    return file


def _one_hot(folder: Path) -> Path:
    file = _prepared(folder, "labels.csv")
    frame = _frame("pandas")
    import_module("pandas").get_dummies(frame, columns=["label"], prefix="", prefix_sep="").to_csv(
        file, index=False
    )
    return file


def _votes(folder: Path) -> Path:
    """Three people's answers in long form, the majority right."""
    file = _prepared(folder, "votes.csv")
    lines = [("image", "annotator", "label")]
    for at, (path, label, _) in enumerate(rows()):
        wrong = rows()[(at + 1) % len(rows())][1]
        lines += [(path, "ann", wrong), (path, "ben", label), (path, "cem", label)]
    with file.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows(lines)
    return file


CASES = (
    Case("CSV", "csv", _csv_module),
    Case("CSV of Excel, UTF-16 and semicolons", "csv", _excel_dialect),
    Case("CSV of votes", "csv", _votes, has_splits=False),
    Case("JSON map", "json", _json_map, has_splits=False),
    Case("SQLite", "sqlite3", _sqlite),
    Case("CSV with index", "pandas", _framed("pandas", "t.csv", lambda f, p: f.to_csv(p))),
    Case("one-hot CSV", "pandas", _one_hot),
    Case("TSV", "pandas", _framed("pandas", "t.tsv", lambda f, p: f.to_csv(p, sep="\t"))),
    Case("CSV.gz", "pandas", _framed("pandas", "t.csv.gz", lambda f, p: f.to_csv(p, index=False))),
    Case(
        "JSON records",
        "pandas",
        _framed("pandas", "t.json", lambda f, p: f.to_json(p, orient="records")),
    ),
    Case(
        "JSON lines",
        "pandas",
        _framed("pandas", "t.jsonl", lambda f, p: f.to_json(p, orient="records", lines=True)),
    ),
    Case("Parquet", "pandas", _framed("pandas", "t.parquet", lambda f, p: f.to_parquet(p))),
    Case("Feather", "pandas", _framed("pandas", "t.feather", lambda f, p: f.to_feather(p))),
    Case("ORC", "pandas", _framed("pandas", "t.orc", lambda f, p: f.to_orc(p))),
    Case("Excel", "pandas", _framed("pandas", "t.xlsx", lambda f, p: f.to_excel(p))),
    Case("CSV", "polars", _framed("polars", "t.csv", lambda f, p: f.write_csv(p))),
    Case("Parquet", "polars", _framed("polars", "t.parquet", lambda f, p: f.write_parquet(p))),
    Case("Arrow IPC", "polars", _framed("polars", "t.arrow", lambda f, p: f.write_ipc(p))),
    Case("JSON lines", "polars", _framed("polars", "t.ndjson", lambda f, p: f.write_ndjson(p))),
)
