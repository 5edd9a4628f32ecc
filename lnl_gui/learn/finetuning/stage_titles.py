"""Titles, in the reader's language, of training stages and trainers."""

from lnl_gui.util.messages import Message, message

LOADING_ENCODER = message("loading the encoder")
COMPUTING_EMBEDDINGS = message("computing embeddings")
READING_IMAGES = message("reading images")
_TITLES = {
    "linear probe": message("linear probe"),
    "refined probe": message("refined probe"),
    "last block": message("last block"),
    "last three blocks": message("last three blocks"),
    "whole network": message("whole network"),
    "fine-tuning": message("fine-tuning"),
}


def stage_title(name: str) -> Message:
    """The title of a stage; the name itself for a method, such as `divide_mix`."""
    return _TITLES.get(name, Message(name.replace("_", " ")))
