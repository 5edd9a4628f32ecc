"""Sentences on why a sample is suspect."""

from collections import Counter
from collections.abc import Sequence

from lnl_gui.gui.i18n.numbers import fill
from lnl_gui.gui.inspector.sample_view import DetectorOpinion, SampleView
from lnl_gui.util.messages import message
from lnl_gui.util.translation import localized, tr
from lnl_gui.util.visible import harmless

DOUBT = 0.5
"""Score from which a detector counts as doubting the label."""
_GRADES = (
    (0.95, message("is almost sure that the label is wrong")),
    (0.75, message("doubts the label")),
    (DOUBT, message("leans towards doubting the label")),
    (0.25, message("leans towards trusting the label")),
    (0.0, message("trusts the label")),
)


_LONGEST_WORD = 18


def _sentence(text: str) -> str:
    """With a capital first letter; `str.capitalize` would lower the nouns of German."""
    return text[:1].upper() + text[1:]


def breakable(text: str) -> str:
    """The text, harmless, with invisible places to break long words: names without spaces wrap."""
    words = []
    for word in harmless(text).split(" "):
        pieces = [word[i : i + _LONGEST_WORD] for i in range(0, len(word), _LONGEST_WORD)]
        words.append("\u200b".join(pieces))
    return " ".join(words)


def opinion_sentence(opinion: DetectorOpinion, given: str) -> str:
    """Sentence on a detector's score and the class it votes for."""
    grade = localized(
        next(text for least, text in _GRADES if opinion.score >= least or least == 0.0)
    )
    if not opinion.vote:
        return f"{_sentence(grade)}."
    if opinion.vote == given and opinion.score >= DOUBT:
        return tr("{}; knows no better one.").format(_sentence(grade))
    if opinion.vote == given:
        return tr("{}; would also say {}.").format(_sentence(grade), given)
    return tr("{}; would say {}.").format(_sentence(grade), opinion.vote)


def label_text(label: str) -> str:
    """A label's name, or that there is none."""
    return label or tr("no label")


def certainty_text(view: SampleView) -> str:
    """How suspect the label is; without one, how sure the suggestion."""
    if view.off_topic:
        return tr("Perhaps of no class: accept sets it aside")
    if view.given or view.suspicion is not None:
        return suspicion_text(view.suspicion)
    if view.confidence is None:
        return tr("Came without a label") if view.current else tr("No suggestion yet")
    # As with suspicion: nothing is quite certain.
    if view.confidence >= 0.995:
        return tr("more than 99 % likely to be {}").format(view.suggested)
    return fill(tr("{:.0f} % likely to be {}"), 100 * view.confidence, view.suggested)


def suspicion_text(suspicion: float | None) -> str:
    """The consensus as a percentage; never a flat 0 or 100."""
    if suspicion is None:
        return tr("Not scored yet")
    per_cent = 100 * suspicion
    if per_cent >= 99.5:
        return tr("more than 99 % sure to be wrong")
    if per_cent < 0.5:
        return tr("less than 1 % likely to be wrong")
    return fill(tr("{:.0f} % likely to be wrong"), per_cent)


def _copies_sentence(labels: Sequence[str], given: str) -> str:
    label, count = Counter(map(label_text, labels)).most_common(1)[0]
    if label == given and count == len(labels):
        # Not to be read as so many votes for the label.
        return tr("All copies of the image are “{}”: they count as one.").format(label)
    if len(labels) == 1:
        return tr("Its copy is “{}”.").format(label)
    return tr("{} of its {} copies are “{}”.").format(count, len(labels), label)


def summary(view: SampleView) -> str:
    """What repetitions, detectors, copies and neighbours say, a sentence each."""
    parts = []
    if view.suspicion is not None and view.agreeing >= 0 and view.repetitions > 1:
        parts.append(tr("{} of {} repetitions agree.").format(view.agreeing, view.repetitions))
    if view.opinions:
        doubting = sum(opinion.score >= DOUBT for opinion in view.opinions)
        parts.append(
            tr("{} of {} detectors doubt “{}”.").format(doubting, len(view.opinions), view.given)
        )
    if view.copies:
        parts.append(_copies_sentence(view.copies, label_text(view.given)))
    if view.neighbours:
        label, count = Counter(picture.label for picture in view.neighbours).most_common(1)[0]
        parts.append(
            tr("{} of its {} nearest neighbours are “{}”.").format(
                count, len(view.neighbours), label
            )
        )
    return " ".join(parts)
