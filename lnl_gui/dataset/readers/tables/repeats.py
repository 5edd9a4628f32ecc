"""Which label an image has whose path stands in several rows."""

import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from lnl_gui.dataset.listing import shorten
from lnl_gui.util.messages import Message, message

_MUCH_DISAGREEMENT = 0.1
"""Share of images with rows of several labels above which these are probably not mistakes."""


@dataclass
class Repeats:
    """The files that several rows name; by the path, in one case where the system knows no other.

    `labels` has what most rows of such a file say, of as many the first, and "" where none says
    anything. `disputed` has those whose rows say several labels, with a path for each; `undecided`
    those of them of which no label is given by most.
    """

    labels: dict[str, str] = field(default_factory=dict)
    disputed: dict[str, str] = field(default_factory=dict)
    undecided: dict[str, str] = field(default_factory=dict)

    def notes(self) -> list[Message]:
        """Where most rows of an image decided."""
        decided = [path for key, path in self.disputed.items() if key not in self.undecided]
        if not decided:
            return []
        return [
            message(
                "Where rows of an image disagree, the label that most of them give was taken:"
                " {count} images ({paths}).",
                count=len(decided),
                paths=shorten(decided),
            )
        ]

    def suspicions(self, number: int) -> list[Message]:
        """Rows that disagree about many images, or about any without most of them agreeing."""
        if len(self.disputed) > _MUCH_DISAGREEMENT * number:
            return [
                message(
                    "{count} of {number} images have rows with several labels ({paths}); the label"
                    " that most rows give was taken, of equals the first. If they are the answers"
                    " of several people, say which column names the person with"
                    " --annotator-column.",
                    count=len(self.disputed),
                    number=number,
                    paths=shorten(self.disputed.values()),
                )
            ]
        if not self.undecided:
            return []
        return [
            message(
                "{count} of {number} images have rows with several labels, each as often"
                " ({paths}); the first was taken. Remove the rows that are wrong; if they are the"
                " answers of several people, say which column names the person with"
                " --annotator-column.",
                count=len(self.undecided),
                number=number,
                paths=shorten(self.undecided.values()),
            )
        ]


def find_repeats(
    paths: Sequence[str], files: Sequence[str | Message], label_of: Callable[[int], str | None]
) -> Repeats:
    """Weigh the rows of each file that comes more than once.

    Args:
        paths: of each row, as written.
        files: of each row, or why there is none.
        label_of: gives the label of a row by its number, "" for none; None where it is not used.
    """
    keys = [os.path.normcase(file) for file in files if isinstance(file, str)]
    # In most tables none does, and their rows need no second look.
    if len(set(keys)) == len(keys):
        return Repeats()
    several = {key for key, count in Counter(keys).items() if count > 1}
    said: dict[str, Counter[str]] = {key: Counter() for key in several}
    found = Repeats(labels=dict.fromkeys(several, ""))
    for at, file in enumerate(files):
        key = os.path.normcase(file) if isinstance(file, str) else ""
        label = label_of(at) if key in several else None
        if label:
            said[key][label] += 1
            if len(said[key]) > 1:
                found.disputed[key] = paths[at]
    for key, counts in said.items():
        ranked = counts.most_common(2)
        found.labels[key] = ranked[0][0] if ranked else ""
        if len(ranked) > 1 and ranked[0][1] == ranked[1][1]:
            found.undecided[key] = found.disputed[key]
    return found
