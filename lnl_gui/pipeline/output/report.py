"""One HTML page on what was found and done: no other file, no script, light and dark."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from lnl_gui.pipeline.output.report_facts import (
    AuditFigures,
    ClassRate,
    DetectorTrust,
    Facts,
    collect_facts,
)
from lnl_gui.pipeline.output.report_page import Bar, Cell, Page, ReportSection, ReportTable, render
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
from lnl_gui.store.dataset.reading_record import absent_message
from lnl_gui.store.detection.detection_summary import AnnotatorFigures, DetectionSummary
from lnl_gui.store.detection.issue_titles import ISSUE_TITLES
from lnl_gui.store.detection.rate_doubts import rate_doubts
from lnl_gui.store.detection.unjudged import not_counted
from lnl_gui.store.history.audits import verdict_remarks
from lnl_gui.store.project import Project, open_project
from lnl_gui.store.training.gain import gain_from_dict
from lnl_gui.store.training.gain_words import (
    basis,
    headline,
    invitation,
    is_estimated,
    of_an_earlier_version,
    remarks,
)
from lnl_gui.util.errors import as_user_error
from lnl_gui.util.files.atomic import atomic_file
from lnl_gui.util.files.replaceable import begins_with, refuse_other_kind
from lnl_gui.util.messages import NOTHING, Message, from_json, joined, message, message_n

FILE_NAME = "report.html"
_IS_REPORT = begins_with(
    rb'<!DOCTYPE html>.*(<meta name="generator" content="LNL">'
    # Of earlier versions.
    rb'|<header><h1>[^\n]*</h1><p class="quiet">)'
    # What Qt writes as the creator of a PDF.
    rb"|%PDF-.*/Creator \(\xfe\xff\x00L\x00N\x00L\)"
)


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
        UserError: when there is no such project, something else is there or the file cannot be
            written.
    """
    refuse_other_report(file)
    snapshot = take_snapshot(project_folder)
    curated = curate(snapshot, accept_suggestions=accept_suggestions, exclude_unsure=exclude_unsure)
    with open_project(project_folder, read_only=True) as project:
        try:
            write_report(file, project, snapshot, curated, paper=paper)
        except OSError as error:
            raise as_user_error(error, message("write the report {file}", file=file)) from error


def refuse_other_report(file: Path) -> None:
    """Refuse to write over a file that is no report.

    Raises:
        UserError: when something else is there.
    """
    refuse_other_kind(file, message("a report"), _IS_REPORT)


def write_report(
    file: Path,
    project: Project,
    snapshot: Snapshot,
    curated: Curated,
    *,
    paper: bool = False,
    exported: int | None = None,
) -> None:
    """Write the page, whole or not at all.

    Args:
        file: replaced if it exists.
        project: that it is of.
        snapshot: of the project.
        curated: its labels now.
        paper: in the HTML that Qt can print.
        exported: how many images are in the export that it is in.
    """
    page = as_html(collect_facts(project, snapshot, curated, exported=exported), paper=paper)
    with atomic_file(file, "w", encoding="utf-8") as stream:
        stream.write(page)


def as_html(facts: Facts, *, paper: bool = False) -> str:
    """The page, in the language in force; on `paper` from tables alone, without a dark side."""
    return render(as_page(facts), paper=paper)


def as_page(facts: Facts) -> Page:
    """What the page says, before it is HTML; sections with nothing to say are left out."""
    sections = (
        _noise(facts.detection, facts.judged_gone, facts.unjudged),
        _classes(facts),
        _pairs(facts),
        _changes(facts),
        _edited_classes(facts),
        _training(facts.training),
        _audit(facts.audit),
        _issues(facts),
        _detectors(facts.detectors),
        _annotators(facts.detection.annotators),
        _journal(facts),
        _made_with(facts),
    )
    return Page(
        title=message("Labels of {name}", name=facts.name),
        written=message("Written {when}", when=facts.written),
        figures=[
            (count(number), name_of(COUNTS, name))
            for name, number in facts.counts.items()
            # That there are none is a result of these alone.
            if number or name in ("suspects", "labels changed")
        ],
        sections=[section for section in sections if section is not None and not section.is_empty],
    )


