"""What of the libraries is left out of the frozen program, and how much each of them takes."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

EXCLUDED_MODULES = (
    # Only tests, builds and notebooks import these.
    *("pytest", "_pytest", "hypothesis", "setuptools", "pip", "wheel", "IPython", "notebook"),
    *("tkinter", "matplotlib", "pandas", "tensorflow", "transformers", "datasets", "polars"),
    *("tensorboard", "cleanlab", "mypy", "numba.cuda.tests", "numba.tests", "llvmlite.tests"),
    *("torch.utils.tensorboard", "torch.utils.benchmark", "numpy.f2py.tests", "PySide6.QtQml"),
    *("PySide6.QtQuick", "PySide6.QtNetwork", "hf_xet", "PySide6.QtDesigner", "PySide6.QtOpenGL"),
    # Under the GPL, which would be that of the whole program: the wheels of pillow-heif hold x265
    # (pi-heif reads HEIC without it), and Python's prompt edits its lines with readline.
    *("pillow_heif", "pillow_jxl", "readline", "rlcompleter"),
)
"""Modules that no path of the program needs."""

_LEFT_OUT = (
    # Tests, headers, stubs, static libraries and sources of compiled modules.
    r"(^|/)(tests?|testing/data)/(?!__init__\.py$).*",
    r"^torch/(include|bin|share|test|_inductor/kernel/vendored_templates|lib/cmake)/.*",
    r".*\.(h|hpp|cuh|a|lib|pyi|pxd|pxi|pyx|pc|cmake|c|cpp|cu|exp|pdb|tp)$",
    r"^torch/lib/lib(torchbind_test|jitbackend_test|backend_with_compiler|aoti_custom_ops)\.so",
    # Parts of Qt that no import reaches: QML, the designer, on-screen keyboards, network, boards
    # without a window system.
    r"^PySide6/Qt/(qml|libexec|metatypes|resources|modules)/.*",
    r"(^|/)lib(Qt6|Qt)(Qml|Quick|Designer|Pdf|3D|WebEngine|VirtualKeyboard|Labs|Network|EglF)\w*\..*",
    r"^PySide6/Qt/plugins/(egldeviceintegrations|generic|networkinformation|tls|qmltooling)/.*",
    r"^PySide6/Qt/plugins/platforminputcontexts/.*virtualkeyboard.*",
    r"^PySide6/Qt/plugins/platforms/libq(eglfs|linuxfb|vnc|vkkhrdisplay|minimalegl|minimal)\.so",
    r"^PySide6/Qt/translations/(?!qtbase_de\.qm$|qt_de\.qm$).*",
    # Embeddings are computed by OpenVINO's processor plug-in, from its own format or from torch.
    r"^openvino/libs/.*(intel_gpu|intel_npu|npu_compiler|_auto_|_hetero_|libopenvino_c\.).*",
    r"^openvino/libs/.*(_paddle_|_jax_|_gguf_|_onnx_|tensorflow).*",
    r"^openvino/libs/(cache\.json|.*\.pc)$",
    r"^openvino/(include|tools/benchmark|torch/tests)/.*",
    r"^openvino/frontend/(jax|onnx|paddle|tensorflow)/.*",
    # Arrow reads and writes files of this machine; its servers, clouds and query plans are others'.
    r"(^|/)(libarrow_flight|libarrow_python_flight|libarrow_substrait|libarrow_s3|_flight|_substrait|_s3fs|_gcsfs|_azurefs)[.\w-]*$",
    r"^pyarrow/(include|src|tests)/.*",
    # The library is inside the module of Python once more.
    r"^onnxruntime/capi/libonnxruntime\.so.*",
    r"^onnxruntime/(tools|transformers|datasets)/.*",
    r"^(sklearn/datasets/data|scipy/datasets|skimage/data)/.*",
    r"^(onnx/backend/test|numpy/_core/(include|lib))/.*",
    r"^(nvidia|triton|nvidia_\w+|cuda)/.*",
    # Where on this machine a distribution was installed from, when, and the sums of that.
    r"\.dist-info/(RECORD|INSTALLER|REQUESTED|direct_url\.json|uv_(build|cache)\.json)$",
    # Amazon's other four hundred services; S3 is asked, and what signs in to it.
    r"^botocore/data/(?!(s3|sts|sso|sso-oidc|signin)/)[^/]+/.*",
)
_KEPT = (
    # The digits of the demo, and the photographs a converted encoder is checked on.
    r"^sklearn/datasets/data/(digits\.csv\.gz|__init__\.pyc?)$",
    r"^torch/(testing|utils/data)/.*\.pyc?$",
    # torch asks for it at its import on Linux and macOS, whether or not it shares memory.
    r"^torch/bin/torch_shm_manager$",
)
_CUDA = re.compile(r"(^|/)(nvidia|triton)/|lib(cudart|cublas|cudnn|nccl|cufft|cusparse|c10_cuda)")
_OUT = re.compile("|".join(f"(?:{pattern})" for pattern in _LEFT_OUT))
_IN = re.compile("|".join(f"(?:{pattern})" for pattern in _KEPT))


def is_left_out(destination: str, *, cpu: bool = True) -> bool:
    """Whether a file stays out of the program.

    Args:
        destination: its path inside the program's folder, with either kind of slash.
        cpu: whether the build is the one without CUDA.
    """
    path = destination.replace("\\", "/")
    if _IN.search(path):
        return False
    if not cpu and _CUDA.search(path):
        return False
    return _OUT.search(path) is not None


def cuda_files(folder: Path) -> list[str]:
    """Files of CUDA in a program's folder, which a build for the processor must not hold."""
    found = (file.relative_to(folder).as_posix() for file in _files(folder))
    return [name for name in found if is_of_cuda(name)]


def is_of_cuda(path: str) -> bool:
    """Whether a file is one of CUDA's.

    Args:
        path: with forward slashes.
    """
    return _CUDA.search(path) is not None


def sizes(folder: Path) -> list[tuple[str, int]]:
    """Bytes by package, largest first; files beside the packages go by what they belong to."""
    counted: Counter[str] = Counter()
    for file in _files(folder):
        counted[package_of(file.relative_to(folder).as_posix())] += file.stat().st_size
    return sorted(counted.items(), key=lambda entry: (-entry[1], entry[0]))


def package_of(path: str) -> str:
    """The package that a file of the program belongs to.

    Args:
        path: relative to the program's folder, with forward slashes.
    """
    parts = path.removeprefix("_internal/").split("/")
    if len(parts) == 1:
        return "Python and system libraries" if path.startswith("_internal/") else "program"
    return re.sub(r"(\.libs|-[\d.]+\S*\.dist-info)$", "", parts[0])


def table(entries: list[tuple[str, int]]) -> str:
    """The sizes as tab-separated text with a line of names and a last line of the sum."""
    lines = ["package\tbytes", *(f"{name}\t{count}" for name, count in entries)]
    return "\n".join([*lines, f"all\t{sum(count for _, count in entries)}", ""])


def _files(folder: Path) -> Iterator[Path]:
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.is_symlink():
            yield file
