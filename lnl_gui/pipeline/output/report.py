"""One HTML page on what was found and done: no other file, no script, light and dark."""

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Any

from lnl_gui.pipeline.output import report_paper
from lnl_gui.pipeline.output.report_facts import (
    AuditFigures,
    ChangedLabel,
    ClassRate,
    DetectorTrust,
    Facts,
    collect_facts,
)
from lnl_gui.pipeline.output.report_words import (
    ACTS,
    COUNTS,
    NO_WEIGHT,
    NOT_KNOWN,
    count,
    name_of,
    percent,
)
from lnl_gui.pipeline.snapshot import Snapshot, take_snapshot
from lnl_gui.pipeline.training.curation import Curated, curate
from lnl_gui.store.detection_summary import AnnotatorFigures, DetectionSummary
from lnl_gui.store.gain_words import (
    basis,
    headline,
    invitation,
    of_an_earlier_version,
    remarks,
)
from lnl_gui.store.issue_titles import ISSUE_TITLES
from lnl_gui.store.project import Project, open_project
from lnl_gui.store.training_comparison import gain_from_dict
from lnl_gui.util.atomic import atomic_file
from lnl_gui.util.errors import as_user_error
from lnl_gui.util.messages import NOTHING, Message, from_json, joined, message
from lnl_gui.util.translation import current_language, localized
from lnl_gui.util.visible import harmless, visible

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
    paper: bool = False,
) -> None:
    """Write the page on a project as it stands; for `paper`, in the HTML that Qt can print.

    Raises:
        UserError: when there is no such project or the file cannot be written.
    """
    snapshot = take_snapshot(project_folder)
    curated = curate(snapshot, accept_suggestions=accept_suggestions, exclude_unsure=exclude_unsure)
    with open_project(project_folder, read_only=True) as project:
        try:
            write_report(file, project, snapshot, curated, paper=paper)
        except OSError as error:
            raise as_user_error(error, message("write the report {file}", file=file)) from error


def write_report(
    file: Path, project: Project, snapshot: Snapshot, curated: Curated, *, paper: bool = False
) -> None:
    """Write the page, whole or not at all."""
    page = as_html(collect_facts(project, snapshot, curated), paper=paper)
    with atomic_file(file, "w", encoding="utf-8") as stream:
        stream.write(page)


def as_html(facts: Facts, *, paper: bool = False) -> str:
    """The page, in the language in force; on `paper` from tables alone, without a dark side."""
    sections = [
        _head(facts, paper=paper),
        _noise(facts.detection),
        _classes(facts.classes, facts.counts["classes"], paper=paper),
        _table(
            message("Which class was mistaken for which"),
            message("Estimated share of a class that was labelled as another."),
            (message("Really"), message("Labelled"), message("Share")),
            [(pair.true, pair.given, percent(pair.rate)) for pair in facts.pairs],
        ),
        _changes(facts, paper=paper),
        _training(facts.training),
        _audit(facts.audit),
        _table(
            message("Issues beside labels"),
            message("Images that look wrong in another way."),
            (message("Issue"), message("Images")),
            [(name_of(ISSUE_TITLES, name), count(number)) for name, number in facts.issues],
        ),
        _detectors(facts.detectors),
        _annotators(facts.detection.annotators),
        _journal(facts),
        _made_with(facts),
    ]
    title = _text(message("Labels of {name}", name=facts.name))
    style = report_paper.STYLE if paper else _STYLE
    return (
        f'<!DOCTYPE html>\n<html lang="{current_language().code}">\n<head>\n'
        '<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        + "\n".join(filter(None, sections))
        + "\n</body>\n</html>\n"
    )


def _head(facts: Facts, *, paper: bool) -> str:
    shown = [
        (_text(count(number)), _text(name_of(COUNTS, name)))
        for name, number in facts.counts.items()
        if number or name in ("suspects", "labels changed")
    ]
    title = _text(message("Labels of {name}", name=facts.name))
    written = _text(message("Written {when}", when=facts.written))
    entries = "".join(f"<li><b>{number}</b>{name}</li>" for number, name in shown)
    figures = report_paper.figures(shown) if paper else f'<ul class="figures">{entries}</ul>'
    return f'<header><h1>{title}</h1><p class="quiet">{written}</p></header>\n{figures}'


