"""A training process killed without warning, for real."""

import random
import time
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests.learn.drawn import draw_files
from tests.learn.finetuning import train_until_killed


def _begin(images: Path, *folders: Path) -> tuple[BaseProcess, Connection]:
    """A process that trains in the folders, and where it tells of its batches."""
    # A process of its own: other tests change the number of threads, and with that the bits. From
    # a server that has imported torch and timm once, where the system has one.
    method = "forkserver" if "forkserver" in get_all_start_methods() else "spawn"
    context = get_context(method)
    context.set_forkserver_preload([train_until_killed.__name__, "timm"])
    told, telling = context.Pipe(duplex=False)
    process = context.Process(
        target=train_until_killed.train_in_turn, args=(telling, images, folders)
    )
    process.start()
    telling.close()
    return process, told


def _kill_after(batches: int, folder: Path, images: Path) -> tuple[int, int]:
    """Start the process and kill it some batches in; the first and last batch it reported."""
    process, told = _begin(images, folder)
    with told:
        done = [told.recv() for _ in range(batches)]
        # Somewhere inside a batch, or inside the writing of a checkpoint.
        time.sleep(random.uniform(0, 0.05))
        assert process.is_alive()
        process.kill()
        process.join()
    return done[0], done[-1]


def _train_to_the_end(images: Path, *folders: Path) -> None:
    process, told = _begin(images, *folders)
    with told:
        process.join()
    assert process.exitcode == 0


def test_a_killed_process_goes_on_to_the_same_bits(tmp_path: Path) -> None:
    images = tmp_path / "images"
    draw_files(images, 46)
    broken, whole = tmp_path / "broken", tmp_path / "whole"
    begun, reached = _kill_after(random.randint(2, 3), broken, images)
    # Of five batches an epoch and two epochs, in thousandths of epochs: four are left at least.
    assert begun == 200
    begun_again, _ = _kill_after(random.randint(2, 3), broken, images)
    # The batch after whose report it died may not have been in the checkpoint yet.
    assert begun_again >= reached
    assert not (broken / "model").exists()
    _train_to_the_end(images, broken, whole)
    # Without a validation part the model is the last epoch's.
    file = "model/model.safetensors"
    assert (broken / file).read_bytes() == (whole / file).read_bytes()
