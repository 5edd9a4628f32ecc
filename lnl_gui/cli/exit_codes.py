"""Exit codes of every verb, for scripts. They are stable."""

from lnl_gui.util.messages import Message, message

DONE, FAULT, USAGE, MENDABLE, INTERRUPTED = 0, 1, 2, 3, 130
CANNOT_JUDGE = MENDABLE
"""Where nothing is known of the labels, as of errors that a person can mend."""

EXIT_CODES: dict[int, Message] = {
    DONE: message("done"),
    FAULT: message("a fault of LNL itself"),
    USAGE: message("a mistyped command or setting; nothing was done"),
    MENDABLE: message(
        "something to mend: a file that is missing or damaged, a full disk, a check that found"
        " something, labels that cannot be judged because an encoder sees no difference between"
        " the images, suspects among images that have changed since they were embedded, or an"
        " export or a report with labels that nothing and nobody has judged"
    ),
    INTERRUPTED: message(
        "stopped by Ctrl+C, by the system (SIGTERM, SIGHUP), or because nobody reads what it"
        " prints any more, as after `| head`; what was finished is kept, such as a verdict"
    ),
}
