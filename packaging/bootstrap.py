"""Set LNL up from nothing and run the demo or the tests.

    python3 packaging/bootstrap.py demo        set up, clean real images with known wrong labels
    python3 packaging/bootstrap.py test        set up, run all checks
    python3 packaging/bootstrap.py setup       set up only
    python3 packaging/bootstrap.py bundle DIR  collect all that an installation without a network
                                               needs, for this Python and this kind of machine

    --cpu, --gpu   PyTorch for the processor alone, or with CUDA; else what fits this machine;
                   LNL_TORCH_SOURCE names a mirror, or a folder with wheels of torch and torchvision
    --from DIR     take everything from such a bundle, without a network
    --into DIR     the environment's folder, else .venv
    --extras LIST  extras to install or collect too, such as onnx,tune

Needs Python 3.11 to 3.13 and, but for `--from`, a network for the packages; proxies and
certificates that one tool was told (HTTPS_PROXY, SSL_CERT_FILE, PIP_CERT, REQUESTS_CA_BUNDLE) are
passed on to all. On Debian and Ubuntu it installs the system libraries that Qt needs (as root or
through sudo). Everything else goes into the environment. Stopped and started again, it goes on.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

# Also where this file is loaded by its path, as the tests do.
sys.path.insert(0, str(Path(__file__).resolve().parent))
from set_up import bundle as bundles
from set_up import running
from set_up.environment import Environment, check_python
from set_up.installer import Source, check_pair, install, tell_size
from set_up.memory_folder import memory_folder
from set_up.running import say
from set_up.system_packages import (
    install_system_packages,
    missing_half_of_venv,
    missing_system_packages,
)
from set_up.torch_build import (
    AUTO,
    CPU,
    GPU,
    INDEX_VARIABLE,
    TorchBuild,
    choose,
    cpu_build,
    gpu_build,
)

HERE = Path(__file__).resolve().parent
IS_BUNDLE = (HERE / bundles.FACTS).is_file()
"""Whether this file lies in a bundle, and not in a checkout."""
ROOT = HERE if IS_BUNDLE else HERE.parent
run = partial(running.run, folder=ROOT)


def prepare_system(options: argparse.Namespace) -> None:
    """Install what Qt needs of the system; without a network say what is missing."""
    missing = missing_system_packages()
    if options.source is None:
        missing += missing_half_of_venv()
        if missing:
            install_system_packages(missing, folder=ROOT)
    elif missing:
        say(
            "Missing here, and needed for a window; they come from the system's own medium: "
            + " ".join(missing)
        )


def build_for(options: argparse.Namespace, environment: Environment) -> TorchBuild:
    """The build of PyTorch to install: the bundle's, the one that is there, or one that fits."""
    if options.source is not None:
        held = bundles.read_facts(options.source)["torch"]
        return TorchBuild(CPU) if held == CPU else gpu_build(sys.platform)
    there = environment.torch_build() if environment.is_whole() else ""
    # What is there already stays unless something else is asked for.
    if there and options.build in (AUTO, there):
        source = os.environ.get(INDEX_VARIABLE, "")
        return cpu_build(source) if there == CPU else gpu_build(sys.platform)
    return choose(options.build)


def set_up(options: argparse.Namespace, *, extras: Sequence[str] = ()) -> Environment:
    """Make the environment at the pinned versions. Quick when it is there already.

    Args:
        options: of the command line.
        extras: of LNL, beside those that were named.
    """
    environment = Environment(options.into)
    prepare_system(options)
    if options.source is not None:
        bundles.check(options.source)
    build = build_for(options, environment)
    there = environment.torch_build()
    is_new = not environment.is_whole() or (options.build == build.name != there != "")
    if is_new:
        tell_size(build, environment, offline=options.source is not None)
        environment.begin(with_pip=options.source is None)
    named = ",".join([*filter(None, [options.extras]), *extras])
    listed = f"[{named}]" if named else ""
    if options.source is None:
        install(environment, Source(ROOT, extras=listed), build)
    else:
        wheels = options.source / bundles.WHEELS
        install(environment, Source(options.source, wheels, listed), build)
    if is_new:
        check_pair(environment, ROOT, build)
        environment.finish()
    return environment


def demo(options: argparse.Namespace) -> None:
    """Run the main job on handwritten digits, in the window where there is a display."""
    environment = set_up(options)
    say("Cleaning handwritten digits, a fifth of them with a wrong label")
    run([environment.script("lnl-gui"), "demo", *options.more])


