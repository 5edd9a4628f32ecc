"""The set-up: which PyTorch, an environment that is whole, a bundle that is as it was written."""

import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "packaging"))
import bootstrap
from set_up import bundle, installer, torch_build
from set_up.environment import UNFINISHED, Environment
from set_up.memory_folder import memory_folder
from set_up.torch_build import AUTO, CPU, GPU, TorchBuild, choose, cpu_build


def no_driver(monkeypatch: pytest.MonkeyPatch, *, reason: str = "") -> None:
    monkeypatch.setattr(torch_build, "has_nvidia_driver", lambda: False)
    monkeypatch.setattr(torch_build, "why_not_reachable", lambda _address: reason)
    monkeypatch.setattr(sys, "platform", "linux")


def test_without_a_driver_the_processor_s_build(monkeypatch: pytest.MonkeyPatch) -> None:
    no_driver(monkeypatch)
    assert choose(AUTO, {}).uv == ("--torch-backend", "cpu")
    monkeypatch.setattr(torch_build, "has_nvidia_driver", lambda: True)
    assert choose(AUTO, {}).name == GPU and choose(CPU, {}).name == CPU


def test_an_index_out_of_reach_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    no_driver(monkeypatch, reason="timed out")
    assert choose(AUTO, {}).name == GPU
    assert "timed out" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="LNL_TORCH_SOURCE"):
        choose(CPU, {})


def test_a_folder_of_wheels_takes_the_place_of_the_pins(tmp_path: Path) -> None:
    here = f"cp{sys.version_info.major}{sys.version_info.minor}"
    (tmp_path / f"torch-2.1+cpu-{here}-{here}-any.whl").write_text("")
    (tmp_path / "torch-2.9+cpu-cp399-cp399-any.whl").write_text("")
    with pytest.raises(SystemExit, match="torchvision"):
        cpu_build(str(tmp_path))
    (tmp_path / "torchvision-0.3+cpu-py3-none-any.whl").write_text("")
    build = choose(CPU, {"LNL_TORCH_SOURCE": str(tmp_path)})
    assert build.uv == build.pip == ("--find-links", str(tmp_path))
    own = tmp_path / "own.txt"
    own.write_text("timm==1\ntorch==9\ntorchvision==9\ntorch-more==3\n")
    assert build.constraints(own, tmp_path / "other.txt").read_text().split() == [
        "timm==1",
        "torch-more==3",
        "torch==2.1+cpu",
        "torchvision==0.3+cpu",
    ]
    assert TorchBuild(CPU).constraints(own, tmp_path / "none.txt") == own


def test_wheels_of_pypi_for_windows_and_macos_have_no_cuda(monkeypatch: pytest.MonkeyPatch) -> None:
    no_driver(monkeypatch, reason="never asked")
    for system in ("win32", "darwin"):
        monkeypatch.setattr(sys, "platform", system)
        assert choose(CPU, {}) == TorchBuild(CPU)
    assert cpu_build("https://mirror/cpu").pip == ("--extra-index-url", "https://mirror/cpu")


def test_a_half_environment_is_made_anew(tmp_path: Path) -> None:
    environment = Environment(tmp_path / "env")
    environment.begin(with_pip=False)
    (environment.folder / "half").write_text("")
    assert not environment.is_whole()
    environment.begin(with_pip=False)
    assert not (environment.folder / "half").exists()
    environment.finish()
    assert environment.is_whole() and not (environment.folder / UNFINISHED).exists()


