"""The banner after an export: what was not done as asked comes first, and is never green."""

from dataclasses import fields
from typing import Any
from unittest.mock import Mock

import pytest

from lnl_gui.gui.shell.banners.banner import BannerActions
from lnl_gui.gui.shell.banners.banner_results import _export_content
from lnl_gui.store.jobs.runs import Run
from lnl_gui.util.messages import message, to_json


def run(**metrics: Any) -> Run:
    done = Mock(spec=Run)
    done.parameters = {"destination": "/out"}
    done.metrics = {"exported": 10, "made": {"copy": 10}, "changed_labels": 2, **metrics}
    return done


@pytest.fixture
def actions() -> BannerActions:
    return BannerActions(**{field.name: Mock() for field in fields(BannerActions)})


def test_a_whole_export_says_what_it_wrote(actions: BannerActions) -> None:
    splits = {"train": {"images": 8}, "test": {"images": 2}}
    shown = _export_content(run(splits=splits, excluded=3), actions)
    assert shown.tone == "good" and shown.buttons[1][1] is actions.dismiss
    assert shown.text == (
        "Images: 10 copied. Splits: train 8, test 2. 2 labels were changed."
        " 3 images were left out. To /out. The originals are untouched."
    )


def test_what_was_not_done_as_asked_comes_first(actions: BannerActions) -> None:
    note = message("Split `{name}` has no image of a class.", name="test")
    shown = _export_content(run(warnings=[to_json(note)]), actions)
    assert shown.text.startswith("Split `test` has no image of a class.")
    assert (shown.tone, shown.icon) == ("warning", "warning")
    assert shown.buttons[1][1] is actions.export_details


def test_the_export_of_an_earlier_version_is_told_too(actions: BannerActions) -> None:
    done = run()
    done.metrics = {"exported": 1}
    assert _export_content(done, actions).text == "To /out. The originals are untouched."
