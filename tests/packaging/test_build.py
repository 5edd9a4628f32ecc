"""What the build asks for, without building."""

import importlib.util
import os
import subprocess
from pathlib import Path

import pytest
from frozen.sources import ROOT
from set_up.torch_build import INDEX_VARIABLE

from lnl_gui.cli.setting_sources import OWN_VARIABLES

# By its path: PyPA's `build` is installed beside it.
_SPEC = importlib.util.spec_from_file_location("lnl_build", ROOT / "packaging" / "build.py")
assert _SPEC is not None and _SPEC.loader is not None
build = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(build)


@pytest.mark.parametrize("source", [{}, {"LNL_TORCH_SOURCE": "https://mirror.example/cpu"}])
def test_torch_comes_from_the_index_without_cuda_alone(source: dict[str, str]) -> None:
    where = source.get("LNL_TORCH_SOURCE", build.CPU_INDEX)
    assert build.torch_options(source) == ["--index-url", where, "torch", "torchvision"]


def test_beside_a_folder_of_wheels_no_index_offers_a_newer_torch() -> None:
    options = build.torch_options({"LNL_TORCH_SOURCE": "/media/wheels"})
    assert options[options.index("--find-links") + 1] == "/media/wheels"
    assert "--no-index" in options


def test_the_program_is_tried_without_the_settings_of_its_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, str] = {}

    def tried(_: list[str], *, env: dict[str, str], check: bool) -> object:
        seen.update(env)
        return subprocess.CompletedProcess([], 0)

    monkeypatch.setattr(build.subprocess, "run", tried)
    for name in (INDEX_VARIABLE, "LNL_APPIMAGE_RUNTIME", "LNL_SIGN_IDENTITY", "LNL_HOME"):
        monkeypatch.setenv(name, "x")
    assert build.selftest(tmp_path)
    assert [name for name in seen if name.startswith("LNL_")] == ["LNL_HOME"]
    assert seen["PATH"] == os.environ["PATH"]


def test_where_torch_comes_from_is_no_unknown_setting_of_the_program() -> None:
    # The set-up is told by a variable, and starts the program with all of them.
    assert INDEX_VARIABLE in OWN_VARIABLES
