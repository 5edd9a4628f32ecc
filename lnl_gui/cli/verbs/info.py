"""`lnl-gui info PROJECT`: what is in a project and what to do next."""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from lnl_gui.cli import options as shared
from lnl_gui.cli.open_session import open_session
from lnl_gui.remote.note import shown_root
from lnl_gui.session.browsing.remaining import remaining_message
from lnl_gui.session.figures.audit import as_json
from lnl_gui.session.figures.first_step import labels_changed_message, labels_standing_message
from lnl_gui.session.figures.sitting import sitting_message
from lnl_gui.session.figures.unseen_decisions import unseen_message
from lnl_gui.session.session import Session
from lnl_gui.session.update_words import other_copy_message
from lnl_gui.store.dataset.class_effects import label_effects, other_word
from lnl_gui.store.dataset.column_cache import load_fixed
from lnl_gui.store.dataset.reading_record import absent_classes, absent_message
from lnl_gui.store.dataset.replaced_pictures import not_standing_message
from lnl_gui.store.dataset.sample_counts import gone_message
from lnl_gui.store.dataset.samples import EXCLUDED, STATUS_WORDS, UNSEEN, UNSURE, load_written
from lnl_gui.store.detection.issue_titles import truncated_message
from lnl_gui.store.detection.unjudged import not_judged
from lnl_gui.store.detection.untold_frames import frames_message
from lnl_gui.store.finish_run import state_now
from lnl_gui.store.history.audits import verdict_remarks
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.import_parameters import ARCHIVE
from lnl_gui.store.jobs.job_kinds import title_of
from lnl_gui.store.review.accepted_labels import (
    accepted_here_message,
    accepted_message,
    not_known_message,
)
from lnl_gui.store.review.second_opinion import waiting_message
from lnl_gui.store.training.search_words import search_words
from lnl_gui.util.messages import NOTHING, Message, from_json, in_english, joined, message, to_json
from lnl_gui.util.translation import localized


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    shared.add_project(parser)
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print the facts."""
    with open_session(options.project, read_only=True) as session:
        facts = collect_facts(session)
    if options.json:
        print(json.dumps(in_english(facts)))
        return 0
    for title, value in _lines(facts):
        print(f"{localized(title):24} {localized(value)}")
    return 0


_TITLES = {
    "project": message("project"),
    "dataset": message("dataset"),
    "archive": message("unpacked from"),
    "classes": message("classes"),
    "samples": message("samples"),
    "unreadable": message("missing or not readable"),
    "flagged": message("suspects"),
    "flagged_left": message("suspects left"),
    "reviewed": message("reviewed"),
    "unlabelled": message("came without a label"),
    "unlabelled_left": message("left to label"),
    "without_label": message("without a label now"),
    "labels_of_edited_classes": message("labels of edited classes"),
    "unsure_of_deleted_classes": message("unsure as their class was deleted"),
    "by_status": message("by status"),
    "stage": message("stage"),
    "next_step": message("next step"),
    "reviewers": message("reviewers"),
    "disagreements": message("disagreements"),
    "conflicting_duplicates": message("conflicting duplicates"),
    "superseded_runs": message("superseded runs"),
}
"""What a person reads for the facts of one line each."""
_WHERE_ANY = ("archive", "labels_of_edited_classes", "unsure_of_deleted_classes")
"""Facts that are told only where there is something to tell."""
_STAGES = {
    "imported": message("imported"),
    "embedded": message("embedded"),
    "detected": message("detected"),
    "reviewed": message("reviewed"),
    "finetuned": message("fine-tuned"),
    "exported": message("exported"),
}


_STEPS = {
    "review": message("Review"),
    "finetune": message("Fine-tune"),
    "export": message("Export"),
}
"""Steps that may be done in part or out of date."""


def _lines(facts: dict[str, Any]) -> Iterator[tuple[Message, Message]]:
    for name, title in _TITLES.items():
        if name == "without_label" and facts[name] == facts["unlabelled_left"]:
            continue
        if name not in _WHERE_ANY or facts[name]:
            yield title, _said(name, facts[name])
    yield from _sentences(facts)
    for said in facts["search"]:
        yield message("search for settings"), from_json(said)
    for run in facts["runs"]:
        state = runs.STATE_WORDS.get(run["state"], _plain(run["state"]))
        yield message("run"), message("{title}: {state}", title=title_of(run["kind"]), state=state)
    for step, doubt in facts["doubts"].items():
        said = message("{step}: {doubt}", step=_STEPS[step], doubt=from_json(doubt))
        yield message("warning"), said
    for file in facts["unreadable_files"]:
        reason = from_json(file["reason"])
        yield message("left out"), message("{path}: {reason}", path=file["path"], reason=reason)


def _said(name: str, value: Any) -> Message:
    if name == "next_step":
        return from_json(value)
    if name == "stage":
        return _STAGES[value]
    if name == "by_status":
        counts = ((STATUS_WORDS[status], number) for status, number in value.items())
        return joined(message("{number:,} {status}", number=n, status=s) for s, n in counts)
    if isinstance(value, list):
        return joined(map(_plain, value)) if value else message("none")
    return _plain(value)


def _plain(value: str | int) -> Message:
    """A name or a number, which is not translated."""
    return Message("{value:,}" if isinstance(value, int) else "{value}", (("value", value),))


def _budget(session: Session) -> dict[str, Any] | None:
    """What reviewing all suspects left would bring; None before detection, or where unknown."""
    if session.runs.latest("detect") is None or session.statistics.cannot_judge:
        return None
    return asdict(session.statistics.budget(next_samples=session.counts().flagged_left))


def _remaining(session: Session) -> dict[str, Any] | None:
    """What is likely wrong below the line; None before detection, and where that is not known."""
    if session.runs.latest("detect") is None or session.statistics.cannot_judge:
        return None
    found = session.statistics.remaining()
    return {**asdict(found), "text": to_json(remaining_message(found))}


def _unseen_decisions(session: Session) -> dict[str, Any] | None:
    """Labels that were kept or accepted unseen; None where there are none, or before detection."""
    found = session.statistics.unseen_decisions()
    said = unseen_message(found)
    return {**asdict(found), "text": to_json(said)} if said else None


def _sitting(session: Session) -> dict[str, Any] | None:
    """What the reviewer of this account did in the newest sitting."""
    found = session.statistics.sitting()
    return {**asdict(found), "text": to_json(sitting_message(found))} if found else None


def _search(session: Session) -> list[Any]:
    """What the newest search for training settings found, in sentences."""
    run = session.runs.latest("tune")
    return [] if run is None else [to_json(said) for said in search_words(run.metrics)]


def _provisional(session: Session) -> Any:
    """What the suspects rest on while a part of the samples was looked at; None once all were."""
    found = session.statistics.provisional
    return None if found == NOTHING else to_json(found)


def _sentences(facts: dict[str, Any]) -> Iterator[tuple[Message, Message]]:
    gone = gone_message(facts["decided_gone"], facts["flagged_gone"])
    if gone:
        yield message("gone"), gone
    for doubt in facts["rate_doubts"] if facts["budget"] else ():
        yield message("warning"), from_json(doubt)
    if facts["provisional"]:
        yield message("first look"), from_json(facts["provisional"])
    # What remains says so itself.
    if facts["unjudged"] and not facts["remaining"]:
        yield message("warning"), not_judged(facts["unjudged"])
    if facts["nearly_equal"]:
        yield message("warning"), frames_message(facts["nearly_equal"])
    elif facts["cannot_judge"]:
        yield (
            message("budget"),
            message("not known: the labels cannot be judged by this embedding"),
        )
    if facts["other_copy"]:
        yield message("warning"), other_copy_message(facts["dataset"], facts["other_copy"])
    if facts["cut_short"]:
        yield message("warning"), truncated_message(facts["cut_short"])
    if facts["absent_classes"]:
        yield message("classes"), absent_message(facts["absent_classes"])
    if facts["unread"]:
        yield message("warning"), from_json(facts["unread"])
    if facts["other_pictures"]:
        yield message("warning"), not_standing_message(facts["other_pictures"])
    undecided = facts["labels_changed"] - facts["labels_changed_decided"]
    if undecided:
        yield (
            message("warning"),
            message(
                "{text}. `lnl-gui update PROJECT --take-labels` takes over what changed.",
                text=labels_changed_message(undecided),
            ),
        )
    if facts["labels_changed_decided"]:
        yield message("warning"), labels_standing_message(facts["labels_changed_decided"])
    if facts["opinions_waiting"]:
        yield message("warning"), waiting_message(facts["opinions_waiting"])
    if facts["accepted_before"]:
        yield message("warning"), accepted_message(facts["accepted_before"])
    unknown = facts["accepted_not_known"]
    if here := facts["accepted_unseen"] - facts["accepted_before"] - unknown:
        yield message("warning"), accepted_here_message(here)
    if unknown:
        yield message("warning"), not_known_message(unknown)
    budget = facts["budget"]
    if budget:
        said = message(
            "review the next {next:,}, expect {expected} wrong labels; {remaining} in all"
            " {unreviewed:,} unreviewed"
        )
        if budget["unjudged"]:
            said = message(
                "review the next {next:,}, expect {expected} wrong labels; {remaining} in all"
                " {unreviewed:,} judged and unreviewed"
            )
        if facts["at_random"]:
            said = message(
                "review the next {next:,}: {expected} of them wrong, and {remaining} of all"
                " {unreviewed:,} judged and unreviewed, if errors are at random (95 %)"
            )
        told = _ends if facts["at_random"] else _range
        yield (
            message("budget"),
            said.with_fields(
                next=budget["next_samples"],
                expected=told(budget["expected_errors"]),
                remaining=told(budget["remaining_errors"]),
                unreviewed=budget["unreviewed"],
            ),
        )
    titles = {
        "remaining": message("remaining"),
        "unseen_decisions": message("not looked at"),
        "sitting": message("last sitting"),
    }
    for key, title in titles.items():
        if facts[key]:
            yield title, from_json(facts[key]["text"])
    for entry in facts["audits"]:
        yield (
            message("audit"),
            message(
                "{wrong:,} wrong of {judged:,} reviewed, {left:,} left: residual noise"
                " {value:.2%} ({low:.2%} to {high:.2%})",
                wrong=entry["wrong"],
                judged=entry["judged"],
                left=entry["left"],
                **entry["residual_rate"],
            ),
        )
        names = ("not_looked_at", "set_aside", "in_sight")
        for said in verdict_remarks(**{name: entry[name] for name in names}):
            yield message("audit"), said
    for entry in facts["agreement"]:
        kappa = message("undefined")
        if entry["kappa"] is not None:
            kappa = Message("{kappa:.3f}", (("kappa", entry["kappa"]),))
        yield (
            message("kappa"),
            message(
                "{first} and {second}: {kappa} on {samples:,} samples",
                first=entry["first"],
                second=entry["second"],
                kappa=kappa,
                samples=entry["samples"],
            ),
        )


def _range(estimate: dict[str, float]) -> Message:
    """An expected number with its interval."""
    return message("{value:.0f} ({low:.0f} to {high:.0f})", **estimate)


def _ends(estimate: dict[str, float]) -> Message:
    """Its interval alone, where the expected number would pass for known."""
    return message("{low:.0f} to {high:.0f}", low=estimate["low"], high=estimate["high"])


def _as_it_came(session: Session) -> dict[str, int]:
    """How many samples came without a label and have none now, and what edits of classes did."""
    came, columns = load_fixed(session.project).given, session.columns
    undecided, set_aside = columns.status == UNSURE, columns.status == EXCLUDED
    # A person did not say so: the class that they decided for is gone.
    undecided &= load_written(session.project).status != UNSURE
    other = other_word(session.classes, came, columns.current)
    edited = label_effects(came, columns.given, columns.current, other).renamed
    return {
        "unlabelled": int((columns.readable & (came < 0)).sum()),
        # As an export and the report count them.
        "without_label": int((columns.readable & (columns.current < 0) & ~set_aside).sum()),
        "unsure_of_deleted_classes": int((columns.readable & undecided).sum()),
        "labels_of_edited_classes": int((columns.readable & edited).sum()),
    }


def collect_facts(session: Session) -> dict[str, Any]:
    """The facts as plain values."""
    counts, every_run = asdict(session.counts()), session.runs.all()
    return {
        "project": str(session.folder),
        "dataset": shown_root(session.dataset_root),
        "archive": session.project.meta(ARCHIVE),
        "other_copy": str(session.images.other_copy or ""),
        "classes": [entry.name for entry in session.shown_classes],
        **counts,
        **_as_it_came(session),
        # JSON does not know the numbers of numpy.
        "missing": int(session.columns.missing.sum()),
        "cut_short": int((session.derived.cut_short & session.columns.readable).sum()),
        "absent_classes": absent_classes(
            session.project, [name for e in session.shown_classes for name in (e.name, e.key)]
        ),
        "other_pictures": int(session.columns.other_picture.sum()),
        "unread": to_json(session.statistics.unread) if session.statistics.unread else None,
        "labels_changed": int(session.columns.source_differs.sum()),
        "labels_changed_decided": int(
            (session.columns.source_differs & (session.columns.status != UNSEEN)).sum()
        ),
        "stage": session.stage().name.lower(),
        "doubts": {
            name: to_json(doubt)
            for name, doubt in zip(_STEPS, session.steps().doubts[-len(_STEPS) :], strict=True)
            if doubt
        },
        "next_step": to_json(session.next_step().title),
        "reviewers": session.team.reviewers(),
        "budget": _budget(session),
        "provisional": _provisional(session),
        # What the intervals of the budget and of what remains do not say.
        "rate_doubts": [to_json(doubt) for doubt in session.statistics.rate_doubts],
        "at_random": session.statistics.at_random,
        # None before detection, and where it cannot judge: no suspect is no good news then.
        "judged": int(session.columns.judged.sum()),
        "unjudged": int(session.statistics.unjudged_left.sum()),
        "cannot_judge": session.statistics.cannot_judge,
        "nearly_equal": session.detection.summary.nearly_equal,
        "accepted_unseen": int(session.statistics.accepted_unseen.sum()),
        # Of these, what came so with an earlier export.
        "accepted_before": int(session.statistics.accepted_before.sum()),
        # Of these, what was accepted before it was kept whether anybody saw it.
        "accepted_not_known": int(session.statistics.accepted_not_known.sum()),
        "remaining": _remaining(session),
        "unseen_decisions": _unseen_decisions(session),
        "sitting": _sitting(session),
        "audits": [as_json(report) for report in session.statistics.audit_reports()],
        "agreement": [asdict(found) for found in session.team.agreement()],
        "disagreements": session.team.disagreement_count(),
        "opinions_waiting": session.team.waiting_count(),
        "conflicting_duplicates": sum(g.conflicting for g in session.statistics.duplicate_groups()),
        "search": _search(session),
        "runs": [
            # What was killed would be told as running until a writer opens the project.
            {"id": r.id, "kind": r.kind, "state": state_now(session.project, r)}
            for r in every_run
            if not r.is_superseded
        ],
        "superseded_runs": sum(r.is_superseded for r in every_run),
        "unreadable_files": [
            {"path": p, "reason": to_json(why)} for p, why in session.unreadable()
        ],
    }
