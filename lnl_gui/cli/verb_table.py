"""The verbs by name, and the module of each."""

from lnl_gui.util.messages import Message, message

VERBS: dict[str, Message] = {
    "open": message("open a project, or a dataset, in the window"),
    "import": message("read a dataset into a new project"),
    "update": message(
        "read the dataset of a project again: what is new, moved, missing, relabelled"
    ),
    "relocate": message("say where the images of a project lie now"),
    "attach": message("take in predictions and embeddings that were made elsewhere"),
    "embed": message("compute embeddings, thumbnails and facts in one pass over the pixels"),
    "detect": message("find suspect labels"),
    "map": message("lay the images out in the plane, those alike together (UMAP or t-SNE)"),
    "review": message("give verdicts: accept, keep, relabel, exclude, unsure, ask, undo, redo"),
    "remark": message("leave notes, tags and second labels on samples"),
    "classes": message("list, add, rename, merge, delete, describe the classes; what may be one"),
    "audit": message("draw a random sample of what was not flagged; report the noise left"),
    "pack": message("write some samples into one file, for somebody to review"),
    "unpack": message("make a project of a pack"),
    "merge": message("take in the verdicts of another copy of a project, of a pack, or a journal"),
    "check": message("look for damage in a project, and mend it"),
    "finetune": message("train on given and on curated labels and compare"),
    "gain": message("what cleaning gained, and the held-out images that decide it"),
    "export": message("write the curated dataset, tables and the journal"),
    "patch": message("write the label changes of a project as a small text file"),
    "apply": message("give a dataset the labels of a patch, in its own layout"),
    "verify": message("whether an export is still as it was written"),
    "info": message("say what is in a project"),
    "run": message("do all of it with defaults and print a summary"),
    "demo": message("clean handwritten digits with known wrong labels"),
    "predict": message("classify images with a trained model"),
    "extend": message("add the reviewed images of another project to the dataset"),
    "tune": message("search a recipe's training settings by validation accuracy"),
    "model": message("export a trained model to ONNX, torch.export or safetensors"),
    "report": message("write one page on what was found and done, HTML or PDF"),
    "bench": message("measure detectors and training methods on labels whose errors are known"),
    "doctor": message("look at this installation: what is missing, and how to mend it"),
    "selftest": message("try whether this installation works: demo, worker, export, window"),
    "install-desktop": message("put LNL into the applications menu, or take it out again"),
    "uninstall": message("delete what LNL keeps outside of projects: settings, caches, logs"),
    "whats-new": message("say what has changed in this version"),
    "completion": message("let a shell complete verbs, options and names"),
    "help": message("say more on a verb, or on the exit codes"),
    "encoders": message("list the encoders by name"),
    "detectors": message("list the detectors by name"),
    "formats": message("list the dataset formats that can be read and written"),
    "recipes": message("list the training recipes by name"),
}
# `import` is a keyword, `map` and `help` are built-in functions.
_MODULES = {"import": "import_dataset", "map": "projection", "help": "help_pages"}
_MODULES |= {"install-desktop": "install_desktop", "whats-new": "whats_new"}


def module_of(verb: str) -> str:
    """The module that declares a verb's options and runs it."""
    return f"lnl_gui.cli.verbs.{_MODULES.get(verb, verb)}"
