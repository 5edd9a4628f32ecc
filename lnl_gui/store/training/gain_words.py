"""What cleaning gained, in words that say whether a person confirmed it or it is an estimate."""

from collections.abc import Mapping
from typing import Any

from lnl_gui.store.training.gain import ESTIMATED, Gain
from lnl_gui.util.messages import Message, joined, message, message_n
from lnl_gui.util.statistics.paired import SIGNIFICANT
from lnl_gui.util.statistics.paired_units import LEAST_UNITS

_LEAST_SHOWN = 0.0005
"""Of a difference: a tenth of a point when it is rounded."""


def is_estimated(metrics: Mapping[str, Any]) -> bool:
    """Whether a training's figures hold a difference that no verdict has confirmed yet.

    The accuracies beside it are by labels that nothing corrected, and may say the opposite.
    """
    return metrics.get("difference_kind") == ESTIMATED


def headline(gain: Gain) -> Message:
    """The difference in one sentence, with its kind and interval."""
    if gain.nothing_cleaned:
        return message(
            "Nothing was cleaned: no label that was trained on differs from the given one, so that"
            " no gain through cleaning can be shown"
        )
    if gain.too_few_units:
        return message_n(
            "Nothing can be shown of a gain: the {compared:,} held-out images are of {count:,}"
            " group that counts as one",
            "Nothing can be shown of a gain: the {compared:,} held-out images are of {count:,}"
            " groups that count as one each",
            gain.units or 0,
            compared=gain.compared,
        )
    best = gain.best
    fields: dict[str, float | Message] = {
        "points": 100 * best.value,
        "low": 100 * best.low,
        "high": 100 * best.high,
    }
    if gain.alike:
        return message(
            "Both models answer alike: {points:+.1f} points of accuracy (95 % interval {low:+.1f}"
            " to {high:+.1f})",
            **fields,
        )
    fields["through"] = _through(gain)
    if gain.verified is None:
        return message(
            "Estimated: {points:+.1f} points of accuracy through {through} (95 % interval"
            " {low:+.1f} to {high:+.1f})",
            **fields,
        )
    return message(
        "Verified: {points:+.1f} points of accuracy through {through} (95 % interval {low:+.1f} to"
        " {high:+.1f})",
        **fields,
    )


def _through(gain: Gain) -> Message:
    """What made the labels of the two trainings differ."""
    if gain.by_nobody:
        return message("suggestions of LNL that nobody has looked at")
    return message("cleaning")


def basis(gain: Gain) -> Message:
    """What the headline rests on."""
    if gain.nothing_cleaned:
        return message(
            "Both models were trained on the same labels. Decide on suspects, then train again to"
            " compare."
        )
    if gain.alike:
        return message(
            "Both models name the same class for all {compared:,} held-out images that count.",
            compared=gain.compared,
        )
    if gain.too_few_units:
        return _of_too_few(gain)
    if gain.units is not None:
        return _of_units(gain, gain.units)
    if gain.verified is None:
        source = message(
            "From the given labels of {compared:,} held-out images, corrected for noise by a model"
            " that saw neither training.",
            compared=gain.compared,
        )
        return joined((source, _confirmed(gain)), " ")
    if not gain.exact:
        return message(
            "A person judged a random part of the {disagreements:,} held-out images on which the"
            " two models differ; {open:,} are not judged yet. Until they are, the figure is"
            " provisional, and its interval is wider for having been looked at after each verdict.",
            disagreements=gain.disagreements,
            open=gain.open,
        )
    fields = _judged(gain)
    # The interval excludes 0 by the same test, though its end may be rounded to 0.
    if fields["p_value"] < SIGNIFICANT:
        return message(
            "A person judged all {disagreements:,} of {compared:,} held-out images on which the two"
            " models differ: {corrected:,} for cleaning, {degraded:,} against it, more than chance"
            " explains (McNemar's exact test: p = {p_value:.4f}).",
            **fields,
        )
    return message(
        "A person judged all {disagreements:,} of {compared:,} held-out images on which the two"
        " models differ: {corrected:,} for cleaning, {degraded:,} against it, which may be chance"
        " (McNemar's exact test: p = {p_value:.4f}).",
        **fields,
    )