def _pairs(facts: Facts) -> ReportSection:
    evenly = message(
        "No pair of classes stands out: mistakes are spread about evenly over the classes."
    )
    return ReportSection(
        message("Which class was mistaken for which"),
        ReportTable(
            (message("Really"), message("Labelled"), message("Share")),
            [(pair.true, pair.given, percent(pair.rate)) for pair in facts.pairs],
            message("Estimated share of a class that was labelled as another."),
        ),
        sentences=(evenly,) if facts.mistaken_evenly else (),
    )


def _issues(facts: Facts) -> ReportSection:
    return ReportSection(
        message("Issues beside labels"),
        ReportTable(
            (message("Issue"), message("Images")),
            [(name_of(ISSUE_TITLES, name), count(number)) for name, number in facts.issues],
            message("Images that look wrong in another way."),
        ),
    )


def _noise(found: DetectionSummary, gone: int, unjudged: int) -> ReportSection:
    title = message("Noise")
    if found.cannot_judge:
        unknown = message("The labels cannot be judged: nothing is known of how many are wrong.")
        return ReportSection(title, said=(unknown,), notes=_notes(found.warnings))
    if found.noise_rate is None:
        return ReportSection(title, sentences=(message("No detection has been run."),))
    low, high = found.noise_rate_interval
    rate = message("About {rate} of the given labels are wrong (95 % interval {low} to {high}).")
    if unjudged:
        rate = message(
            "About {rate} of the labels that were judged are wrong (95 % interval {low} to {high})."
        )
    fields = {"rate": percent(found.noise_rate), "low": percent(low), "high": percent(high)}
    said = [rate.with_fields(**fields)]
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
    doubts = rate_doubts(found)
    said += doubts
    if found.well_labelled_bound is not None:
        said.append(
            message(
                "{sound} labels need no look: at most {bound} of them are wrong (95 %).",
                sound=count(found.well_labelled),
                bound=percent(found.well_labelled_bound),
            )
        )
    if gone:
        said.append(
            message_n(
                "{count:,} image that was judged is gone or cannot be read any more: these numbers"
                " count it.",
                "{count:,} images that were judged are gone or cannot be read any more: these"
                " numbers count them.",
                gone,
            )
        )
    if unjudged:
        said.append(not_counted(unjudged))
    notes = _notes((*found.agreement.sentences, *found.warnings))
    return ReportSection(title, sentences=said, notes=[n for n in notes if n not in doubts])


def _notes(stored: Iterable[object]) -> list[Message]:
    return [from_json(each) for each in stored]


def _classes(facts: Facts) -> ReportSection:
    classes, total, unjudged = facts.classes, facts.counts["classes"], facts.unjudged
    largest = max((row.interval[1] for row in classes if row.interval), default=0.0)
    rows: list[tuple[Cell, ...]] = []
    for row in classes:
        known = row.rate is not None and row.interval is not None
        # Bars are shares of the largest, and all may be 0.
        rate, bar = _rate_of(row, max(largest, 1e-9)) if known else (NOT_KNOWN, NOTHING)
        rows.append((row.name, count(row.given), count(row.curated), rate, bar))
    caption = message("Estimated share of wrong labels among those given, with its 95 % interval.")
    if total > len(classes):
        more = message("The {shown} noisiest of {total}.", shown=len(classes), total=count(total))
        caption = joined((caption, more), " ")
    if unjudged:
        judged = message("`Given` counts all, the shares those that have been judged.")
        caption = joined((caption, judged), " ")
    heads = (message("Class"), message("Given"), message("Curated"), message("Wrong"), NOTHING)
    absent = (absent_message(facts.absent_classes),) if facts.absent_classes else ()
    return ReportSection(message("Classes"), ReportTable(heads, rows, caption), said=absent)


def _rate_of(row: ClassRate, largest: float) -> tuple[Message, Bar]:
    """The share of wrong labels in words and as a bar."""
    assert row.rate is not None and row.interval is not None
    low, high = row.interval
    words = message(
        "{rate} ({low} to {high})", rate=percent(row.rate), low=percent(low), high=percent(high)
    )
    return words, Bar(row.rate, low, high, largest)


def _changes(facts: Facts) -> ReportSection:
    return ReportSection(
        message("Labels changed"),
        ReportTable(
            (message("Given"), message("Curated"), message("Images")),
            [(given, label, count(number)) for given, label, number in facts.changes],
            message("From the given label to the curated one."),
        ),
        pictures=facts.pictures,
    )


