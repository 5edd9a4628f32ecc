"""Other programs looking for copies, in an interpreter of their own; imports nothing of LNL.

    PYTHON peer_script.py NAME FOLDER

Prints one object of JSON a line: of what was measured, or why it could not be. Everything is done
twice, and the second time is told: what is loaded at the first call is not measured.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from importlib import metadata
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path
from typing import Any

Pairs = dict[str, list[tuple[str, str]]]
"""Names of files that are copies of each other, by the threshold they were found at."""


def imagededup(folder: Path) -> Iterator[dict[str, Any]]:
    """Perceptual hashes, and its network where the weights can be had."""
    from imagededup.methods import CNN, PHash

    def found_by(method: Any) -> Pairs:
        encodings = method.encode_images(image_dir=str(folder))
        found = method.find_duplicates(encoding_map=encodings)
        return {"": [(one, other) for one, others in found.items() for other in others]}

    yield _measured("PHash", lambda: found_by(PHash(verbose=False)))
    yield _tried("CNN", lambda: found_by(CNN(verbose=False)))


def fastdup(folder: Path) -> Iterator[dict[str, Any]]:
    """Its embedding and nearest neighbours, from what it lists by default to what it is sure of."""
    from fastdup import create

    def find() -> Pairs:
        task = create(work_dir=str(Path("fastdup").absolute()), input_dir=str(folder))
        if task.run(overwrite=True, run_sentry=False):
            raise RuntimeError("fastdup.run failed")
        found = task.similarity()
        names = [[Path(file).name for file in found[f"filename_{end}"]] for end in ("from", "to")]
        pairs = list(zip(*names, found["distance"], strict=True))
        return {
            f"at {least}": [(one, other) for one, other, like in pairs if like >= least]
            for least in (0.9, 0.96, 0.98)
        }

    yield _tried("run", find)


def fiftyone(folder: Path) -> Iterator[dict[str, Any]]:
    """Brain's exact and near copies of a dataset, the latter by the network it takes by default."""
    import fiftyone as fo
    import fiftyone.brain as fob

    files = sorted(str(file) for file in folder.iterdir())

    def exact() -> Pairs:
        dataset = fo.Dataset.from_images(files)
        found = fob.compute_exact_duplicates(dataset)
        groups = [[dataset[key] for key in (first, *rest)] for first, rest in found.items()]
        return {"": [pair for group in groups for pair in _all_pairs(group)]}

    def near() -> Pairs:
        dataset = fo.Dataset.from_images(files)
        found = fob.compute_near_duplicates(dataset).neighbors_map
        groups = ([dataset[key] for key in (one, *dict(near))] for one, near in found.items())
        return {"": [pair for group in groups for pair in _all_pairs(group)]}

    yield _tried("exact duplicates", exact)
    yield _tried("near duplicates", near)


def _all_pairs(samples: Iterable[Any]) -> Iterator[tuple[str, str]]:
    return combinations((Path(sample.filepath).name for sample in samples), 2)


PEERS: dict[str, Callable[[Path], Iterator[dict[str, Any]]]] = {
    "imagededup": imagededup,
    "fastdup": fastdup,
    "fiftyone": fiftyone,
}


def _processor() -> float:
    """Seconds of this process and of its children that have ended."""
    now = os.times()
    return now.user + now.system + now.children_user + now.children_system


def _measured(what: str, work: Callable[[], Pairs]) -> dict[str, Any]:
    work()
    processor, clock = _processor(), time.perf_counter()
    pairs = work()
    clock, processor = time.perf_counter() - clock, _processor() - processor
    return {"what": what, "processor": processor, "clock": clock, "pairs": pairs}


def _tried(what: str, work: Callable[[], Pairs]) -> dict[str, Any]:
    try:
        return _measured(what, work)
    except Exception as error:
        return {"what": what, "missing": _reason(error)}


def _reason(error: BaseException) -> str:
    """One line: the last that the error says, and what kind it is."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[-1] if lines else ''}"


def _results(name: str, folder: Path) -> Iterator[dict[str, Any]]:
    if find_spec(name) is None:
        yield {"what": "", "missing": "not installed"}
        return
    try:
        for result in PEERS[name](folder):
            yield result | {"version": metadata.version(name)}
    except ImportError as error:
        yield {"what": "", "missing": f"cannot be imported: {_reason(error)}"}


def main(name: str, folder: str) -> None:
    """Run one peer.

    Args:
        name: of its module.
        folder: of images, and of nothing else.
    """
    # What programs print, also those in C++, goes elsewhere: standard output carries JSON alone.
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)
        for result in _results(name, Path(folder)):
            print(json.dumps(result), file=answers, flush=True)


if __name__ == "__main__":
    # This folder's modules are not the peer's to import.
    sys.path.pop(0)
    main(*sys.argv[1:])
