"""Reads XML files of annotations."""

from pathlib import Path
from xml.etree import ElementTree

from lnl_gui.dataset.readers.files.text_files import read_source
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message


def read_xml(source: Path) -> ElementTree.Element:
    """The root of an XML file, which may be compressed.

    Raises:
        UserError: when it cannot be read, or is no XML.
    """
    try:
        return ElementTree.fromstring(read_source(source))
    except ElementTree.ParseError as error:
        raise UserError(
            message("`{source}` is not valid XML: {error}.", source=source, error=error),
            code="not_a_table",
        ) from error
