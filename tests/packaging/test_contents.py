"""What goes into the frozen program, and how its sizes are counted."""

import importlib
import pkgutil
from pathlib import Path

import pytest
from frozen.contents import cuda_files, is_left_out, package_of, sizes, table
from frozen.modules import modules_of, modules_with_compiled_loops
from frozen.sources import ROOT

OUT = (
    "torch/include/ATen/ATen.h",
    "torch/bin/protoc",
    "torch/lib/libtorchbind_test.so",
    "scipy/linalg/tests/test_basic.py",
    "sklearn\\datasets\\tests\\test_base.py",
    "PySide6/Qt/qml/QtQuick/plugins.qmltypes",
    "PySide6/Qt/lib/libQt6Quick.so.6",
    "PySide6/Qt/plugins/platforminputcontexts/libqtvirtualkeyboardplugin.so",
    "PySide6/Qt/translations/qtbase_fr.qm",
    "openvino/libs/libopenvino_intel_gpu_plugin.so",
    "openvino/libs/libopenvino_onnx_frontend.so.2641",
    "openvino/libs/libopenvino_auto_batch_plugin.so",
    "pyarrow/libarrow_flight.so.2600",
    "nvidia/cublas/lib/libcublas.so.12",
    "sklearn/datasets/data/iris.csv",
    "botocore/data/ec2/2016-11-15/service-2.json.gz",
    "lnl_gui-0.1.0.dist-info/direct_url.json",
    "torch-2.13.0+cpu.dist-info/RECORD",
)
IN = (
    "torch/lib/libtorch_cpu.so",
    "torch/bin/torch_shm_manager",
    "sklearn/datasets/descr/digits.rst",
    "torch/testing/__init__.pyc",
    "PySide6/Qt/plugins/platforms/libqxcb.so",
    "PySide6/Qt/plugins/platforms/libqoffscreen.so",
    "PySide6/Qt/plugins/platforms/libqwayland.so",
    "PySide6/Qt/plugins/imageformats/libqsvg.so",
    "PySide6/Qt/translations/qtbase_de.qm",
    "openvino/libs/libopenvino_intel_cpu_plugin.so",
    "openvino/libs/libopenvino.so.2641",
    "openvino/libs/libopenvino_ir_frontend.so.2641",
    "openvino/libs/libopenvino_pytorch_frontend.so.2641",
    "pyarrow/libarrow.so.2600",
    "pyarrow/libparquet.so.2600",
    "sklearn/datasets/data/digits.csv.gz",
    "sklearn/datasets/images/china.jpg",
    "botocore/data/s3/2006-03-01/service-2.json.gz",
    "botocore/data/endpoints.json",
    "lnl_gui-0.1.0.dist-info/entry_points.txt",
    "torch-2.13.0+cpu.dist-info/METADATA",
    "lnl_gui/resources/translations/de/LC_MESSAGES/lnl.mo",
)


@pytest.mark.parametrize("path", OUT)
def test_what_nothing_loads_stays_out(path: str) -> None:
    assert is_left_out(path)


@pytest.mark.parametrize("path", IN)
def test_what_is_loaded_stays_in(path: str) -> None:
    assert not is_left_out(path)


def test_cuda_stays_in_a_build_for_it() -> None:
    assert not is_left_out("nvidia/cublas/lib/libcublas.so.12", cpu=False)


def test_cuda_in_a_build_for_the_processor_is_found(tmp_path: Path) -> None:
    for name in ("torch/lib/libtorch_cpu.so", "torch/lib/libc10_cuda.so"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    assert cuda_files(tmp_path) == ["torch/lib/libc10_cuda.so"]


def test_every_byte_is_counted_once_and_by_its_package(tmp_path: Path) -> None:
    files = {
        "lnl-gui": 7,
        "_internal/base_library.zip": 5,
        "_internal/scipy/a.so": 30,
        "_internal/scipy.libs/b.so": 20,
        "_internal/torch-2.13.0+cpu.dist-info/METADATA": 3,
    }
    for name, count in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x" * count)
    (tmp_path / "_internal" / "link.so").symlink_to("scipy/a.so")
    entries = sizes(tmp_path)
    assert entries[0] == ("scipy", 50)
    assert dict(entries)["torch"] == 3
    assert sum(count for _, count in entries) == sum(files.values())
    assert table(entries).splitlines()[-1] == f"all\t{sum(files.values())}"
    assert package_of("_internal/libz.so.1") == package_of("_internal/libpython3.11.so.1.0")


@pytest.mark.parametrize("package", ["email", "jinja2", "tqdm"])
def test_modules_are_those_that_python_finds(package: str) -> None:
    top = __import__(package)
    names = [f"{package}.{found.name}" for found in pkgutil.iter_modules(top.__path__)]
    wanted = {name for name in names if not name.endswith("__main__")}
    found = {name for name in modules_of(package) if name.count(".") == 1}
    assert found == wanted


def test_modules_of_what_is_not_installed_are_none() -> None:
    assert modules_of("no_such_package_here") == []


def test_all_loops_that_are_kept_compiled_have_their_sources() -> None:
    found = modules_with_compiled_loops(ROOT / "lnl_gui")
    package = [name for name in modules_of("lnl_gui") if name.endswith("_loops")]
    compiled = [name for name in package if "numba" in vars(importlib.import_module(name))]
    assert found == compiled and "lnl_gui.dataset.pixels.resampling_loops" in found
