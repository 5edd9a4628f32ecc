"""What people read for each kind of image issue, in the window and in reports."""

from lnl_gui.util.messages import Message, message, message_n

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
    "off_topic": message("Perhaps none of the classes"),
}


def truncated_message(count: int) -> Message:
    """That so many files were damaged and read as far as they go."""
    return message_n(
        "{count:,} file is cut short or damaged and was read as far as it goes: `lnl-gui review"
        " PROJECT list --issue truncated` once suspects have been looked for",
        "{count:,} files are cut short or damaged and were read as far as they go: `lnl-gui review"
        " PROJECT list --issue truncated` once suspects have been looked for",
        count,
    )
