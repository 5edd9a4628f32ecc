"""What people read for each kind of image issue, in the window and in reports."""

from lnl_gui.util.messages import message

ISSUE_TITLES = {
    "exact_duplicate": message("Exact duplicate"),
    "near_duplicate": message("Near-duplicate"),
    "conflicting_duplicate": message("Duplicates whose labels differ"),
    "duplicate_across_splits": message("Duplicates across splits"),
    "dark": message("Dark"),
    "bright": message("Bright"),
    "blurry": message("Blurry"),
    "low_information": message("Hardly any content"),
    "odd_size": message("Odd size"),
    "odd_aspect_ratio": message("Odd shape"),
    "truncated": message("Cut short or damaged"),
    "outlier": message("Outlier"),
    "off_topic": message("None of the classes"),
}
