"""What a search for training settings found, in words."""

from collections.abc import Mapping
from typing import Any

from lnl_gui.util.messages import Message, message, message_n

NUMBER, ACCURACY = "number", "validation_accuracy"
TRIAL_FACTS = (NUMBER, ACCURACY, "chosen", "kept_probe", "probe_accuracy")
"""What is told of a trial beside its settings."""


def settings_of_trial(trial: Mapping[str, Any]) -> dict[str, Any]:
    """The searched settings of a trial."""
    return {name: value for name, value in trial.items() if name not in TRIAL_FACTS}


def trial_words(trial: Mapping[str, Any]) -> Message:
    """How a trial went."""
    accuracy = trial.get(ACCURACY)
    if accuracy is None:
        return message("learnt nothing")
    if not trial.get("kept_probe"):
        return message("validation accuracy {accuracy:.1%}", accuracy=accuracy)
    probe = trial.get("probe_accuracy")
    return message(
        "kept the linear probe ({probe:.1%}); training itself reached {accuracy:.1%}",
        probe=accuracy if probe is None else probe,
        accuracy=accuracy,
    )


def is_of_former_version(metrics: Mapping[str, Any]) -> bool:
    """Whether trials may have been given the accuracy of the linear probe."""
    return not isinstance(metrics.get("validation_samples"), int)


def search_words(metrics: Mapping[str, Any]) -> tuple[Message, ...]:
    """What came of a search, in sentences: the result, how sure it is, and what to know of it."""
    if is_of_former_version(metrics):
        return (
            message(
                "A former version made this search. Where a training fell back to the linear"
                " probe, the accuracy is the probe's; search again for one that compares."
            ),
        )
    if metrics.get("nothing_beat_the_probe"):
        return (
            message("No setting clearly beat the linear probe; there is nothing to recommend."),
        )
    low, high = metrics["validation_accuracy_interval"]
    best = message_n(
        "Trial {number} is the best: {accuracy:.1%} on {count:,} validation image (95 % interval"
        " {low:.0%} to {high:.0%}).",
        "Trial {number} is the best: {accuracy:.1%} on {count:,} validation images (95 % interval"
        " {low:.0%} to {high:.0%}).",
        int(metrics["validation_samples"]),
        number=metrics["best_trial"],
        accuracy=metrics[ACCURACY],
        low=low,
        high=high,
    )
    caution = message(
        "The validation labels are those that are trained on, which nobody has confirmed, and the"
        " accuracy of the best of several trials is optimistic."
    )
    return best, _against_the_defaults(metrics), caution


def _against_the_defaults(metrics: Mapping[str, Any]) -> Message:
    if metrics["best_trial"] == 1:
        return message("These are the recipe's own numbers.")
    if metrics["default_validation_accuracy"] is None:
        return message(
            "The recipe's own numbers learnt nothing, so that there is nothing to compare with."
        )
    fields = {
        "reached": _reached(metrics),
        "gained": metrics["gained"],
        "lost": metrics["lost"],
        "trials": metrics["compared_trials"],
        "p_value": metrics["p_value"],
    }
    if metrics["clearly_better"]:
        return message(
            "Clearly better than the recipe's own numbers ({reached}): {gained:,} more right,"
            " {lost:,} no longer (exact test, corrected for the choice among {trials:,}:"
            " p = {p_value:.2g}).",
            **fields,
        )
    return message(
        "Not clearly better than the recipe's own numbers ({reached}): {gained:,} more right,"
        " {lost:,} no longer (exact test, corrected for the choice among {trials:,}:"
        " p = {p_value:.2g}).",
        **fields,
    )


def _reached(metrics: Mapping[str, Any]) -> Message:
    """What the recipe's own numbers led to."""
    accuracy = metrics["compared_accuracy"]
    if metrics["compared_with_probe"]:
        return message("{accuracy:.1%}, the linear probe", accuracy=accuracy)
    return Message("{accuracy:.1%}", (("accuracy", accuracy),))
