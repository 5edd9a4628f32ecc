"""Encodings of text files to choose from, by the regions they are used in."""

from lnl_gui.util.messages import Message, message

ENCODINGS: tuple[tuple[str | Message, str], ...] = (
    ("UTF-8", "utf-8"),
    ("UTF-16", "utf-16"),
    (message("Western European (cp1252)"), "cp1252"),
    (message("Western European (Latin-1)"), "latin-1"),
    (message("Western European (Mac)"), "mac_roman"),
    (message("Central European (cp1250)"), "cp1250"),
    (message("Central European (Latin-2)"), "iso8859_2"),
    (message("Baltic (cp1257)"), "cp1257"),
    (message("Cyrillic (cp1251)"), "cp1251"),
    (message("Cyrillic (KOI8-R)"), "koi8_r"),
    (message("Greek (cp1253)"), "cp1253"),
    (message("Turkish (cp1254)"), "cp1254"),
    (message("Hebrew (cp1255)"), "cp1255"),
    (message("Arabic (cp1256)"), "cp1256"),
    (message("Japanese (Shift-JIS)"), "cp932"),
    (message("Japanese (EUC-JP)"), "euc_jp"),
    (message("Chinese (GB18030)"), "gb18030"),
    (message("Chinese (Big5)"), "big5"),
    (message("Korean (cp949)"), "cp949"),
)
