"""One HTML page on what was found and done: no other file, no script, light and dark."""

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Any

from lnl_gui.pipeline.curation import Curated, curate
from lnl_gui.pipeline.report_facts import AuditFigures, ClassRate, DetectorTrust, Facts, gather
from lnl_gui.pipeline.snapshot import Snapshot, take_snapshot
from lnl_gui.store.project import Project, open_project
from lnl_gui.util.atomic import atomic_file
from lnl_gui.util.errors import as_user_error
from lnl_gui.util.messages import from_json, message

FILE_NAME = "report.html"

_STYLE = """
:root { color-scheme: light dark; --text: #1b1f24; --quiet: #59626d; --ground: #ffffff;
  --panel: #f4f6f8; --line: #d5dbe1; --bar: #0072b2; --range: #9ccbe6; }
@media (prefers-color-scheme: dark) { :root { --text: #e7ebef; --quiet: #9fabb7;
  --ground: #14181d; --panel: #1d232a; --line: #36404a; --bar: #56b4e9; --range: #2c5874; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 60rem; color: var(--text);
  background: var(--ground); font: 15px/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.7rem; overflow-wrap: anywhere; }
h2 { margin: 2.2rem 0 .6rem; font-size: 1.15rem; }
p { margin: .4rem 0; max-width: 44rem; }
.quiet, caption { color: var(--quiet); }
.figures { display: flex; flex-wrap: wrap; gap: .6rem; margin: 1.2rem 0; padding: 0;
  list-style: none; }
.figures li { flex: none; width: 9rem; padding: .7rem .9rem; background: var(--panel);
  border: 1px solid var(--line); border-radius: 6px; }
.figures b { display: block; font-size: 1.35rem; font-variant-numeric: tabular-nums; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: .3rem 0; }
th, td { padding: .3rem .6rem .3rem 0; text-align: left; vertical-align: middle;
  border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
.track { position: relative; display: block; width: 100%; min-width: 6rem; height: .7rem;
  background: var(--panel); border-radius: 2px; }
.track i { position: absolute; top: 0; bottom: 0; border-radius: 2px; background: var(--range); }
.track i + i { top: .2rem; bottom: .2rem; background: var(--bar); }
.pictures { display: flex; flex-wrap: wrap; gap: .9rem; padding: 0; margin: .6rem 0;
  list-style: none; }
.pictures li { flex: none; width: 8rem; }
.pictures img, .pictures .none { display: block; width: 112px; height: 112px;
  object-fit: contain; background: var(--panel); border: 1px solid var(--line); }
.pictures span { display: block; overflow-wrap: anywhere; font-size: .85rem; }
code { overflow-wrap: anywhere; font-size: .85em; }
@media print { body { max-width: none; padding: 0; } h2 { break-after: avoid; }
  tr, li { break-inside: avoid; } }
"""


def write_project_report(
    project_folder: Path,
    file: Path,
    *,
    accept_suggestions: bool = False,
    exclude_unsure: bool = False,
) -> None:
    """Write the page on a project as it stands.

    Raises:
        UserError: when there is no such project or the file cannot be written.
    """
    snapshot = take_snapshot(project_folder)
    curated = curate(snapshot, accept_suggestions=accept_suggestions, exclude_unsure=exclude_unsure)
    with open_project(project_folder, read_only=True) as project:
        try:
            write_report(file, project, snapshot, curated)
        except OSError as error:
            raise as_user_error(error, message("write the report {file}", file=file)) from error


def write_report(file: Path, project: Project, snapshot: Snapshot, curated: Curated) -> None:
    """Write the page, whole or not at all."""
    page = as_html(gather(project, snapshot, curated))
    with atomic_file(file, "w", encoding="utf-8") as stream:
        stream.write(page)


