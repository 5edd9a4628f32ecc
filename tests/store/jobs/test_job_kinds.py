"""The table of job kinds, and parameters checked by type."""

import dataclasses
from importlib import import_module, util
from pathlib import Path
from typing import get_args

import pytest

from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.job_kinds import JOB_KINDS, JobKind, from_dict, kind_named, kind_of, to_dict
from lnl_gui.store.jobs.parameters import (
    DetectParameters,
    EmbedParameters,
    FinetuneParameters,
    ImportParameters,
    JobParameters,
)
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.util.errors import UserError

EXAMPLES = {
    "image_root": ".",
    "source": "/data",
    "project": "/p.lnl",
    "destination": "/out",
    "file": "/for-ann.lnlpack",
    "rows": (3, 5),
    "reviewed": "/reviewed.lnl",
    "training": FinetuneParameters(settings=(("epochs", "3"),)),
    "dataset": ImportParameters("/data", "/p.lnl"),
}


@pytest.mark.parametrize("kind", JOB_KINDS.values(), ids=lambda kind: kind.name)
def test_a_kind_has_parameters_a_body_and_a_title(kind: JobKind) -> None:
    needed = {
        field.name: EXAMPLES[field.name]
        for field in dataclasses.fields(kind.parameters)
        if field.default is dataclasses.MISSING
    }
    parameters = kind.parameters(**needed)
    assert kind_of(parameters) is kind and kind_named(kind.name) is kind
    assert from_dict(kind.parameters, to_dict(parameters)) == parameters
    assert util.find_spec(kind.body) is not None and kind.title


def test_every_parameter_class_belongs_to_one_kind() -> None:
    assert {kind.parameters for kind in JOB_KINDS.values()} == set(get_args(JobParameters))


def test_bodies_take_folders_exactly_where_a_project_is_needed() -> None:
    pytest.importorskip("torch")
    for kind in JOB_KINDS.values():
        taken = import_module(kind.body).run.__annotations__
        assert ("project_folder" in taken) is kind.needs_project, kind.name


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"batch_size": "many"}, "field batch_size: Expected int, got str"),
        ({"encoders": "bundled"}, "field encoders: Expected array, got str"),
        ({"encoders": ["bundled", 3]}, r"field encoders\[1\]: Expected str, got int"),
        ({"allow_download": 1}, "field allow_download: Expected bool, got int"),
        ({"weights": 5}, "field weights"),
        ({"colour": "red"}, "unknown field colour"),
        (["bundled"], "Expected object, got array"),
    ],
)
def test_parameters_of_another_type_are_refused_by_file_and_field(
    values: object, said: str
) -> None:
    with pytest.raises(UserError, match=f"spec.json.*{said}"):
        from_dict(EmbedParameters, values, source=Path("/run/spec.json"))


def test_a_whole_number_serves_where_a_float_is_wanted() -> None:
    assert from_dict(DetectParameters, {"emphasis": 1}).emphasis == 1.0


def test_an_unknown_kind_is_said() -> None:
    with pytest.raises(UserError, match="polish"):
        kind_named("polish")


@pytest.mark.parametrize("text", ['{"artifacts": {"a": 1}, "metrics": {}}', '{"artifacts"', "[]"])
def test_a_damaged_result_names_its_file(tmp_path: Path, text: str) -> None:
    (tmp_path / runs.RESULT).write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=runs.RESULT):
        runs.read_result(tmp_path)


def test_a_result_survives_its_file(tmp_path: Path) -> None:
    assert runs.read_result(tmp_path) is None
    result = RunResult({"model": "models/a"}, {"flagged": 3, "rates": [0.5, None]})
    runs.write_result(tmp_path, result)
    assert runs.read_result(tmp_path) == result
