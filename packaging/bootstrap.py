"""Set LNL up from nothing and run the demo or the tests.

    python3 packaging/bootstrap.py demo     set up, clean real images with known wrong labels
    python3 packaging/bootstrap.py test     set up, check style, types, contracts, tests, package
    python3 packaging/bootstrap.py setup    set up only

Needs Python 3.11 to 3.13 and a network for the packages. On Debian and Ubuntu it installs the
system libraries that Qt needs (as root or through sudo). Everything else goes into `.venv`.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
SCRIPTS = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
SUPPORTED = ((3, 11), (3, 14))

# What a Qt window loads from the system, by the shared library that shows it is there.
QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}
# Each tool reads another one: Python and uv, pip, requests.
CERTIFICATES = ("SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE")
FONTS = "fonts-dejavu-core"


def say(text: str) -> None:
    """Tell the user what is being done."""
    print(f"\n== {text}", flush=True)


def certificates(environment: Mapping[str, str]) -> dict[str, str]:
    """Variables by which pip, uv and Python all trust what one of them was told to trust.

    Without any of them uv takes the system's certificates, as pip does by itself.

    Args:
        environment: of this process.
    """
    named = next((environment[name] for name in CERTIFICATES if environment.get(name)), "")
    trusted = {name: environment.get(name) or named for name in CERTIFICATES if named}
    return trusted | {"UV_NATIVE_TLS": environment.get("UV_NATIVE_TLS", "true")}


def run(command: Sequence[str | Path], *, aside: bool = False, **variables: str) -> None:
    """Run a command in the checkout.

    Args:
        command: the program and its arguments.
        aside: say what it prints in one piece at its end, for something else is running too.
        **variables: of the environment, beside those there are.

    Raises:
        CalledProcessError: when it fails.
    """
    words = [str(word) for word in command]
    # Where nothing compiled is kept, every process compiles torch, scipy and pandas anew: 12 s of
    # processor time instead of 4 for each.
    environment = os.environ | certificates(os.environ) | {"PYTHONDONTWRITEBYTECODE": ""}
    environment |= variables
    told = "$ " + " ".join(words)
    if not aside:
        print(told, flush=True)
        subprocess.run(words, cwd=ROOT, env=environment, check=True)
        return
    done = subprocess.run(
        words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    printed = done.stdout.decode(errors="replace")
    print(f"\n{told}\n{printed}", end="", flush=True)
    done.check_returncode()


def check_python() -> None:
    """Stop with a clear message on a Python that the dependencies do not support."""
    low, high = SUPPORTED
    if not low <= sys.version_info[:2] < high:
        sys.exit(
            f"LNL needs Python 3.11 to 3.13; this is {sys.version.split()[0]}."
            " Start this script with one of those, for example python3.11."
        )


def missing_system_packages() -> list[str]:
    """Debian packages to install, empty where nothing is missing or apt is not there."""
    if not sys.platform.startswith("linux") or shutil.which("apt-get") is None:
        return []
    listed = ""
    for ldconfig in ("ldconfig", "/sbin/ldconfig"):
        if shutil.which(ldconfig):
            listed = subprocess.run([ldconfig, "-p"], capture_output=True, text=True).stdout
            break
    missing = [package for library, package in QT_LIBRARIES.items() if library not in listed]
    if not Path("/usr/share/fonts/truetype").is_dir():
        missing.append(FONTS)
    if importlib.util.find_spec("ensurepip") is None:
        # Debian ships this half of venv separately.
        missing.append(f"python3.{sys.version_info.minor}-venv")
    return missing


def install_system_packages() -> None:
    """Install what is missing with apt, as root or through sudo."""
    missing = missing_system_packages()
    if not missing:
        return
    say(f"Installing system libraries: {' '.join(missing)}")
    administrator = [] if os.geteuid() == 0 else ["sudo"]
    if administrator and shutil.which("sudo") is None:
        sys.exit(f"Please install these packages as root first: {' '.join(missing)}")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    run([*administrator, "apt-get", "update", "-q"], **quiet)
    run(
        [*administrator, "apt-get", "install", "-q", "-y", "--no-install-recommends", *missing],
        **quiet,
    )


def find_uv() -> Path:
    """The uv installer: the one on the PATH, else one put into the environment by pip."""
    found = shutil.which("uv")
    if found:
        return Path(found)
    local = SCRIPTS / ("uv.exe" if os.name == "nt" else "uv")
    if not local.exists():
        run([python(), "-m", "pip", "install", "--quiet", "uv"])
    return local


def python() -> Path:
    """The environment's interpreter."""
    return SCRIPTS / ("python.exe" if os.name == "nt" else "python")


def set_up(*, extras: str = "") -> None:
    """Make the environment at the pinned versions. Quick when it is there already.

    uv resolves torch and torchvision together from one index, so that they always match.
    """
    install_system_packages()
    if not python().exists():
        say(f"Creating {ENVIRONMENT}")
        run([sys.executable, "-m", "venv", ENVIRONMENT])
    say("Installing packages (some GB the first time)")
    pinned = ["-c", "constraints.txt", "-e", f".{extras}"]
    run([find_uv(), "pip", "install", "--quiet", "--python", python(), *pinned])


def demo(arguments: Sequence[str]) -> None:
    """Run the main job on handwritten digits, in the window where there is a display."""
    set_up()
    say("Cleaning handwritten digits, a fifth of them with a wrong label")
    run([SCRIPTS / "lnl-gui", "demo", *arguments])


def test(arguments: Sequence[str]) -> None:
    """Everything that must pass before a change lands.

    Each of the slower checks keeps one processor busy: one after the other they run beside the
    tests, and print in one piece when they end.
    """
    set_up(extras="[test]")
    say("Style")
    run([SCRIPTS / "ruff", "check", "."])
    run([SCRIPTS / "ruff", "format", "--check", "."])
    # A checkout that is used again gains from a cache; writing one takes a fifth of the time.
    cache = [] if (ROOT / ".mypy_cache").is_dir() else ["--cache-dir", os.devnull]
    beside: list[list[str | Path]] = [
        [SCRIPTS / "lint-imports"],
        [SCRIPTS / "mypy", *cache],
        [python(), "-m", "build", "--installer", "uv", "--outdir", "dist"],
    ]
    tests = [python(), "-m", "pytest", "-q", "-n", "2", "--dist", "worksteal", *arguments]
    say("Tests; beside them who may import whom, types, package")
    with ThreadPoolExecutor(max_workers=1) as one_at_a_time:
        checks = [one_at_a_time.submit(run, command, aside=True) for command in beside]
        run(tests, OMP_WAIT_POLICY="PASSIVE", OMP_NUM_THREADS="1", QT_QPA_PLATFORM="offscreen")
    for check in checks:
        check.result()


def main(arguments: Sequence[str]) -> None:
    """Do what the first word says."""
    tasks = {"demo": demo, "test": test, "setup": lambda _: set_up()}
    if not arguments or arguments[0] not in tasks:
        sys.exit(__doc__)
    check_python()
    started = time.monotonic()
    try:
        tasks[arguments[0]](arguments[1:])
    except subprocess.CalledProcessError as error:
        sys.exit(f"\nFailed: {' '.join(map(str, error.cmd))} (exit code {error.returncode})")
    say(f"Done in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main(sys.argv[1:])