def _noise(found: DetectionSummary) -> str:
    title = message("Noise")
    if found.cannot_judge:
        unknown = message("The labels cannot be judged: nothing is known of how many are wrong.")
        return _section(title, f"<p><b>{_text(unknown)}</b></p>" + _notes(found.warnings))
    if found.noise_rate is None:
        return _section(title, f"<p>{_text(message('No detection has been run.'))}</p>")
    low, high = found.noise_rate_interval
    said = [
        message(
            "About {rate} of the given labels are wrong (95 % interval {low} to {high}).",
            rate=percent(found.noise_rate),
            low=percent(low),
            high=percent(high),
        )
    ]
    if found.expected_errors is not None and found.expected_errors_interval is not None:
        least, most = found.expected_errors_interval
        said.append(
            message(
                "That is {errors} labels ({least} to {most}).",
                errors=count(found.expected_errors),
                least=count(least),
                most=count(most),
            )
        )
    if found.well_labelled_bound is not None:
        said.append(
            message(
                "{sound} labels need no look: at most {bound} of them are wrong (95 %).",
                sound=count(found.well_labelled),
                bound=percent(found.well_labelled_bound),
            )
        )
    notes = [*found.agreement.sentences, *found.warnings]
    return _section(title, "".join(f"<p>{_text(each)}</p>" for each in said) + _notes(notes))


def _notes(stored: Iterable[object]) -> str:
    return "".join(f'<p class="quiet">{_text(from_json(each))}</p>' for each in stored)


def _classes(classes: Sequence[ClassRate], total: int, *, paper: bool) -> str:
    largest = max((row.interval[1] for row in classes if row.interval), default=0.0)
    rows = []
    for row in classes:
        rate, bar = NOT_KNOWN, ""
        if row.rate is not None and row.interval is not None:
            low, high = row.interval
            rate = message(
                "{rate} ({low} to {high})",
                rate=percent(row.rate),
                low=percent(low),
                high=percent(high),
            )
            most = max(largest, 1e-9)
            bar = (
                report_paper.bar(row.rate, high, most)
                if paper
                else _bar(row.rate, row.interval, most)
            )
        rows.append((row.name, count(row.given), count(row.curated), rate, _Raw(bar)))
    caption = message("Estimated share of wrong labels among those given, with its 95 % interval.")
    if total > len(classes):
        more = message("The {shown} noisiest of {total}.", shown=len(classes), total=count(total))
        caption = joined((caption, more), " ")
    heads = (message("Class"), message("Given"), message("Curated"), message("Wrong"), NOTHING)
    return _table(message("Classes"), caption, heads, rows)


def _bar(rate: float, interval: tuple[float, float], largest: float) -> str:
    """The interval as a band, the estimate as a bar in it; the figures stand beside it."""
    left, right = (100 * value / largest for value in interval)
    return (
        '<span class="track" aria-hidden="true">'
        f'<i style="left:{left:.1f}%;width:{right - left:.1f}%"></i>'
        f'<i style="left:0;width:{100 * rate / largest:.1f}%"></i></span>'
    )


def _changes(facts: Facts, *, paper: bool) -> str:
    table = _table(
        message("Labels changed"),
        message("From the given label to the curated one."),
        (message("Given"), message("Curated"), message("Images")),
        [(given, label, count(number)) for given, label, number in facts.changes],
    )
    if not facts.pictures:
        return table
    entries = [_picture(shown) for shown in facts.pictures]
    if paper:
        return f"{table}\n{report_paper.pictures(entries)}"
    listed = "".join(f"<li>{entry}</li>" for entry in entries)
    return f'{table}\n<ul class="pictures">{listed}</ul>'


def _picture(shown: ChangedLabel) -> str:
    who = "" if shown.by_person else f" ({_text(message('suggested'))})"
    picture = (
        f'<img src="{shown.picture}" width="112" height="112" alt="{_name(shown.path)}">'
        if shown.picture
        else '<span class="none"></span>'
    )
    return (
        f"{picture}<span>{_name(shown.given)} &rarr; <b>{_name(shown.curated)}</b>"
        f'{who}</span> <span class="quiet">{_name(shown.path)}</span>'
    )


def _training(found: dict[str, Any]) -> str:
    after, before = found.get("after"), found.get("before")
    if not after:
        return ""
    rows = [
        (title, percent(each["accuracy"]), percent(each["balanced_accuracy"]))
        for title, each in (
            (message("given labels"), before),
            (message("curated labels"), after),
        )
        if each
    ]
    table = _table(
        message("Before and after"),
        message(
            "A model trained with the recipe {recipe} on {samples} samples, judged on the same"
            " {held_out} held-out ones by their labels as they are now.",
            recipe=found["recipe"],
            samples=count(found.get("training_samples", 0)),
            held_out=count(found["holdout_samples"]),
        ),
        (message("Trained on"), message("Accuracy"), message("Mean over classes")),
        rows,
    )
    older = _text(message("The model is out of date: verdicts came after it."))
    age = f"<p><strong>{older}</strong></p>" if found.get("outdated") else ""
    return table + age + _gain(found) + _notes(found.get("warnings", ()))


