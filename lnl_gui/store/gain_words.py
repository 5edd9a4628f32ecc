"""What cleaning gained, in words that say whether a person confirmed it or it is an estimate."""

from collections.abc import Mapping
from typing import Any

from lnl_gui.store.training_comparison import ESTIMATED, Gain
from lnl_gui.util.messages import Message, message, message_n
from lnl_gui.util.paired import SIGNIFICANT

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
    best = gain.best
    fields = {"points": 100 * best.value, "low": 100 * best.low, "high": 100 * best.high}
    if gain.verified is None:
        return message(
            "Estimated: {points:+.1f} points of accuracy through cleaning (95 % interval"
            " {low:+.1f} to {high:+.1f})",
            **fields,
        )
    return message(
        "Verified: {points:+.1f} points of accuracy through cleaning (95 % interval {low:+.1f} to"
        " {high:+.1f})",
        **fields,
    )


def basis(gain: Gain) -> Message:
    """What the headline rests on."""
    if gain.nothing_cleaned:
        return message(
            "Both models were trained on the same labels. Decide on suspects, then train again to"
            " compare."
        )
    if not gain.disagreements:
        return message(
            "Both models name the same class for all {compared:,} held-out images.",
            compared=gain.compared,
        )
    if gain.verified is None:
        return message(
            "From the given labels of {compared:,} held-out images, corrected for noise by a model"
            " that saw neither training. Nobody has confirmed them.",
            compared=gain.compared,
        )
    if not gain.exact:
        return message(
            "A person judged a random part of the {disagreements:,} held-out images on which the"
            " two models differ; {open:,} are not judged yet. Until they are, the figure is"
            " provisional, and its interval is wider for having been looked at after each verdict.",
            disagreements=gain.disagreements,
            open=gain.open,
        )
    p_value = gain.p_value or 0.0
    fields = {
        "disagreements": gain.disagreements,
        "compared": gain.compared,
        "corrected": gain.corrected,
        "degraded": gain.degraded,
        "p_value": p_value,
    }
    # The interval excludes 0 by the same test, though its end may be rounded to 0.
    if p_value < SIGNIFICANT:
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


def remarks(gain: Gain) -> list[Message]:
    """What else is to be known of the verdicts."""
    found: list[Message] = []
    if gain.nothing_cleaned:
        return found
    if gain.seen_before and gain.verified is not None:
        found.append(
            message_n(
                "{count:,} of these verdicts was given before the training, perhaps with the"
                " suggestion in sight.",
                "{count:,} of these verdicts were given before the training, perhaps with the"
                " suggestion in sight.",
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
    if gain.verified is not None and gain.open:
        found.append(
            message(
                "Estimated on all: {points:+.1f} points ({low:+.1f} to {high:+.1f}).",
                points=100 * gain.estimated.value,
                low=100 * gain.estimated.low,
                high=100 * gain.estimated.high,
            )
        )
    # What rounds to nothing widens no interval that is shown.
    if gain.open and gain.further >= _LEAST_SHOWN:
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
    if not gain.open or gain.nothing_cleaned:
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
