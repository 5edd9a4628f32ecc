"""What a desktop of Linux reads: the entry of its menu and the types of files.

Imports nothing outside the standard library: `packaging/build.py` reads it too.
"""

from collections.abc import Sequence

APPLICATION_ID = "org.lnl_gui.LNL"
PROJECT_TYPE, PACK_TYPE = "application/x-lnl-project", "application/x-lnl-pack"
SUMMARY = "Clean the labels of image-classification datasets"
_RESERVED = frozenset(" \t\n\r\"'\\><~|&;$*?#()`")
"""Characters for which the Desktop Entry Specification asks for quotes."""
_ESCAPED_IN_QUOTES = '"`$\\'


def desktop_entry(program: Sequence[str] = ("lnl-gui",)) -> str:
    """The entry of the desktop's menu.

    Args:
        program: the words that start LNL.
    """
    return f"""\
[Desktop Entry]
Type=Application
Version=1.0
Name=LNL
GenericName=Label cleaning
GenericName[de]=Bereinigung von Labels
Comment={SUMMARY}
Comment[de]=Die Labels von Datensätzen zur Bildklassifikation bereinigen
Exec={" ".join(quoted(word) for word in program)} %f
TryExec={_escaped(program[0])}
Icon={APPLICATION_ID}
Terminal=false
Categories=Graphics;Science;
Keywords=labels;dataset;images;noise;machine learning;
MimeType={PROJECT_TYPE};{PACK_TYPE};inode/directory;
StartupWMClass=lnl-gui
"""


def quoted(word: str) -> str:
    """One word of an `Exec` line, by the Desktop Entry Specification.

    Args:
        word: as the program is to get it.
    """
    # A per cent sign begins a field code.
    text = word.replace("%", "%%")
    if not text or _RESERVED & set(text):
        inner = "".join(f"\\{c}" if c in _ESCAPED_IN_QUOTES else c for c in text)
        text = f'"{inner}"'
    return _escaped(text)


def _escaped(text: str) -> str:
    """A value as every line of an entry has it: this is undone before the quotes are."""
    for character, written in (("\\", "\\\\"), ("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
        text = text.replace(character, written)
    return text


def mime_types() -> str:
    """The types of a project and of a pack, for the desktop's shared database."""
    return f"""\
<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="{PROJECT_TYPE}">
    <comment>LNL project</comment>
    <comment xml:lang="de">LNL-Projekt</comment>
    <glob pattern="*.lnl"/>
  </mime-type>
  <mime-type type="{PACK_TYPE}">
    <comment>LNL review pack</comment>
    <comment xml:lang="de">LNL-Prüfpaket</comment>
    <sub-class-of type="application/zip"/>
    <glob pattern="*.lnlpack"/>
  </mime-type>
</mime-info>
"""
