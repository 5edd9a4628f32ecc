"""How long something will take, in words, and from when on a person is asked first."""

from lnl_gui.util.messages import Message, message

ASKED_SECONDS, SHORT_SECONDS = 5400.0, 120.0
"""From an hour and a half on a person is asked first."""


def in_words(seconds: float) -> Message:
    """A time to wait, in whole minutes or hours."""
    if seconds < SHORT_SECONDS:
        return message("less than two minutes")
    if seconds < ASKED_SECONDS:
        return message("about {minutes} minutes", minutes=round(seconds / 60))
    return message("about {hours:.1f} hours", hours=seconds / 3600)


def take_words(seconds: float) -> Message:
    """What a training is told to take."""
    return message("This takes {duration}, measured on a few steps.", duration=in_words(seconds))