def _confirmed(gain: Gain) -> Message:
    """What of the held-out labels behind an estimate people have decided, with a look at them."""
    if gain.decided:
        said = message_n(
            "A person has decided on {count:,} of them; nobody has confirmed any other.",
            "A person has decided on {count:,} of them; nobody has confirmed any other.",
            gain.decided,
        )
    else:
        said = message("Nobody has confirmed them.")
    if not gain.decided_at_once:
        return said
    at_once = message_n(
        "{count:,} was accepted unseen or decided on with many at once, which confirms none.",
        "{count:,} were accepted unseen or decided on with many at once, which confirms none.",
        gain.decided_at_once,
    )
    return joined((said, at_once), " ")


def _judged(gain: Gain) -> dict[str, Any]:
    """Fields of a sentence on verdicts on all that decides."""
    return {
        "disagreements": gain.disagreements,
        "compared": gain.compared,
        "corrected": gain.corrected,
        "degraded": gain.degraded,
        "p_value": gain.p_value or 0.0,
    }


def _of_too_few(gain: Gain) -> Message:
    if gain.exact:
        return message(
            "A person judged all {disagreements:,} on which the two models differ: {corrected:,}"
            " for cleaning, {degraded:,} against it. Hold out images of at least {least} groups,"
            " then train again to compare.",
            disagreements=gain.disagreements,
            corrected=gain.corrected,
            degraded=gain.degraded,
            least=LEAST_UNITS,
        )
    return message(
        "Whatever a person says of them may be chance. Hold out images of at least {least} groups,"
        " then train again to compare.",
        least=LEAST_UNITS,
    )


def _of_units(gain: Gain, units: int) -> Message:
    """As `basis`, where images of one group are one witness."""
    if gain.verified is None:
        source = message(
            "From the given labels of {compared:,} held-out images of {units:,} independent groups,"
            " corrected for noise by a model that saw neither training.",
            compared=gain.compared,
            units=units,
        )
        return joined((source, _confirmed(gain)), " ")
    if not gain.exact:
        return message(
            "A person judged a random part of the {disagreements:,} held-out images on which the"
            " two models differ; {open:,} are not judged yet. Until they are, the figure is"
            " provisional, and its interval is wider for having been looked at after each verdict."
            " All held-out images are of {units:,} independent groups.",
            disagreements=gain.disagreements,
            open=gain.open,
            units=units,
        )
    fields = _judged(gain) | {"units": units}
    if not gain.verified.low <= 0 <= gain.verified.high:
        return message(
            "A person judged all {disagreements:,} of {compared:,} held-out images on which the two"
            " models differ: {corrected:,} for cleaning, {degraded:,} against it, in {units:,}"
            " independent groups, more than chance explains (exact test of whole groups:"
            " p = {p_value:.4f}).",
            **fields,
        )
    if fields["p_value"] < SIGNIFICANT:
        return message(
            "A person judged all {disagreements:,} of {compared:,} held-out images on which the two"
            " models differ: {corrected:,} for cleaning, {degraded:,} against it, in {units:,}"
            " independent groups. The groups differ so much that it may be chance after"
            " all (exact test of whole groups: p = {p_value:.4f}).",
            **fields,
        )
    return message(
        "A person judged all {disagreements:,} of {compared:,} held-out images on which the two"
        " models differ: {corrected:,} for cleaning, {degraded:,} against it, in {units:,}"
        " independent groups, which may be chance (exact test of whole groups: p = {p_value:.4f}).",
        **fields,
    )


def _of_classes(gain: Gain) -> Message | None:
    """What edits of classes since the training mean for the figures."""
    if gain.not_followed:
        return message(
            "This comparison was made before classes were merged or deleted, and its estimate is of"
            " the classes before that. Train again to compare."
        )
    if gain.classes_edited:
        return message(
            "Classes were merged or deleted after this training. The figures hold its models"
            " against the classes as they are now; what a new training gains may differ."
        )
    return None


