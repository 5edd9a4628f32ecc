"""Two processes that train together give what one gives."""

import shutil
from collections.abc import Callable, Iterator
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.distributed as dist

from lnl_gui.learn.models.model_file import WEIGHTS, read_weights
from lnl_gui.learn.recipes.parameters import one_process_only
from lnl_gui.learn.recipes.registry import find_recipe
from lnl_gui.learn.training.ranks import ALONE, Ranks, join, shares
from lnl_gui.util.errors import Cancelled, UserError
from lnl_gui.util.messages import Message
from lnl_gui.util.progress import Progress
from tests.learn.drawn import draw_files
from tests.learn.training import second_rank


@pytest.mark.parametrize("rows", [1, 2, 3, 5, 8, 15, 16, 1000])
@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_each_sample_of_a_batch_is_one_processs(rows: int, count: int) -> None:
    parts = shares(rows, count)
    assert len(parts) == count
    assert np.array_equal(np.concatenate([np.arange(rows)[part] for part in parts]), range(rows))
    lengths = [part.stop - part.start for part in parts if part.stop > part.start]
    assert max(lengths) - min(lengths) <= 1
    # Batch normalisation cannot learn from one.
    assert rows == 1 or min(lengths) >= 2
    assert all(after.start == before.stop for before, after in pairwise(parts))


def test_alone_nothing_is_exchanged() -> None:
    assert ALONE.agree(value=2.5) == 2.5 and ALONE.every(True) and not ALONE.every(False)
    with pytest.raises(UserError):
        ALONE.agree(UserError(Message("gone")))


def test_methods_that_compare_samples_say_that_they_run_in_one_process() -> None:
    assert one_process_only(find_recipe("quick")) is None
    assert "one process" in str(one_process_only(find_recipe("divide_mix")))


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("images")
    draw_files(folder, 22)
    return folder


@pytest.fixture(scope="module")
def two(images: Path) -> Iterator[Ranks]:
    """This process as the first of two."""
    store = dist.TCPStore("127.0.0.1", 0, 2, is_master=True, wait_for_workers=False)
    other = get_context("spawn").Process(
        target=second_rank.train_along, args=(store.port, images), daemon=True
    )
    other.start()
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    ranks = join(0, 2, store)
    yield ranks
    ranks.say(None)
    ranks.close()
    other.join(60)
    torch.set_num_threads(threads)
    assert other.exitcode == 0


def _weights(folder: Path) -> dict[str, torch.Tensor]:
    return read_weights(folder / "model" / WEIGHTS)


def _same(one: Path, other: Path) -> None:
    found, expected = _weights(one), _weights(other)
    assert found.keys() == expected.keys()
    for name, tensor in expected.items():
        assert torch.allclose(found[name], tensor, atol=2e-4), name


def test_two_give_what_one_gives_also_after_a_stop_and_alone_again(
    two: Ranks, images: Path, tmp_path: Path
) -> None:
    alone = second_rank.train(images, tmp_path / "alone")
    two.say({"folder": str(tmp_path / "two")})
    together = second_rank.train(images, tmp_path / "two", two)
    for found, expected in zip(together.reports, alone.reports, strict=True):
        assert found.loss == pytest.approx(expected.loss, abs=1e-4)
        assert found.training_accuracy == pytest.approx(expected.training_accuracy, abs=0.03)
        assert found.validation_accuracy == pytest.approx(expected.validation_accuracy)
    assert together.chosen == alone.chosen
    assert np.allclose(together.probabilities, alone.probabilities, atol=1e-3)
    _same(tmp_path / "two", tmp_path / "alone")

    def stopping_at(share: float) -> Callable[[Message], Progress]:
        def of_stage(stage: Message) -> Progress:
            def progress(done: int, total: int) -> None:
                if "whole network" in str(stage) and done > share * total:
                    raise Cancelled

            return progress

        return of_stage

    # In the first epoch by two, in the second by one, and on to the end by two.
    broken = tmp_path / "broken"
    two.say({"folder": str(broken)})
    assert second_rank.train(images, broken, two, stopping_at(0.1)).cancelled
    assert second_rank.train(images, broken, ALONE, stopping_at(0.6)).cancelled
    two.say({"folder": str(broken)})
    resumed = second_rank.train(images, broken, two)
    assert [each.epoch for each in resumed.reports] == [each.epoch for each in alone.reports]
    _same(broken, tmp_path / "alone")


def test_an_error_of_the_other_process_is_everybodys(
    two: Ranks, images: Path, tmp_path: Path
) -> None:
    # An image that only the second process cannot read: of the whole copy, which it alone reads.
    theirs = tmp_path / "theirs"
    shutil.copytree(images, theirs)
    two.say({"folder": str(tmp_path / "run"), "images": str(theirs)})

    def spoiling(stage: Message) -> Progress:
        def progress(done: int, total: int) -> None:
            if "whole network" in str(stage):
                for file in theirs.glob("*.png"):
                    file.unlink()

        return progress

    with pytest.raises(UserError, match=r"theirs.*can no longer be read"):
        second_rank.train(images, tmp_path / "run", two, spoiling)
