"""Words of rooms that know nothing of Qt, listed so that they are found and translated.

`language.translated` looks them up where the window shows them; a test holds the list against the
rooms themselves.
"""

from PySide6.QtCore import QT_TRANSLATE_NOOP

STATUS = (
    QT_TRANSLATE_NOOP("Window", "unseen"),
    QT_TRANSLATE_NOOP("Window", "kept"),
    QT_TRANSLATE_NOOP("Window", "relabelled"),
    QT_TRANSLATE_NOOP("Window", "excluded"),
    QT_TRANSLATE_NOOP("Window", "unsure"),
)
SORTS = (
    QT_TRANSLATE_NOOP("Window", "Suspicion"),
    QT_TRANSLATE_NOOP("Window", "Given → suggested"),
    QT_TRANSLATE_NOOP("Window", "Given label"),
    QT_TRANSLATE_NOOP("Window", "Suggested label"),
    QT_TRANSLATE_NOOP("Window", "Current label"),
    QT_TRANSLATE_NOOP("Window", "Loss"),
    QT_TRANSLATE_NOOP("Window", "Cluster"),
    QT_TRANSLATE_NOOP("Window", "Detectors against"),
    QT_TRANSLATE_NOOP("Window", "Near-duplicate group"),
    QT_TRANSLATE_NOOP("Window", "Status"),
    QT_TRANSLATE_NOOP("Window", "Time of verdict"),
    QT_TRANSLATE_NOOP("Window", "Path"),
)
STATES = (
    QT_TRANSLATE_NOOP("Window", "Waiting"),
    QT_TRANSLATE_NOOP("Window", "Starting"),
    QT_TRANSLATE_NOOP("Window", "Running"),
    QT_TRANSLATE_NOOP("Window", "Cancelling"),
    QT_TRANSLATE_NOOP("Window", "Done"),
    QT_TRANSLATE_NOOP("Window", "Cancelled"),
    QT_TRANSLATE_NOOP("Window", "Failed"),
)
COLOURINGS = (
    QT_TRANSLATE_NOOP("Window", "given"),
    QT_TRANSLATE_NOOP("Window", "suggested"),
    QT_TRANSLATE_NOOP("Window", "suspicion"),
    QT_TRANSLATE_NOOP("Window", "status"),
)
STEPS = (
    QT_TRANSLATE_NOOP("Window", "Find suspects"),
    QT_TRANSLATE_NOOP("Window", "Look at all {} images and find the labels that do not fit."),
    QT_TRANSLATE_NOOP("Window", "Review {} suspects"),
    QT_TRANSLATE_NOOP(
        "Window", "W accepts the suggestion, Q keeps the label, E excludes, N is unsure."
    ),
    QT_TRANSLATE_NOOP("Window", "Fine-tune"),
    QT_TRANSLATE_NOOP("Window", "Train on the curated labels and see what the cleaning gained."),
    QT_TRANSLATE_NOOP("Window", "Export"),
    QT_TRANSLATE_NOOP("Window", "Write the curated dataset, the tables and the journal."),
    QT_TRANSLATE_NOOP("Window", "Done"),
    QT_TRANSLATE_NOOP("Window", "The curated dataset has been exported."),
)
CHANGES = (
    QT_TRANSLATE_NOOP("Window", "Accepted the suggestion for {} sample"),
    QT_TRANSLATE_NOOP("Window", "Accepted the suggestion for {} samples"),
    QT_TRANSLATE_NOOP("Window", "Kept the label of {} sample"),
    QT_TRANSLATE_NOOP("Window", "Kept the label of {} samples"),
    QT_TRANSLATE_NOOP("Window", "Excluded {} sample"),
    QT_TRANSLATE_NOOP("Window", "Excluded {} samples"),
    QT_TRANSLATE_NOOP("Window", "Marked as unsure {} sample"),
    QT_TRANSLATE_NOOP("Window", "Marked as unsure {} samples"),
    QT_TRANSLATE_NOOP("Window", "Reset {} sample"),
    QT_TRANSLATE_NOOP("Window", "Reset {} samples"),
    QT_TRANSLATE_NOOP("Window", "Kept one and excluded the rest of {} sample"),
    QT_TRANSLATE_NOOP("Window", "Kept one and excluded the rest of {} samples"),
    QT_TRANSLATE_NOOP("Window", "Adopted the opinions on {} sample"),
    QT_TRANSLATE_NOOP("Window", "Adopted the opinions on {} samples"),
    QT_TRANSLATE_NOOP("Window", "Undid: Accepted the suggestion for {} sample"),
    QT_TRANSLATE_NOOP("Window", "Undid: Accepted the suggestion for {} samples"),
    QT_TRANSLATE_NOOP("Window", "Undid: Kept the label of {} sample"),
    QT_TRANSLATE_NOOP("Window", "Undid: Kept the label of {} samples"),
    QT_TRANSLATE_NOOP("Window", "Undid: Excluded {} sample"),
    QT_TRANSLATE_NOOP("Window", "Undid: Excluded {} samples"),
    QT_TRANSLATE_NOOP("Window", "Undid: Marked as unsure {} sample"),
    QT_TRANSLATE_NOOP("Window", "Undid: Marked as unsure {} samples"),
    QT_TRANSLATE_NOOP("Window", "Undid: Reset {} sample"),
    QT_TRANSLATE_NOOP("Window", "Undid: Reset {} samples"),
    QT_TRANSLATE_NOOP("Window", "Undid: Kept one and excluded the rest of {} sample"),
    QT_TRANSLATE_NOOP("Window", "Undid: Kept one and excluded the rest of {} samples"),
    QT_TRANSLATE_NOOP("Window", "Undid: Adopted the opinions on {} sample"),
    QT_TRANSLATE_NOOP("Window", "Undid: Adopted the opinions on {} samples"),
    QT_TRANSLATE_NOOP("Window", "Redid: Accepted the suggestion for {} sample"),
    QT_TRANSLATE_NOOP("Window", "Redid: Accepted the suggestion for {} samples"),
    QT_TRANSLATE_NOOP("Window", "Redid: Kept the label of {} sample"),
    QT_TRANSLATE_NOOP("Window", "Redid: Kept the label of {} samples"),
    QT_TRANSLATE_NOOP("Window", "Redid: Excluded {} sample"),
    QT_TRANSLATE_NOOP("Window", "Redid: Excluded {} samples"),
    QT_TRANSLATE_NOOP("Window", "Redid: Marked as unsure {} sample"),
    QT_TRANSLATE_NOOP("Window", "Redid: Marked as unsure {} samples"),
    QT_TRANSLATE_NOOP("Window", "Redid: Reset {} sample"),
    QT_TRANSLATE_NOOP("Window", "Redid: Reset {} samples"),
    QT_TRANSLATE_NOOP("Window", "Redid: Kept one and excluded the rest of {} sample"),
    QT_TRANSLATE_NOOP("Window", "Redid: Kept one and excluded the rest of {} samples"),
    QT_TRANSLATE_NOOP("Window", "Redid: Adopted the opinions on {} sample"),
    QT_TRANSLATE_NOOP("Window", "Redid: Adopted the opinions on {} samples"),
)
