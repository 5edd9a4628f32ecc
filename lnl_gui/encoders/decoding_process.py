"""A process that decodes images for another one, which an interpreter's lock does not slow.

It reads pickles on its standard input: the `Decoding` first, then lists of files, or of their
bytes; and answers each list on its standard output by a list of `DecodedFile`. It ends with its
input, so that it cannot outlive the process that has started it, however that one ends.
"""

import os
import pickle  # noqa: TID251 - of a process of our own, over a pipe
import sys
from collections.abc import Sequence

from lnl_gui.encoders.decoded_file import Decoding
from lnl_gui.pictures.memory import DecodingMemory

VERB = "decoding-process"
READY = b"ready"


def main(arguments: Sequence[str] = ()) -> int:
    """Decode until there is no more input.

    Args:
        arguments: none.
    """
    given = sys.stdin.buffer
    # No library's print may come between the answers.
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    decoding: Decoding = pickle.load(given)
    memory = DecodingMemory()
    output.write(READY)
    output.flush()
    while True:
        try:
            files = pickle.load(given)
        except EOFError:
            return 0
        try:
            pickle.dump([decoding.decode(file, memory) for file in files], output, protocol=5)
            output.flush()
        # Who has asked is gone.
        except BrokenPipeError:
            return 0
