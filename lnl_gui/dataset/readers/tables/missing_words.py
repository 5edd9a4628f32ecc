"""The words with which tables say that there is no label."""

import re

MISSING_WORDS = frozenset(
    [
        *("nan", "NaN", "-nan", "-NaN", "NAN", "None", "null", "NULL", "Null", "(null)"),
        *(
            "n/a",
            "N/A",
            "NA",
            "n.a.",
            "N.A.",
            "N.A",
            "n.a",
            "<NA>",
            "<na>",
            "pd.NA",
            "NaT",
            "pd.NaT",
        ),
        "\\N",
        *("#N/A", "#NA", "#N/A N/A"),
        # Excel's #N/A in German, in languages with `disponible`, Dutch, Danish, Russian, Finnish,
        # Turkish and Hungarian; the others have `!` or `?` behind.
        *("#NV", "#N/D", "#N/DISP", "#N/B", "#I/T", "#\u041d/\u0414", "#PUUTTUU", "#YOK"),
        "#HI\xc1NYZIK",
    ]
)
"""What pandas, R, Excel and SQL write where there is nothing, and Excel where a formula fails.
`none` is a class in some datasets (wafer maps without a defect), and none of these writes it."""
_FORMULA_ERROR = re.compile(r"#\xa1?[^\W_][\w/.]*[!?]|(?:Err|Error|Erreur|Errore|Fehler) ?: ?\d{3}")
"""`#DIV/0!`, `#NAME?`, `#WERT!` of Excel in any language, `Err:502` of LibreOffice."""
_UNLABELLED = frozenset(
    [
        *("unlabeled", "unlabelled", "unlabled", "unannotated"),
        *("un_labeled", "un_labelled", "un_annotated", "no_label", "no_labels", "nolabel"),
        *("not_labeled", "not_labelled", "not_annotated", "label_me"),
        *("to_be_labeled", "to_be_labelled", "to_be_annotated"),
    ]
)
"""Words for nothing in any case, with `_` for a blank; `unknown` and `other` are classes of many
datasets."""
_BLANK_CELLS = frozenset(
    [
        *("(blank)", "(blanks)", "(empty)", "(leer)", "(vide)", "(en_blanco)", "(vac\xedo)"),
        *("(vac\xedas)", "(vuoto)", "(vuote)", "(em_branco)", "(vazio)", "(leeg)", "(puste)"),
        *("(\u043f\u0443\u0441\u0442\u043e)", "(\u7a7a\u767d)"),
    ]
)
"""What pivot tables of spreadsheets call the rows without a value, with `_` for a blank."""
_PERHAPS = frozenset(
    [
        *("undefined", "<none>", "none", "none,none", "nil", "missing", "missing_value", "empty"),
        *(
            "blank",
            "not_available",
            "not_applicable",
            "tbd",
            "todo",
            "leer",
            "fehlt",
            "keine_angabe",
        ),
        *("k.a", "vide", "manquant", "vac\xedo", "vuoto", "vazio"),
        *("\u043f\u0443\u0441\u0442\u043e", "\u7a7a", "\u65e0", "\u306a\u3057"),
    ]
)
"""Words that may be classes, and may as well say that there is no label; `_` for a blank."""
_AROUND = "\"'`;,. "


def says_nothing(text: str) -> bool:
    """Whether a word says that there is no label, whatever the others are."""
    if text in MISSING_WORDS or text.strip(_AROUND) in MISSING_WORDS:
        return True
    folded = re.sub(r"[ -]", "_", text.casefold())
    if folded in _UNLABELLED | _BLANK_CELLS:
        return True
    return bool(_FORMULA_ERROR.fullmatch(text)) and (text[0] != "#" or text == text.upper())


def may_say_nothing(text: str) -> bool:
    """Whether a word that was read as a class may have been meant for no label.

    Plain `none` is not asked about: people write it for a class of its own.
    """
    folded = text.casefold().strip(_AROUND).replace(" ", "_")
    return text != "none" and (
        folded in _PERHAPS or folded.replace("_", "") in _PERHAPS or not text.strip("#.? ")
    )
