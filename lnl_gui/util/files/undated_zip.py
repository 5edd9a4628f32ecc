"""ZIP archives that can be written whatever the clock says."""

import zipfile
from typing import Any


class UndatedZip(zipfile.ZipFile):
    """An archive to write whose entries all bear the format's first date, 1 January 1980.

    An entry is otherwise dated by the clock, and one before 1980 or after 2107, as of a machine
    that has lost its battery, cannot be written at all. The same content gives the same file.
    """

    def writestr(
        self,
        zinfo_or_arcname: str | zipfile.ZipInfo,
        data: Any,
        compress_type: int | None = None,
        compresslevel: int | None = None,
    ) -> None:
        """Write a text or bytes as one entry."""
        entry = zinfo_or_arcname
        if isinstance(entry, str):
            entry = zipfile.ZipInfo(entry)
            entry.compress_type = self.compression
            entry.external_attr = 0o600 << 16
        super().writestr(entry, data, compress_type, compresslevel)