def as_html(facts: Facts) -> str:
    """The page."""
    sections = [
        _head(facts),
        _noise(facts.detection),
        _classes(facts.classes, facts.counts["classes"]),
        _table(
            "Which class was mistaken for which",
            "Estimated share of a class that was labelled as another.",
            ("Really", "Labelled", "Share"),
            [(pair.true, pair.given, _percent(pair.rate)) for pair in facts.pairs],
        ),
        _changes(facts),
        _training(facts.training),
        _audit(facts.audit),
        _table(
            "Issues beside labels",
            "Images that look wrong in another way.",
            ("Issue", "Images"),
            [(name.replace("_", " "), _count(count)) for name, count in facts.issues],
        ),
        _detectors(facts.detectors),
        _annotators(facts.detection.get("annotators") or []),
        _journal(facts),
        _pedigree(facts),
    ]
    title = escape(f"Labels of {facts.name}")
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(filter(None, sections))
        + "\n</body>\n</html>\n"
    )


def _head(facts: Facts) -> str:
    figures = [
        f"<li><b>{_count(count)}</b>{escape(name)}</li>"
        for name, count in facts.counts.items()
        if count or name in ("suspects", "labels changed")
    ]
    return (
        f"<header><h1>Labels of {escape(facts.name)}</h1>"
        f'<p class="quiet">Written {facts.written}</p></header>\n'
        f'<ul class="figures">{"".join(figures)}</ul>'
    )


def _noise(found: dict[str, Any]) -> str:
    if "noise_rate" not in found:
        return _section("Noise", "<p>No detection has been run.</p>")
    low, high = found["noise_rate_interval"]
    lines = [
        f"<p>About <b>{_percent(found['noise_rate'])}</b> of the given labels are wrong"
        f" (95 % interval {_percent(low)} to {_percent(high)}).</p>"
    ]
    if "expected_errors" in found:
        least, most = found["expected_errors_interval"]
        lines.append(
            f"<p>That is {_count(round(found['expected_errors']))} labels"
            f" ({_count(round(least))} to {_count(round(most))}).</p>"
        )
    said = [*found.get("agreement", {}).get("sentences", ()), *found.get("warnings", ())]
    lines += [f'<p class="quiet">{escape(str(from_json(text)))}</p>' for text in said]
    return _section("Noise", "".join(lines))


def _classes(classes: Sequence[ClassRate], total: int) -> str:
    largest = max((row.interval[1] for row in classes if row.interval), default=0.0)
    rows = []
    for row in classes:
        rate, bar = "-", ""
        if row.rate is not None and row.interval is not None:
            low, high = row.interval
            rate = f"{_percent(row.rate)} ({_percent(low)} to {_percent(high)})"
            bar = _bar(row.rate, row.interval, max(largest, 1e-9))
        rows.append((row.name, _count(row.given), _count(row.curated), rate, _Raw(bar)))
    more = f" The {len(classes)} noisiest of {_count(total)}." if total > len(classes) else ""
    return _table(
        "Classes",
        "Estimated share of wrong labels among those given, with its 95 % interval." + more,
        ("Class", "Given", "Curated", "Wrong", ""),
        rows,
    )


def _bar(rate: float, interval: tuple[float, float], largest: float) -> str:
    """The interval as a band, the estimate as a bar in it; the figures stand beside it."""
    left, right = (100 * value / largest for value in interval)
    return (
        '<span class="track" aria-hidden="true">'
        f'<i style="left:{left:.1f}%;width:{right - left:.1f}%"></i>'
        f'<i style="left:0;width:{100 * rate / largest:.1f}%"></i></span>'
    )


def _changes(facts: Facts) -> str:
    table = _table(
        "Labels changed",
        "From the given label to the curated one.",
        ("Given", "Curated", "Images"),
        [(given, label, _count(count)) for given, label, count in facts.changes],
    )
    if not facts.pictures:
        return table
    entries = []
    for shown in facts.pictures:
        who = "" if shown.by_person else " (suggested)"
        picture = (
            f'<img src="{shown.picture}" width="112" height="112" alt="{escape(shown.path)}">'
            if shown.picture
            else '<span class="none"></span>'
        )
        entries.append(
            f"<li>{picture}<span>{escape(shown.given)} &rarr; <b>{escape(shown.curated)}</b>"
            f'{who}</span><span class="quiet">{escape(shown.path)}</span></li>'
        )
    return f'{table}\n<ul class="pictures">{"".join(entries)}</ul>'


