"""The virtual environment: made, told apart from a half one, made anew."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from set_up.running import run, say
from set_up.torch_build import CPU, GPU

UNFINISHED = "lnl-unfinished.json"
"""In the environment from before its first package until after its last one."""
SUPPORTED = ((3, 11), (3, 14))


def check_python() -> None:
    """Stop with a clear message on a Python that the dependencies do not support."""
    low, high = SUPPORTED
    if not low <= sys.version_info[:2] < high:
        sys.exit(
            f"LNL needs Python 3.11 to 3.13; this is {sys.version.split()[0]}."
            " Start this script with one of those, for example python3.11."
        )


@dataclass(frozen=True)
class Environment:
    """A folder with an interpreter and packages of its own."""

    folder: Path

    @property
    def scripts(self) -> Path:
        """Where its commands are."""
        return self.folder / ("Scripts" if os.name == "nt" else "bin")

    def script(self, name: str) -> Path:
        """One of its commands."""
        return self.scripts / (f"{name}.exe" if os.name == "nt" else name)

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.script("python")

    def is_whole(self) -> bool:
        """Whether it was finished once, and its interpreter still starts."""
        if (self.folder / UNFINISHED).exists() or not self.python.exists():
            return False
        try:
            return subprocess.run([self.python, "-c", ""], capture_output=True).returncode == 0
        # As where the Python it was made from is gone.
        except OSError:
            return False

    def torch_build(self) -> str:
        """The build of PyTorch it holds: `CPU` or `GPU`; "" without one."""
        linux, windows = "lib/python3*/site-packages/torch", "Lib/site-packages/torch"
        torch = next((p for kind in (linux, windows) for p in self.folder.glob(kind)), None)
        if torch is None:
            return ""
        has_cuda = (torch.parent / "nvidia").is_dir() or any(torch.glob("lib/*cudart*"))
        return GPU if has_cuda else CPU

    def begin(self, *, with_pip: bool) -> None:
        """Make it from nothing; half a one is removed first.

        Args:
            with_pip: whether it needs pip to install with.

        Raises:
            CalledProcessError: when it cannot be made.
            SystemExit: when the folder holds something else.
        """
        self._clear()
        say(f"Creating {self.folder}")
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / UNFINISHED).write_text(json.dumps({"python": sys.version}), "utf-8")
        without = [] if with_pip else ["--without-pip"]
        run([sys.executable, "-m", "venv", *without, self.folder], folder=self.folder.parent)

    def finish(self) -> None:
        """All packages are in it."""
        (self.folder / UNFINISHED).unlink(missing_ok=True)

    def remove(self) -> None:
        """Delete it; nothing else is ever deleted by it."""
        if (self.folder / "pyvenv.cfg").is_file():
            shutil.rmtree(self.folder)

    def _clear(self) -> None:
        if not self.folder.exists() or not any(self.folder.iterdir()):
            return
        # Never somebody's folder that was named by mistake.
        if not any((self.folder / name).exists() for name in (UNFINISHED, "pyvenv.cfg")):
            sys.exit(f"{self.folder} holds something else; name another folder with --into.")
        say(f"{self.folder} is not whole: making it anew; downloads that were finished are kept")
        shutil.rmtree(self.folder)
