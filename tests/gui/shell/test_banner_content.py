"""What the banner says of pictures that have changed, and what it tells who reviews blind."""

import shutil
from pathlib import Path

import pytest

from lnl_gui.containers.errors import NO_PERMISSION
from lnl_gui.gui.jobs.job import Job, JobState
from lnl_gui.gui.shell.banners.banner import BannerContent
from lnl_gui.gui.shell.banners.banner_content import banner_content
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.jobs.protocol import ErrorMessage
from lnl_gui.session.browsing.derived_columns import OTHER_PICTURE
from lnl_gui.session.browsing.views import ViewSpec
from lnl_gui.session.changes import Changes
from lnl_gui.store.dataset.samples import record_unreadable
from lnl_gui.store.detection.detection_summary import SUMMARY
from lnl_gui.store.jobs.parameters import (
    FILES_UNREAD,
    DetectParameters,
    EmbedParameters,
    JobParameters,
)
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.util.files.atomic import write_json
from lnl_gui.util.messages import NOTHING, message


def content_of(window: MainWindow) -> BannerContent:
    return banner_content(window.project.review, None, window.banner_controller._actions)


def test_who_is_blind_is_offered_to_look_again_and_not_to_let_all_stand(
    window: MainWindow,
) -> None:
    review = window.project.review
    assert review is not None
    session = review.session
    for blind, wanted in ((False, ["Let all stand…", "Next suspect"]), (True, [])):
        review.announce(session.team.work_as("ben", blind=blind))
        session.columns.other_picture[:2] = True
        review.show_view(ViewSpec(flagged=None))
        first = content_of(window)
        assert first.title.startswith("2 decisions were made on other pictures")
        assert first.buttons[0][0] == "Show them"
        assert ("after the blind review" in first.text) == blind
        first.buttons[0][1]()
        assert review.spec.issue == (OTHER_PICTURE,)
        assert [name for name, _ in content_of(window).buttons] == wanted


def test_who_is_blind_is_not_told_how_many_suspects_there_are(window: MainWindow) -> None:
    review = window.project.review
    assert review is not None
    assert "suspect" in content_of(window).title
    review.announce(review.session.team.work_as("ben", blind=True))
    assert content_of(window).title == ""


def test_suspects_of_former_contents_are_said_to_be_so_until_the_images_are_refreshed(
    window: MainWindow,
) -> None:
    review = window.project.review
    assert review is not None
    run = review.session.runs.latest("detect")
    assert run is not None
    write_json(run.folder / SUMMARY, {"threshold": 0.5, "changed_images": 2})
    review.session._state.take_run("detect")
    review.announce(Changes(scores=True))
    shown = content_of(window)
    assert shown.title == "2 images had changed since they were embedded"
    assert (shown.tone, [name for name, _ in shown.buttons]) == (
        "warning",
        ["Refresh", "Next suspect"],
    )


def test_images_that_the_machine_did_not_give_are_named_and_read_again(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = window.project.review
    assert review is not None
    assert review.session.statistics.unread == NOTHING
    record_unreadable(review.session.project, {2: NO_PERMISSION, 3: message("damaged: so")})
    review.session._state.forget_runs()
    shown = content_of(window)
    assert shown.title == "Some images could not be read" and "1 image could" in shown.text
    assert "no permission to read the file" in shown.text
    started: list[JobParameters] = []
    workflow = window.banner_controller._context.workflow
    monkeypatch.setattr(workflow, "start", lambda first, **_then: started.append(first))
    label, act = shown.buttons[0]
    act()
    assert label == "Read them again" and isinstance(started[0], EmbedParameters)


def test_a_job_that_was_not_given_images_can_be_tried_again_or_go_on_without(
    window: MainWindow,
) -> None:
    said = message("2 of 60 images could not be read")
    error = ErrorMessage(FILES_UNREAD, said, retryable=True)
    job = Job(1, "embed", Path("p.lnl"), "one", {}, JobState.FAILED, error=error)
    shown = banner_content(window.project.review, job, window.banner_controller._actions)
    assert [name for name, _ in shown.buttons] == ["Try again", "Go on without them…"]


def test_after_an_embedding_alone_the_suspects_are_said_to_be_of_the_former_one(
    window: MainWindow,
) -> None:
    review = window.project.review
    assert review is not None
    runs = review.session.runs
    for parameters, wanted in (
        (EmbedParameters(batch_size=7), "The images were embedded anew"),
        (DetectParameters(seed=3), "Review 20 suspects"),
    ):
        run = runs.start(parameters)
        if run.kind == "embed":
            write_json(run.folder / "unreadable.json", {})
        else:
            former = runs.latest("detect")
            assert former is not None
            shutil.copytree(former.folder, run.folder, dirs_exist_ok=True)
        review.announce(runs.finish(run.id, "done", RunResult()))
        assert content_of(window).title == wanted