def _of_its_like() -> Message:
    """Why an estimate of what LNL suggested is less certain."""
    return message(
        "What corrects the held-out labels may err as these suggestions do, and the interval is"
        " wider for it: verdicts on the held-out images tell."
    )


def _whose_changes(gain: Gain) -> Message | None:
    """How many of the labels trained on people changed, where LNL changed others."""
    if gain.changed is None or gain.by_verdicts is None or gain.by_verdicts >= gain.changed:
        return None
    if gain.by_nobody:
        return message_n(
            "No verdict has changed a label that was trained on: what was trained on otherwise than"
            " it came, {count:,} image, is as LNL suggests.",
            "No verdict has changed a label that was trained on: what was trained on otherwise than"
            " it came, {count:,} images, is as LNL suggests.",
            gain.changed,
        )
    return message_n(
        "Of {changed:,} images that were trained on otherwise than they came, {count:,} follows a"
        " verdict, and the others what LNL suggests and nobody has looked at.",
        "Of {changed:,} images that were trained on otherwise than they came, {count:,} follow a"
        " verdict, and the others what LNL suggests and nobody has looked at.",
        gain.by_verdicts,
        changed=gain.changed,
    )


def remarks(gain: Gain) -> list[Message]:
    """What else is to be known of the verdicts."""
    found: list[Message] = []
    if gain.nothing_cleaned:
        return found
    edited = _of_classes(gain)
    if edited is not None:
        found.append(edited)
    whose = _whose_changes(gain)
    if whose is not None:
        found.append(whose)
        if gain.by_few and gain.verified is None and gain.open:
            found.append(_of_its_like())
    if gain.units is not None:
        found.append(
            message(
                "Images of one group (a video, a patient), copies of one image and parts of one"
                " picture may be right or wrong together, and count as one group here."
            )
        )
    if gain.seen_before and gain.verified is not None and not gain.too_few_units:
        found.append(
            message_n(
                "{count:,} of these verdicts was given when the suggestion was, or may have been,"
                " in sight.",
                "{count:,} of these verdicts were given when the suggestion was, or may have been,"
                " in sight.",
                gain.seen_before,
            )
        )
    if gain.undecidable:
        found.append(
            message_n(
                "{count:,} of these images was excluded or left unsure and counts neither way.",
                "{count:,} of these images were excluded or left unsure and count neither way.",
                gain.undecidable,
            )
        )
    if gain.verified is not None and gain.open and not gain.too_few_units:
        found.append(
            message(
                "Estimated on all: {points:+.1f} points ({low:+.1f} to {high:+.1f}).",
                points=100 * gain.estimated.value,
                low=100 * gain.estimated.low,
                high=100 * gain.estimated.high,
            )
        )
    # What rounds to nothing widens no interval that is shown.
    if gain.open and gain.further >= _LEAST_SHOWN and not gain.too_few_units:
        found.append(
            message_n(
                "Held-out labels may have the same errors that people repaired in those trained"
                " on, and then cleaning brings up to {points:.1f} points more than they say. Judge"
                " the {count:,} held-out image on which the two models differ.",
                "Held-out labels may have the same errors that people repaired in those trained"
                " on, and then cleaning brings up to {points:.1f} points more than they say. Judge"
                " the {count:,} held-out images on which the two models differ.",
                gain.open,
                points=100 * gain.further,
            )
        )
    return found


def invitation(gain: Gain) -> Message | None:
    """How many images decide, for whoever would judge them; None where none does."""
    if not gain.open or gain.claims_nothing:
        return None
    return message_n(
        "{count:,} held-out image decides whether cleaning helped.",
        "{count:,} held-out images decide whether cleaning helped.",
        gain.open,
    )


def of_an_earlier_version() -> Message:
    """In place of a difference that was measured on samples which favoured cleaning."""
    return message(
        "This comparison was made by an earlier version, on held-out samples that favoured"
        " cleaning. Train again to compare."
    )


def judge_message(count: int) -> Message:
    """The button that leads to images which decide what cleaning gained."""
    return message_n("Judge {count:,} image blind", "Judge {count:,} images blind", count)
