"""What a fresh process loads: the window and `--help` must not wait for torch."""

import json
import subprocess
import sys

import pytest

HEAVY = (
    "torch",
    "torchvision",
    "timm",
    "open_clip",
    "sklearn",
    "scipy",
    "openvino",
    "umap",
    "numba",
    "openTSNE",
)

VERBS = (
    *("import", "embed", "detect", "review", "finetune", "export", "map"),
    *("audit", "merge", "info", "recipes"),
)


def loaded_by(code: str) -> set[str]:
    """Modules in a fresh process after `code`."""
    script = f"{code}\nimport sys; print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120
    )
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize(
    "code",
    [
        "import lnl_gui.gui.shell.program.app, lnl_gui.gui.shell.main_window",
        "import lnl_gui.session.session",
        "import lnl_gui.jobs.worker",
    ],
)
def test_no_computation_is_loaded(code: str) -> None:
    assert not loaded_by(code) & set(HEAVY)


def test_reading_a_dataset_and_exporting_it_wait_for_no_computation() -> None:
    datasets, output = "lnl_gui.pipeline.datasets.import_dataset", "lnl_gui.pipeline.output.export"
    loaded = loaded_by(f"import {datasets}, {output}")
    assert "numpy" in loaded
    assert not loaded & set(HEAVY)


def test_a_map_of_known_neighbours_waits_for_no_torch() -> None:
    assert not loaded_by("import lnl_gui.pipeline.detection.projection") & {"torch", "sklearn"}


def test_help_loads_neither_computation_nor_qt() -> None:
    code = "from lnl_gui.__main__ import main\ntry: main(['--help'])\nexcept SystemExit: pass"
    waited_for = {"psutil", "multiprocessing", "importlib.metadata", "importlib.resources"}
    assert not loaded_by(code) & {*HEAVY, *waited_for, "PySide6", "numpy"}


@pytest.fixture(scope="module")
def loaded_by_help() -> dict[str, set[str]]:
    """Top-level modules loaded once the help of each verb is printed, all in one process.

    Those of a verb contain those of the verbs before it.
    """
    code = (
        "import json, sys\nfrom lnl_gui.cli.main import run_verb\nloaded = {}\n"
        f"for verb in {VERBS}:\n"
        "    try: run_verb([verb, '--help'])\n    except SystemExit: pass\n"
        "    loaded[verb] = sorted({name.split('.')[0] for name in sys.modules})\n"
        "print(json.dumps(loaded))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    found = json.loads(done.stdout.splitlines()[-1])
    return {verb: set(modules) for verb, modules in found.items()}


@pytest.mark.parametrize("verb", VERBS)
def test_help_of_a_verb_loads_no_computation(
    verb: str, loaded_by_help: dict[str, set[str]]
) -> None:
    assert not loaded_by_help[verb] & {*HEAVY, "PySide6"}


@pytest.mark.parametrize("words", [[], ["--json"], ["turn"], ["plain:elr"]])
def test_listing_recipes_and_their_constants_loads_no_computation(words: list[str]) -> None:
    loaded = loaded_by(f"from lnl_gui.cli.main import run_verb; run_verb({['recipes', *words]})")
    assert "lnl_gui.learn.methods.registry" in loaded
    assert not loaded & {*HEAVY, "PySide6"}


@pytest.fixture(scope="module")
def loaded_by_jobs() -> set[str]:
    """Modules that the bodies of jobs load where Qt cannot be imported."""
    return loaded_by(
        "import sys; sys.modules['PySide6'] = None\n"
        "import lnl_gui.pipeline.datasets.import_dataset, lnl_gui.pipeline.embedding.embed\n"
        "import lnl_gui.pipeline.detection.detect, lnl_gui.pipeline.training.finetune\n"
        "import lnl_gui.pipeline.output.export"
    )


def test_the_core_works_where_qt_cannot_be_imported(loaded_by_jobs: set[str]) -> None:
    assert "torch" in loaded_by_jobs


def test_jobs_wait_for_no_library_that_few_of_them_use(loaded_by_jobs: set[str]) -> None:
    assert not loaded_by_jobs & {"sklearn", "scipy.stats", "pandas", "pyarrow", "open_clip"}
