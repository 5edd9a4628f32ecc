"""What a first look found, in words that say how little it rests on."""

from collections.abc import Mapping
from typing import Any

from lnl_gui.util.messages import Message, message


def provisional_words(metrics: Mapping[str, Any]) -> Message:
    """The provisional rate of wrong labels, and of how many samples it is.

    Args:
        metrics: of a run of the kind `first_look`.
    """
    looked_at, samples = int(metrics["looked_at"]), int(metrics["of"])
    rate, (low, high) = metrics["noise_rate"], metrics["noise_rate_interval"]
    if metrics.get("nearly_equal"):
        return message(
            "Provisional, from {looked_at:,} of {samples:,} images: {flagged:,} suspects so far;"
            " how many labels are wrong is not known, because most of these images have others"
            " that are all but equal.",
            looked_at=looked_at,
            samples=samples,
            flagged=int(metrics["flagged"]),
        )
    if rate is None:
        return message(
            "Provisional: {looked_at:,} of {samples:,} images tell nothing of the labels yet.",
            looked_at=looked_at,
            samples=samples,
        )
    return message(
        "Provisional, from {looked_at:,} of {samples:,} images: about {rate:.0%} of the labels are"
        " wrong (95 % interval {low:.0%} to {high:.0%}), {flagged:,} suspects so far.",
        looked_at=looked_at,
        samples=samples,
        rate=rate,
        low=low,
        high=high,
        flagged=int(metrics["flagged"]),
    )
