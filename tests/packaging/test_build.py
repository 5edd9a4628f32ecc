"""What the build asks for, without building."""

import importlib.util

import pytest
from frozen.sources import ROOT

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
