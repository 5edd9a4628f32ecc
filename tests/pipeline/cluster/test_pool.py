"""Parts on nodes that are killed, do not see the images, or are not there."""

from pathlib import Path

import pytest

import lnl_gui
from lnl_gui.containers.location import Member
from lnl_gui.pipeline.cluster import pool as pools
from lnl_gui.pipeline.cluster.on_node import NodeWorker
from lnl_gui.pipeline.cluster.parts import PartAnswer, PartFiles, PartTask
from lnl_gui.pipeline.cluster.pool import Pool
from lnl_gui.util.errors import Cancelled, UserError
from lnl_gui.util.messages import Message
from lnl_gui.util.progress import Progress, no_progress
from tests.pipeline.cluster.pretended import PretendedCluster, Sizes

PART = 4
STARTS = range(0, 22, PART)
JOB = Sizes(lnl_gui.__version__)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """22 files of as many bytes as their number."""
    made = [tmp_path / "here" / f"{number:02d}.png" for number in range(22)]
    made[0].parent.mkdir()
    for number, file in enumerate(made):
        file.write_bytes(b"x" * number)
    return made


def parts_of(files: list[Path]) -> PartFiles:
    return PartFiles(files, [file.stat().st_size for file in files], PART)


def done(
    cluster: PretendedCluster,
    parts: PartFiles,
    said: list[Message] | None = None,
    progress: Progress = no_progress,
) -> list[PartAnswer]:
    say = [].append if said is None else said.append
    pool = Pool(cluster, JOB, parts, say=say, progress=progress)
    return list(pool.answers(STARTS))


def sizes_of(answers: list[PartAnswer]) -> list[int]:
    """What was found for each row; fails where a part came twice or not at all."""
    assert sorted(answer.start for answer in answers) == list(STARTS)
    return [size for a in sorted(answers, key=lambda a: a.start) for size in a.result]


def test_every_part_is_done_once_by_all_who_are_there(files: list[Path]) -> None:
    cluster = PretendedCluster({"a": 1, "b": 2})
    reports: list[tuple[int, int]] = []
    answers = done(cluster, parts_of(files), progress=lambda d, t: reports.append((d, t)))
    assert sizes_of(answers) == list(range(22))
    assert {node for node, _, _ in cluster.given} == {"a", "b"}
    assert len(cluster.given) == len(STARTS)
    assert all(sent == 0 for _, _, sent in cluster.given)
    assert reports[0] == (0, 22) and reports[-1] == (22, 22)
    assert all(worker.is_ended for worker in cluster.started)


def test_a_killed_node_costs_its_parts_only(
    files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "LOOK_SECONDS", 0.0)
    cluster = PretendedCluster({"a": 1, "b": 1})
    in_hand: list[int] = []

    def kills(node: str, task: PartTask) -> bool:
        if node == "b" and "b" in cluster.nodes and len(cluster.given) > 3:
            del cluster.nodes["b"]
            in_hand.append(task.start)
            return True
        return False

    cluster.kills = kills
    said: list[Message] = []
    assert sizes_of(done(cluster, parts_of(files), said)) == list(range(22))
    given = [start for _, start, _ in cluster.given]
    again = {start for start in given if given.count(start) > 1}
    # What it worked on, and at most the one that waited behind.
    assert in_hand[0] in again and len(again) <= 2
    assert any("is lost" in str(line) for line in said)


def test_a_part_that_takes_down_whoever_works_on_it_is_named(
    files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "LOOK_SECONDS", 0.0)
    cluster = PretendedCluster({"a": 2}, kills=lambda _node, task: task.start == 8)
    with pytest.raises(UserError, match=r"3 workers were lost at the images from .*08\.png") as at:
        done(cluster, parts_of(files))
    assert at.value.code == "cluster_part_lost"
    assert sum(start == 8 for _, start, _ in cluster.given) == pools.TRIES


def test_what_a_node_does_not_see_is_sent(files: list[Path], tmp_path: Path) -> None:
    cluster = PretendedCluster({"blind": 1}, moved={"blind": ("here", "nowhere")})
    said: list[Message] = []
    assert sizes_of(done(cluster, parts_of(files), said)) == list(range(22))
    assert len([line for line in said if "does not see" in str(line)]) == 1
    # Asked for in vain with those it had at once, then sent without asking.
    assert [sent for _, start, sent in cluster.given if start == 20] == [2]


def test_a_file_of_another_size_is_not_taken_for_ours(files: list[Path], tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir()
    for number, file in enumerate(files):
        (there / file.name).write_bytes(b"y" * (number if number != 5 else 99))
    cluster = PretendedCluster({"a": 1}, moved={"a": ("here", "there")})
    assert sizes_of(done(cluster, parts_of(files)))[5] == 5


def test_what_the_head_cannot_read_either_is_told_by_the_head(files: list[Path]) -> None:
    parts = parts_of(files)
    files[9].unlink()
    cluster = PretendedCluster({"blind": 1}, moved={"blind": ("here", "nowhere")})
    answers = done(cluster, parts)
    assert sizes_of(answers) == [*range(9), -1, *range(10, 22)]
    failed = next(answer.failed for answer in answers if answer.start == 8)
    assert {at: str(reason) for at, reason in failed.items()} == {1: "file not found"}


def test_an_image_at_a_url_that_a_node_cannot_fetch_is_asked_of_the_head() -> None:
    url = Member(Path("/list.csv"), "remote", "http://127.0.0.1:9/none.png")
    parts = PartFiles([url], [10], PART)
    worker = NodeWorker(JOB, 1, "node")
    assert worker.prepare() is None
    assert worker.work(parts.task(0)).unseen == (0,)


def test_large_images_travel_in_portions(
    files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lnl_gui.pipeline.cluster.parts.PORTION", 30)
    task, portions = parts_of(files).with_contents(12, [0, 1, 3])
    assert task.sent == (0, 1, 3)
    assert [[len(data) for data in portion] for portion in portions] == [[12, 13], [15]]


def test_another_version_on_a_node_is_an_error(files: list[Path]) -> None:
    pool = Pool(
        PretendedCluster({"a": 1}), Sizes("0.0"), parts_of(files), say=print, progress=no_progress
    )
    with pytest.raises(UserError, match="The node a has LNL") as at:
        list(pool.answers(STARTS))
    assert at.value.code == "other_version"


def test_a_cancel_ends_all_workers(files: list[Path]) -> None:
    cluster = PretendedCluster({"a": 2})

    def progress(done: int, total: int) -> None:
        if done:
            raise Cancelled

    with pytest.raises(Cancelled):
        done(cluster, parts_of(files), progress=progress)
    assert cluster.started and all(worker.is_ended for worker in cluster.started)


def test_an_empty_cluster_is_waited_for_and_then_told(
    files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "_WAIT", 0.0)
    now = [0.0]

    def clock() -> float:
        now[0] += 5.0
        return now[0]

    pool = Pool(
        PretendedCluster({}), JOB, parts_of(files), say=print, progress=no_progress, clock=clock
    )
    with pytest.raises(UserError, match="No node of the cluster works") as at:
        list(pool.answers(STARTS))
    assert at.value.code == "cluster_empty" and at.value.retryable
    assert now[0] > pools.EMPTY_SECONDS
