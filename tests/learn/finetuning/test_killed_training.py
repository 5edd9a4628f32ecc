"""A training process killed without warning, for real."""

import random
import subprocess
import sys
import time
from pathlib import Path

from tests.learn.drawn import draw_files

ROOT = Path(__file__).parents[3]


def _command(images: Path, *folders: Path) -> list[str]:
    # A process of its own: other tests change the number of threads, and with that the bits.
    return [
        sys.executable,
        "-m",
        "tests.learn.finetuning.train_until_killed",
        *map(str, (images, *folders)),
    ]


def _kill_after(batches: int, folder: Path, images: Path) -> tuple[int, int]:
    """Start the process and kill it some batches in; the first and last batch it reported."""
    done: list[int] = []
    with subprocess.Popen(
        _command(images, folder), cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            done.append(int(line.split()[0]))
            if len(done) == batches:
                break
        # Somewhere inside a batch, or inside the writing of a checkpoint.
        time.sleep(random.uniform(0, 0.05))
        assert process.poll() is None
        process.kill()
    return done[0], done[-1]


def test_a_killed_process_goes_on_to_the_same_bits(tmp_path: Path) -> None:
    images = tmp_path / "images"
    draw_files(images, 46)
    broken, whole = tmp_path / "broken", tmp_path / "whole"
    begun, reached = _kill_after(random.randint(2, 4), broken, images)
    # Of five batches an epoch, in thousandths of epochs.
    assert begun == 200
    begun_again, _ = _kill_after(random.randint(2, 4), broken, images)
    # The batch after whose report it died may not have been in the checkpoint yet.
    assert begun_again >= reached
    assert not (broken / "model").exists()
    subprocess.run(_command(images, broken, whole), cwd=ROOT, check=True, capture_output=True)
    # Without a validation part the model is the last epoch's.
    file = "model/model.safetensors"
    assert (broken / file).read_bytes() == (whole / file).read_bytes()