def _edited_classes(facts: Facts) -> ReportSection:
    return ReportSection(
        message("Classes edited"),
        ReportTable(
            (message("In the dataset"), message("Now"), message("Images")),
            [
                (entry.name, entry.now or message("deleted"), count(entry.samples))
                for entry in facts.edited_classes
            ],
            message("Classes of the dataset that were renamed, merged into another or deleted."),
        ),
    )


def _training(found: dict[str, Any]) -> ReportSection | None:
    after, before = found.get("after"), found.get("before")
    if not after:
        return None
    rows = [
        (title, percent(each["accuracy"]), percent(each["balanced_accuracy"]))
        for title, each in (
            (message("given labels"), before),
            (message("curated labels"), after),
        )
        if each
    ]
    caption = message(
        "A model trained with the recipe {recipe} on {samples} samples, judged on the same"
        " {held_out} held-out ones by their labels at the time of training.",
        recipe=found["recipe"],
        samples=count(found.get("training_samples", 0)),
        held_out=count(found["holdout_samples"]),
    )
    heads = (message("Trained on"), message("Accuracy"), message("Mean over classes"))
    uncorrected = message(
        "Wrong ones among these labels are not corrected here: the difference of the rows is not"
        " the gain."
    )
    if before and is_estimated(found):
        caption = joined((caption, uncorrected), " ")
    older = message("The model is out of date: verdicts came after it.")
    return ReportSection(
        message("Before and after"),
        ReportTable(heads, rows, caption),
        said=(older,) if found.get("outdated") else (),
        sentences=_gain(found),
        notes=_notes(found.get("warnings", ())),
    )


def _gain(found: dict[str, Any]) -> list[Message]:
    """What cleaning gained, and whether that was verified or is an estimate."""
    if not found.get("before"):
        return []
    if "difference_kind" not in found:
        return [of_an_earlier_version()]
    gain = gain_from_dict(found)
    said = [headline(gain), basis(gain), *remarks(gain)]
    invited = invitation(gain)
    return said if invited is None else [*said, invited]


def _audit(audit: AuditFigures | None) -> ReportSection | None:
    if audit is None:
        return None
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
    more = verdict_remarks(
        not_looked_at=audit.not_looked_at, set_aside=audit.set_aside, in_sight=audit.in_sight
    )
    return ReportSection(message("Audit"), sentences=(said, *more))


def _detectors(found: Sequence[DetectorTrust]) -> ReportSection:
    def share(value: float | None) -> Message:
        return NOT_KNOWN if value is None else percent(value)

    caption = message(
        "Share of each one's votes that agree with given labels it was not shown, with the"
        " other detectors' votes on average, and its weight in the consensus where it has a"
        " vote there. “In sample” are those that learn from the given labels themselves: that"
        " they agree with them says nothing."
    )
    heads = (
        message("Detector"),
        message("Given labels"),
        message("Other detectors"),
        message("Weight"),
    )
    rows = [
        (
            row.title,
            message("in sample") if row.in_sample else share(row.trust),
            share(row.others),
            _weight(row.weight),
        )
        for row in found
    ]
    return ReportSection(message("Detectors"), ReportTable(heads, rows, caption))


def _weight(value: float | None) -> Message:
    return NO_WEIGHT if value is None else Message("{weight:.2f}", (("weight", value),))


def _annotators(found: Sequence[AnnotatorFigures]) -> ReportSection:
    return ReportSection(
        message("Annotators"),
        ReportTable(
            (message("Annotator"), message("Labels"), message("Right")),
            [(entry.name, count(entry.labels), percent(entry.quality)) for entry in found],
            message("Expected share of each person's labels that are right."),
        ),
    )


def _journal(facts: Facts) -> ReportSection:
    span = facts.reviewed_from_to
    caption = NOTHING
    if span:
        caption = message("Acts in force, from {first} to {last}.", first=span[0], last=span[1])
    heads = (message("Reviewer"), message("Act"), message("Times"), message("Samples"))
    rows = [
        (who, name_of(ACTS, kind), count(times), count(number))
        for who, kind, times, number in facts.acts
    ]
    return ReportSection(message("Review"), ReportTable(heads, rows, caption))


def _made_with(facts: Facts) -> ReportSection:
    digest = (message("SHA-256 of the curated set"), facts.curated_sha256)
    rows: list[Sequence[Cell]] = [*facts.versions.items(), digest]
    return ReportSection(message("Made with"), ReportTable((NOTHING, NOTHING), rows))
