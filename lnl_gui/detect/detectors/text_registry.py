"""Detectors that compare images with class names as text, which need an encoder that knows words.

Apart from the others because their functions are given the words' embedding too.
"""

from lnl_gui.detect.detectors.registry import DetectorInfo
from lnl_gui.util.messages import message

ZERO_SHOT = DetectorInfo(
    "zero_shot",
    message("Class names as text"),
    message(
        "Compares each image with the words of the class names, without any label. Runs by itself"
        " where the encoder is CLIP's."
    ),
    message("O(C) texts and O(N D C), memory O(N + C D)"),
    "lnl_gui.detect.detectors.zero_shot:zero_shot",
)
CLIP_CLEANER = DetectorInfo(
    "clip_cleaner",
    message("CLIPCleaner"),
    message(
        "Believes a label that class names as text and a classifier on the images both support;"
        " only for CLIP encoders."
    ),
    message("O(C) texts and O(N D C) an iteration, memory O(N (C + D))"),
    "lnl_gui.detect.detectors.clip_cleaner:clip_cleaner",
)
LEMON = DetectorInfo(
    "lemon",
    message("LEMoN, image and text neighbours"),
    message(
        "Compares an image with its label as text, and both with those of the nearest images and"
        " texts; only for CLIP encoders."
    ),
    message("O(C) texts and O(N^1.5 D + N C^2), memory O(N (D + k) + C D)"),
    "lnl_gui.detect.detectors.lemon:lemon",
)
TEXT_DETECTORS = (ZERO_SHOT, CLIP_CLEANER, LEMON)
"""The first runs by itself where it can; of the others no gain is measured here."""
TEXT_NAMES = tuple(info.name for info in TEXT_DETECTORS)