def _gain(found: dict[str, Any]) -> str:
    """What cleaning gained, and whether that was verified or is an estimate."""
    if not found.get("before"):
        return ""
    if "difference_kind" not in found:
        said = [of_an_earlier_version()]
    else:
        gain = gain_from_dict(found)
        said = [headline(gain), basis(gain), *remarks(gain)]
        said += [invitation(gain)] if gain.open else []
    return "".join(f"<p>{_text(each)}</p>" for each in said)


def _audit(audit: AuditFigures | None) -> str:
    if audit is None:
        return ""
    low, high = audit.interval
    said = message(
        "Of {drawn} samples drawn at random from what was not flagged, {judged} were judged and"
        " {wrong} were wrong: {rate} (95 % interval {low} to {high}).",
        drawn=count(audit.drawn),
        judged=count(audit.judged),
        wrong=count(audit.wrong),
        rate=percent(audit.rate),
        low=percent(low),
        high=percent(high),
    )
    return _section(message("Audit"), f"<p>{_text(said)}</p>")


def _detectors(found: Sequence[DetectorTrust]) -> str:
    def share(value: float | None) -> Message:
        return NOT_KNOWN if value is None else percent(value)

    return _table(
        message("Detectors"),
        message(
            "Share of each one's votes that agree with given labels it was not shown, with the"
            " other detectors' votes on average, and its weight in the consensus where it has a"
            " vote there."
        ),
        (
            message("Detector"),
            message("Given labels"),
            message("Other detectors"),
            message("Weight"),
        ),
        [(row.title, share(row.trust), share(row.others), _weight(row.weight)) for row in found],
    )


def _weight(value: float | None) -> Message:
    return NO_WEIGHT if value is None else Message("{weight:.2f}", (("weight", value),))


def _annotators(found: Sequence[AnnotatorFigures]) -> str:
    return _table(
        message("Annotators"),
        message("Expected share of each person's labels that are right."),
        (message("Annotator"), message("Labels"), message("Right")),
        [(entry.name, count(entry.labels), percent(entry.quality)) for entry in found],
    )


def _journal(facts: Facts) -> str:
    span = facts.reviewed_from_to
    caption = NOTHING
    if span:
        caption = message("Acts in force, from {first} to {last}.", first=span[0], last=span[1])
    return _table(
        message("Review"),
        caption,
        (message("Reviewer"), message("Act"), message("Times"), message("Samples")),
        [
            (who, name_of(ACTS, kind), count(times), count(number))
            for who, kind, times, number in facts.acts
        ],
    )


def _made_with(facts: Facts) -> str:
    digest = (message("SHA-256 of the curated set"), facts.curated_sha256)
    rows: list[Sequence[Cell]] = [*facts.versions.items(), digest]
    return _table(message("Made with"), NOTHING, (NOTHING, NOTHING), rows)


class _Raw(str):
    """HTML that is put in as it is."""


Cell = str | Message


def _table(
    title: Message, caption: Message, heads: Sequence[Message], rows: Iterable[Sequence[Cell]]
) -> str:
    """A section with a table, the first cell of a row being its head; "" when it would be empty."""
    body = "".join(
        "<tr>" + "".join(_cell(text, first=at == 0) for at, text in enumerate(row)) + "</tr>"
        for row in rows
    )
    if not body:
        return ""
    head = "".join(f'<th scope="col">{_text(text)}</th>' for text in heads)
    top = f"<thead><tr>{head}</tr></thead>" if any(heads) else ""
    note = f"<caption>{_text(caption)}</caption>" if caption else ""
    return _section(title, f"<table>{note}{top}<tbody>{body}</tbody></table>")


def _cell(cell: Cell, *, first: bool) -> str:
    if isinstance(cell, _Raw):
        return f"<td>{cell}</td>"
    text = _name(cell) if isinstance(cell, str) else _text(cell)
    return f'<th scope="row">{text}</th>' if first else f"<td>{text}</td>"


def _section(title: Message, body: str) -> str:
    return f"<section><h2>{_text(title)}</h2>\n{body}</section>"


def _name(text: str) -> str:
    """A name as HTML, with what shows nothing, or is a command to a terminal, written out."""
    return escape(visible(text))


def _text(said: Message) -> str:
    return escape(harmless(localized(said)))
