"""The words with which tables say that there is no label."""

import re
import unicodedata
from collections.abc import Collection

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
"""Words for nothing in any case, with `_` for a blank."""
_BLANK_CELLS = frozenset(
    [
        *("(blank)", "(blanks)", "(empty)", "(leer)", "(vide)", "(en_blanco)", "(vac\xedo)"),
        *("(vac\xedas)", "(vuoto)", "(vuote)", "(em_branco)", "(vazio)", "(leeg)", "(puste)"),
        *("(\u043f\u0443\u0441\u0442\u043e)", "(\u7a7a\u767d)"),
    ]
)
"""What pivot tables of spreadsheets call the rows without a value, with `_` for a blank."""
_NEGATIONS = frozenset(
    [
        *("kein", "keine", "keiner", "keines", "ohne", "aucun", "aucune", "ninguno", "ninguna"),
        *("nessuno", "nessuna", "nenhum", "nenhuma", "geen", "ingen", "inget", "brak", "нет"),
        *("yok", "没有", "沒有", "없음"),
    ]
)
"""Words for `none` or `without`, which beside one other class are the second answer."""
_NOTHING_SEEN = _NEGATIONS | frozenset(
    [
        *("none", "nil", "missing", "empty", "blank", "leer", "fehlt", "vide", "manquant"),
        *("vac\xedo", "vuoto", "vazio"),
        *("\u043f\u0443\u0441\u0442\u043e", "\u7a7a", "\u65e0", "\u306a\u3057"),
    ]
)
"""Words that a cell says of a label, and a folder of what its images show: an empty box."""
_NOT_KNOWN = frozenset(
    [
        *("unknown", "unk", "unbekannt", "inconnu", "inconnue", "desconocido", "desconocida"),
        *("sconosciuto", "sconosciuta", "desconhecido", "desconhecida", "onbekend", "okänd"),
        *("ukendt", "ukjent", "tuntematon", "nieznany", "nieznane", "neznámý", "ismeretlen"),
        *("bilinmiyor", "bilinmeyen", "неизвестно", "неизвестный", "невідомо", "未知", "不明"),
        *("不详", "不詳", "미상", "모름", "dont_know", "don't_know", "idk", "weiß_nicht"),
        *("unsure", "not_sure", "uncertain", "unclear", "undecided", "unidentified"),
        *("unsicher", "unklar", "unentschieden", "incertain", "incierto", "incerto", "onzeker"),
        *("не_уверен", "不确定", "不確定"),
    ]
)
"""Words of somebody who could not tell the class; in some datasets they are one of their own.
`other` and `background` say that it is none of those, which is an answer."""
_PERHAPS = (
    _NOTHING_SEEN
    | _NOT_KNOWN
    | frozenset(
        [
            *(
                "undefined",
                "<none>",
                "none,none",
                "missing_value",
                "not_available",
                "not_applicable",
            ),
            *("tbd", "todo", "keine_angabe", "k.a"),
            *("na", "nd", "n.d", "tba", "skip", "skipped", "pending", "undetermined", "unassigned"),
            *("ausstehend", "übersprungen", "pendiente", "en_attente", "*", "_"),
        ]
    )
)
"""Words that may be classes, and may as well say that there is no label; `_` for a blank."""
_LEFT_OVER = frozenset(
    ["misc", "miscellaneous", "rest", "leftover", "leftovers", "übrige", "übrig"]
)
"""Folders of what was left, sorted into no class or together into one. Not `trash`: sorted waste
has it."""
_NOT = (
    r"(?:no|not|non|un|without|yet\sto\sbe|to\sbe|noch\snicht|nicht|kein|keine|keinen|ohne|sin|sans"
    r"|pas|pas\sde|sem|não|nao|senza|geen|niet|zonder|bez|nie|brak|ikke|ej|utan|ingen|uden|без|не"
    r"|нет|未|无|無|没有|沒有|没|沒)(?:\s(?:yet|been|noch|encore|aún|ancora|a))?"
)
_LABEL = (
    "label|gelabel|annot|anot|beschrift|etikettiert|etiquetad|étiqueté|etichettat|rotulad|размеч|метк"
    "|разметк|аннот|标注|標註|標注|标签|標籤|标记|標記|ラベル|라벨|레이블"
)
_CLASS = (
    "etikett|etiquet|étiquet|etichett|rótul|rotul|class|klass|categor|kategor|clasif|sort|zugeordnet"
    "|zugewiesen|assign|bearbeitet|reviewed|geprüft|eintr|data|daten|angabe|wert|value|valor"
    "|классифи|класс|категор|сортир"
    "|分类|分類|归类|歸類|处理|處理"
)
_NO_LABEL = re.compile(rf"{_NOT} ?(?:{_LABEL})\w*|(?:ラベル|라벨|레이블) ?(?:なし|無し|없음)")
"""A negation and a word for labels, by the stems of many languages."""
_NO_CLASS = re.compile(
    rf"{_NOT} ?(?:{_CLASS})\w*|(?:to|zu) (?:sort|label|review|check|do|delete|remove)\w*"
)
"""The same of classes and of labels that stick on things: `unclassified`, `no data` and `ohne
Etikett` are classes in some datasets."""
_AROUND = "\"'`;,. "
_BETWEEN = re.compile(r"[|;]")
_EMPTY_QUOTES = frozenset(["''", '""', "``", "'" * 4, '"' * 4])


def says_nothing(text: str) -> bool:
    """Whether a word says that there is no label, whatever the others are."""
    if text in MISSING_WORDS or text.strip(_AROUND) in MISSING_WORDS:
        return True
    parts = _BETWEEN.split(text)
    if len(parts) > 1 and all(part.strip(_AROUND) in MISSING_WORDS for part in parts):
        return True
    if text in _EMPTY_QUOTES or is_unlabelled(text):
        return True
    folded = re.sub(r"[ -]", "_", text.casefold())
    if folded in _UNLABELLED | _BLANK_CELLS:
        return True
    return bool(_FORMULA_ERROR.fullmatch(text)) and (text[0] != "#" or text == text.upper())


def is_unlabelled(name: str) -> bool:
    """Whether a name says in words that there is no label: `nicht annotiert`, `sin etiqueta`."""
    return bool(_NO_LABEL.fullmatch(_words(name)))


def _words(name: str) -> str:
    plain = unicodedata.normalize("NFC", name).casefold().strip(_AROUND + "_-()")
    return re.sub(r"[\s_-]+", " ", plain)


def may_say_nothing(text: str) -> bool:
    """Whether a word that was read as a class may have been meant for no label.

    Plain `none` is not asked about: people write it for a class of its own.
    """
    folded = text.casefold().strip(_AROUND).replace(" ", "_")
    return text != "none" and (
        _NO_CLASS.fullmatch(_words(text)) is not None
        or folded in _PERHAPS
        or folded.replace("_", "") in _PERHAPS
        or not text.strip("#.? ")
    )


def is_second_answer(text: str, classes: Collection[str]) -> bool:
    """Whether a word is one of two classes and denies the other: `mit` and `ohne`."""
    return len(classes) == 2 and _words(text) in _NEGATIONS


def may_say_unsorted(folder: str) -> bool:
    """Whether a class folder may be one of images that nobody has sorted: `TODO`, `to_sort`."""
    plain = _words(folder)
    return plain in _LEFT_OVER or (may_say_nothing(folder) and plain not in _NOTHING_SEEN)