def setup(options: argparse.Namespace) -> None:
    """Set up only, and say how the program is started."""
    environment = set_up(options)
    say(f"The program is {environment.script('lnl-gui')}")


def bundle(options: argparse.Namespace) -> None:
    """Collect all that an installation without a network needs."""
    if IS_BUNDLE or options.source is not None or len(options.more) != 1:
        sys.exit(f"A bundle is made in a checkout, of one folder's name.\n\n{__doc__}")
    if missing := missing_half_of_venv():
        install_system_packages(missing, folder=ROOT)
    target = Path(options.more[0]).expanduser().absolute()
    build = choose(options.build)
    say(f"Collecting wheels, about {build.download_gigabytes} GB, into {target}")
    # An environment of its own: it needs pip alone, and the checkout's may be of another build.
    collector = Environment(target.with_name(f"{target.name}.collecting"))
    if not collector.is_whole():
        collector.begin(with_pip=True)
        collector.finish()
    extras = f"[{options.extras}]" if options.extras else ""
    bundles.collect(target, ROOT, collector, build, extras=extras)
    collector.remove()
    say(f"{target}: {bundles.size_text(target)}; `python3 bootstrap.py setup` there installs it")


def test(options: argparse.Namespace) -> None:
    """Everything that must pass before a change lands: style, types, contracts, tests, package.

    Each of the slower checks keeps one processor busy: one after the other they run beside the
    tests, and print in one piece when they end.
    """
    environment = set_up(options, extras=["test"])
    scripts = environment.scripts
    say("Style")
    run([scripts / "ruff", "check", "."])
    run([scripts / "ruff", "format", "--check", "."])
    # A checkout that is used again gains from a cache; writing one takes a fifth of the time.
    cache = [] if (ROOT / ".mypy_cache").is_dir() else ["--cache-dir", os.devnull]
    beside: list[list[str | Path]] = [
        [scripts / "lint-imports"],
        [scripts / "mypy", *cache],
        [environment.python, "-m", "build", "--installer", "uv", "--outdir", "dist"],
    ]
    tests = [environment.python, "-m", "pytest", "-q", "-n", "2", "--dist", "worksteal"]
    say("Tests; beside them who may import whom, types, package")
    quiet = {"OMP_WAIT_POLICY": "PASSIVE", "OMP_NUM_THREADS": "1"}
    with ThreadPoolExecutor(max_workers=1) as one_at_a_time, memory_folder() as folder:
        checks = [one_at_a_time.submit(run, command, aside=True) for command in beside]
        # What is safe against a power cut waits for the disk, a third of the time of some tests.
        place = {"PYTEST_DEBUG_TEMPROOT": str(folder)} if folder else {}
        run([*tests, *options.more], QT_QPA_PLATFORM="offscreen", **quiet, **place)
    for check in checks:
        check.result()


TASKS = {"demo": demo, "test": test, "setup": setup, "bundle": bundle}


def options_of(arguments: Sequence[str]) -> argparse.Namespace:
    """What was asked for; words that are not this script's go to the demo or the tests.

    Raises:
        SystemExit: when it cannot be understood.
    """
    parser = argparse.ArgumentParser(usage=__doc__, add_help=False, allow_abbrev=False)
    builds = parser.add_mutually_exclusive_group()
    builds.add_argument("--cpu", dest="build", action="store_const", const=CPU, default=AUTO)
    builds.add_argument("--gpu", dest="build", action="store_const", const=GPU)
    parser.add_argument("--from", dest="source", type=_folder, default=HERE if IS_BUNDLE else None)
    parser.add_argument("--into", type=_folder, default=ROOT / ".venv")
    parser.add_argument("--extras", default="")
    options, rest = parser.parse_known_args(list(arguments))
    tasks = [word for word in rest if word in TASKS]
    if not tasks or rest[0] != tasks[0]:
        sys.exit(__doc__)
    options.task, options.more = rest[0], rest[1:]
    if options.more and options.task == "setup":
        sys.exit(f"Not understood: {' '.join(options.more)}\n\n{__doc__}")
    return options


def _folder(text: str) -> Path:
    return Path(text).expanduser().absolute()


def main(arguments: Sequence[str]) -> None:
    """Do what the first word says."""
    options = options_of(arguments)
    check_python()
    started = time.monotonic()
    try:
        TASKS[options.task](options)
    except subprocess.CalledProcessError as error:
        sys.exit(f"\nFailed: {' '.join(map(str, error.cmd))} (exit code {error.returncode})")
    except KeyboardInterrupt:
        sys.exit("\nStopped; the same command goes on with what was finished.")
    say(f"Done in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main(sys.argv[1:])