def test_no_folder_of_somebody_else_is_deleted(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(SystemExit, match="--into"):
        Environment(tmp_path).begin(with_pip=False)
    Environment(tmp_path).remove()
    assert (tmp_path / "letter.txt").read_text() == "mine"


def test_which_torch_an_environment_holds(tmp_path: Path) -> None:
    environment = Environment(tmp_path)
    assert environment.torch_build() == ""
    site = tmp_path / "lib" / "python3.11" / "site-packages"
    (site / "torch" / "lib").mkdir(parents=True)
    assert environment.torch_build() == CPU
    (site / "nvidia").mkdir()
    assert environment.torch_build() == GPU


@pytest.fixture
def made(tmp_path: Path) -> Path:
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels" / "lnl_gui-1-py3-none-any.whl").write_bytes(b"wheel")
    (tmp_path / "set_up").mkdir()
    (tmp_path / "set_up" / "running.py").write_text("")
    for name in ("bootstrap.py", "constraints.txt", "README.txt"):
        (tmp_path / name).write_text(name)
    known = bundle.facts(TorchBuild(CPU))
    (tmp_path / bundle.FACTS).write_text(bundle.json.dumps(known))
    bundle.write_sums(tmp_path)
    return tmp_path


def test_a_bundle_is_as_it_was_written_or_refused(made: Path) -> None:
    bundle.check(made)
    listed = subprocess.run(["sha256sum", "--quiet", "--check", bundle.SUMS], cwd=made)
    assert listed.returncode == 0
    (made / "wheels" / "more-1-py3-none-any.whl").write_bytes(b"")
    with pytest.raises(SystemExit, match="more-1"):
        bundle.check(made)
    (made / "wheels" / "more-1-py3-none-any.whl").unlink()
    (made / "wheels" / "lnl_gui-1-py3-none-any.whl").write_bytes(b"wheeL")
    with pytest.raises(SystemExit, match="lnl_gui-1"):
        bundle.check(made)


def test_a_bundle_for_another_python_or_without_sums_is_refused(made: Path) -> None:
    text = (made / bundle.FACTS).read_text()
    here = bundle.facts(TorchBuild(CPU))["python"]
    (made / bundle.FACTS).write_text(text.replace(f'"{here}"', '"3.99"'))
    with pytest.raises(SystemExit, match=r"python 3\.99"):
        bundle.check(made)
    (made / bundle.SUMS).unlink()
    with pytest.raises(SystemExit, match="no whole bundle"):
        bundle.check(made)


def test_a_torch_whose_torchvision_is_for_cuda_is_refused(tmp_path: Path) -> None:
    (tmp_path / "torch-2-cp311.whl").write_text("")
    (tmp_path / "torchvision-1-cp311.whl").write_text("")
    bundle._check_build(tmp_path, TorchBuild(CPU))
    (tmp_path / "torch-2-cp311.whl").rename(tmp_path / "torch-2+cpu-cp311.whl")
    with pytest.raises(SystemExit, match="torchvision-1"):
        bundle._check_build(tmp_path, TorchBuild(CPU))
    (tmp_path / "torchvision-1-cp311.whl").rename(tmp_path / "torchvision-1+cpu-cp311.whl")
    bundle._check_build(tmp_path, TorchBuild(CPU))
    (tmp_path / "nvidia_cublas-1-py3.whl").write_text("")
    with pytest.raises(SystemExit, match="need CUDA"):
        bundle._check_build(tmp_path, TorchBuild(CPU))
    assert "operator torchvision::nms" in installer.mismatch(
        "Traceback\nRuntimeError: operator torchvision::nms does not exist\n"
    )


def test_words_of_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = bootstrap.options_of(["--cpu", "demo", "--folder", "x", "--into", str(tmp_path)])
    assert (options.build, options.into, options.task) == (CPU, tmp_path, "demo")
    assert options.more == ["--folder", "x"]
    for wrong in ([], ["setup", "--what"], ["what"], ["--cpu", "--gpu", "setup"]):
        with pytest.raises(SystemExit) as ended:
            bootstrap.options_of(wrong)
        assert ended.value.code != 0


def test_a_folder_in_memory_is_there_for_as_long_as_it_is_needed(tmp_path: Path) -> None:
    with memory_folder(tmp_path, needed=1) as folder:
        assert folder is not None and folder.parent == tmp_path
        (folder / "kept").write_text("by a test")
    assert not any(tmp_path.iterdir())


def test_without_enough_memory_files_lie_where_they_always_do(tmp_path: Path) -> None:
    with memory_folder(tmp_path, needed=2**70) as folder:
        assert folder is None
    with memory_folder(tmp_path / "absent", needed=1) as folder:
        assert folder is None
    assert not any(tmp_path.iterdir())
