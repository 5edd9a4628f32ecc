"""What folders and tables on the disk hold; stories of people read it where torch is not loaded."""

import csv
import hashlib
import tarfile
from pathlib import Path


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of a folder, by its path within, with / on every system."""
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def read_table(file: Path) -> list[dict[str, str]]:
    """The rows of a CSV file with a header."""
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def untar(archive: Path, folder: Path) -> None:
    """Unpack an archive of files and folders alone."""
    with tarfile.open(archive) as tar:
        # Python has it since 3.11.4; of those before it, as of Debian 12, nothing is asked.
        tar.extraction_filter = getattr(tarfile, "data_filter", None)
        tar.extractall(folder)