def _training(found: dict[str, Any]) -> str:
    after, before = found.get("after"), found.get("before")
    if not after:
        return ""
    rows = [
        (title, _percent(each["accuracy"]), _percent(each["balanced_accuracy"]))
        for title, each in (("given labels", before), ("curated labels", after))
        if each
    ]
    table = _table(
        "Before and after",
        f"A model trained with the recipe {found['recipe']} on"
        f" {_count(found.get('training_samples', 0))} samples, judged on the same"
        f" {_count(found['holdout_samples'])} held-out ones.",
        ("Trained on", "Accuracy", "Mean over classes"),
        rows,
    )
    if before and "difference" in found:
        low, high = found["difference_interval"]
        # Results of earlier versions call the two counts mended and broken.
        corrected = found.get("corrected", found.get("mended", 0))
        degraded = found.get("degraded", found.get("broken", 0))
        table += (
            f"<p>Difference {found['difference']:+.1%} (95 % interval {low:+.1%} to {high:+.1%});"
            f" {_count(corrected)} held-out samples are now right that were wrong,"
            f" {_count(degraded)} the other way round.</p>"
        )
    return table + "".join(
        f'<p class="quiet">{escape(str(from_json(said)))}</p>' for said in found.get("warnings", ())
    )


def _audit(audit: AuditFigures | None) -> str:
    if audit is None:
        return ""
    low, high = audit.interval
    return _section(
        "Audit",
        f"<p>Of {_count(audit.drawn)} samples drawn at random from what was not flagged,"
        f" {_count(audit.judged)} were judged and {_count(audit.wrong)} were wrong:"
        f" <b>{_percent(audit.rate)}</b> (95 % interval {_percent(low)} to {_percent(high)}).</p>",
    )


def _detectors(found: Sequence[DetectorTrust]) -> str:
    return _table(
        "Detectors",
        "Share of each one's votes that agree with given labels it was not shown, with the other"
        " detectors' votes on average, and its weight in the consensus where it has a vote there.",
        ("Detector", "Given labels", "Other detectors", "Weight"),
        [
            (
                row.title,
                "-" if row.trust is None else _percent(row.trust),
                "-" if row.others is None else _percent(row.others),
                "-" if row.weight is None else f"{row.weight:.2f}",
            )
            for row in found
        ],
    )


def _annotators(found: Sequence[dict[str, Any]]) -> str:
    return _table(
        "Annotators",
        "Expected share of each person's labels that are right.",
        ("Annotator", "Labels", "Right"),
        [(entry["name"], _count(entry["labels"]), _percent(entry["quality"])) for entry in found],
    )


def _journal(facts: Facts) -> str:
    span = facts.reviewed_from_to
    return _table(
        "Review",
        f"Acts in force, from {span[0]} to {span[1]}." if span else "",
        ("Reviewer", "Act", "Times", "Samples"),
        [(who, kind, _count(times), _count(count)) for who, kind, times, count in facts.acts],
    )


def _pedigree(facts: Facts) -> str:
    rows = [*facts.versions.items(), ("SHA-256 of the curated set", facts.curated_sha256)]
    return _table("Made with", "", ("", ""), rows)


class _Raw(str):
    """HTML that is put in as it is."""


def _table(title: str, caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A section with a table, the first cell of a row being its head; "" when it would be empty."""
    body = "".join(
        "<tr>" + "".join(_cell(text, first=at == 0) for at, text in enumerate(row)) + "</tr>"
        for row in rows
    )
    if not body:
        return ""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    top = f"<thead><tr>{head}</tr></thead>" if any(heads) else ""
    note = f"<caption>{escape(caption)}</caption>" if caption else ""
    return _section(title, f"<table>{note}{top}<tbody>{body}</tbody></table>")


def _cell(text: str, *, first: bool) -> str:
    if isinstance(text, _Raw):
        return f"<td>{text}</td>"
    return f'<th scope="row">{escape(text)}</th>' if first else f"<td>{escape(text)}</td>"


def _section(title: str, body: str) -> str:
    return f"<section><h2>{escape(title)}</h2>\n{body}</section>"


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %"


def _count(value: int) -> str:
    return f"{value:,}"
