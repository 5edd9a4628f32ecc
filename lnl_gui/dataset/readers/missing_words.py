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
_PROGRAM_VALUE = re.compile(
    r"[\[<({] ?(?:null|nan|n/?a|missing|undefined|nil) ?[\])>}]"
    r"|na_(?:character|integer|real|complex|logical)_"
    r"|(?:np|numpy|math|pd|pandas)\.(?:nan|na|nat)|float\(['\"]?nan['\"]?\)",
    re.IGNORECASE,
)
"""`[NULL]` of DBeaver, `<missing>` and `<undefined>` of MATLAB, `NA_character_` of R, `np.nan`."""
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
        *("yok", "没有", "沒有", "无", "無", "없음", "لا_يوجد", "אין", "không", "tidak_ada"),
    ]
)
"""Words for `none` or `without`, which beside one other class are the second answer."""
_NOTHING_SEEN = _NEGATIONS | frozenset(
    [
        *("none", "nil", "missing", "empty", "blank", "leer", "fehlt", "vide", "manquant"),
        *("vac\xedo", "vuoto", "vazio"),
        *("\u043f\u0443\u0441\u0442\u043e", "\u7a7a", "\u306a\u3057"),
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
        *("не_уверен", "не_уверена", "不确定", "不確定", "cannot_tell", "can't_tell", "cant_tell"),
        *(
            "cannot_say",
            "can't_say",
            "cant_say",
            "can't_decide",
            "dunno",
            "no_idea",
            "keine_ahnung",
        ),
        *("weiss_nicht", "je_ne_sais_pas", "no_sé", "no_lo_sé", "non_so", "não_sei", "weet_niet"),
        *("weet_ik_niet", "nie_wiem", "vet_ej", "vet_inte", "vet_ikke", "ved_ikke", "ei_tiedossa"),
        *("ei_tietoa", "en_tiedä", "osäker", "usikker", "epävarma", "niepewne", "emin_değil"),
        *("bilmiyorum", "nem_tudom", "nevím", "не_знаю", "не_знаем", "не_определено", "не_відомо"),
        *("不知道", "无法判断", "無法判斷", "わからない", "分からない", "判別不能", "判定不能"),
        *("모르겠음", "불명", "알_수_없음", "확실하지_않음"),
        *("غير_معروف", "مجهول", "לא_ידוע", "άγνωστο", "không_rõ", "không_biết", "ไม่ทราบ", "अज्ञात"),
        *("belirsiz", "tidak_diketahui", "tak_diketahui", "necunoscut", "nepoznato", "neznano"),
        *("indeterminate", "not_evaluable", "not_assessable", "ungradable", "ungradeable"),
        *("nicht_beurteilbar", "nicht_auswertbar", "nicht_bestimmbar", "non_évaluable"),
        *(
            "no_evaluable",
            "non_valutabile",
            "não_avaliável",
            "niet_beoordeelbaar",
            "не_оценивается",
        ),
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
                "none,none",
                "missing_value",
                "not_available",
                "not_applicable",
            ),
            *("tbd", "todo", "keine_angabe", "k.a"),
            *("n.v.t", "nvt", "niet_van_toepassing", "غير_محدد", "לא_מוגדר", "non_definito"),
            *("na", "nd", "n.d", "tba", "skip", "skipped", "pending", "undetermined", "unassigned"),
            *("ausstehend", "übersprungen", "pendiente", "en_attente", "*", "_"),
            *("unspecified", "unbestimmt", "indéterminé", "indeterminado", "indeterminato"),
            *("ignore", "ignored", "ignorieren", "ignorer", "ignorar", "dont_care", "don't_care"),
            *("unusable", "unbrauchbar", "inutilisable", "inutilizable", "inutilizzabile"),
            *("inutilizável", "onbruikbaar", "nieczytelne", "непригодно", "непригодное"),
        ]
    )
)
"""Words that may be classes, and may as well say that there is no label; `_` for a blank."""
_STATE_OF_WORK = re.compile(
    r"(?:still )?in (?:progress|work|review)|work in progress|wip|on hold"
    r"|(?:needs?|awaiting|requires) (?:(?:a )?(?:re)?(?:view|check|label|annotation)\w*|work)"
    r"|in (?:arbeit|bearbeitung|prüfung)|zu (?:prüfen|erledigen|klären|bearbeiten)"
    r"|(?:à|a) (?:faire|vérifier|revoir|étiqueter|annoter|fazer|rever|verificar|rotular)"
    r"|en cours|(?:por|para) (?:hacer|revisar|etiquetar|fazer|rotular|classificar|clasificar)"
    r"|en (?:proceso|curso|revisión)|da (?:fare|rivedere|etichettare|verificare|classificare)"
    r"|in (?:corso|lavorazione|behandeling)|em (?:andamento|revisão)|te (?:doen|beoordelen)"
    r"|do (?:zrobienia|sprawdzenia|opisania)|w toku|(?:att|å) (?:göra|gjøre)|pågår|kesken"
    r"|в (?:работе|процессе)|на проверке|(?:проверить|сделать|разметить)|yapılacak|devam ediyor"
    r"|进行中|進行中|待定|待处理|待處理|待标注|待標註|待确认|待確認|待审核|作業中|確認中|保留中|要確認"
    r"|未定|진행 ?중|대기|대기 ?중|보류|확인 ?필요|검토 ?필요"
)
"""What a list of work says of an image that nobody has finished: `in progress`, `à faire`."""
_FORM_WORDS = (
    r"(?: (?:sie|please|bitte|an?|one|your|the|below|from|list|option|label|class|category|value"
    r"|eine?n?|un|une|una|uno|opción|opzione|opção|optie|etikett|klasse|kategorie|classe|clase))"
)
_FORM = re.compile(
    r"(?:please |bitte |s'il vous plaît |por favor )?"
    r"(?:(?:select|choose|wählen|auswählen|sélectionner|sélectionnez|choisir|choisissez|seleccionar"
    r"|seleccione|selezionare|seleziona|scegliere|selecionar|selecione|selecteer|wybierz|valitse"
    rf"|seçiniz|seçin|выберите|выбрать){_FORM_WORDS}*"
    # Alone they are things too: in German `Kies` is gravel, in Dutch `velg` a rim.
    rf"|(?:pick|wähle|elija|elige|escolha|scegli|kies|velg|vælg|välj){_FORM_WORDS}+)"
    r"|请选择|請選擇|選択してください|선택하세요|선택해 ?주세요"
)
"""What the first line of a form's list says: `Select...`, `-- Please choose one --`."""
_BAD_PICTURE = re.compile(
    r"(?:bad|poor|invalid|broken|corrupt|corrupted|unusable|low quality) "
    r"(?:image|picture|photo|img|quality|file|data)s?"
    r"|(?:schlechtes|ungültiges|defektes|unbrauchbares) (?:bild|foto)"
    r"|(?:image|photo) (?:illisible|invalide|inutilisable)|(?:imagen|foto) (?:mala|inválida)"
    r"|imagem (?:ruim|inválida)|immagine (?:non valida|inutilizzabile)|плохое (?:фото|изображение)"
    r"|图片(?:损坏|无效)|画像不良"
)
"""What is said of a picture that nobody could or would give a label."""
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
    "|inform|specif|spécif|especif|renseign|angegeben|opgegeven|ingevuld|podan|oppgitt|angiv"
    "|provided|given|stated|entered|filled|decided|determined|available|verfügbar|disponib"
    "|dados|datos|dati|donnée|gegevens|danych|данн|указан|заполн|определ|информац"
    "|数据|數據|資料|データ|指定|填写|填寫|确定|確定|入力|記入"
)
_NO_LABEL = re.compile(rf"{_NOT} ?(?:{_LABEL})\w*|(?:ラベル|라벨|레이블) ?(?:なし|無し|없음)")
"""A negation and a word for labels, by the stems of many languages."""
_NO_CLASS = re.compile(
    rf"{_NOT} ?(?:{_CLASS})\w*"
    r"|(?:データ|指定|入力|記入|데이터|정보) ?(?:なし|無し|없음)|미(?:지정|입력|정)"
    r"|(?:to|zu) (?:sort|label|review|check|do|delete|remove)\w*"
)
"""The same of classes and of labels that stick on things: `unclassified`, `no data` and `ohne
Etikett` are classes in some datasets."""
_AROUND = "\"'`;,. "
_BETWEEN = re.compile(r"[|;]")
_CROSSES = re.compile("x{2,}")
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
    if folded in _UNLABELLED | _BLANK_CELLS or _PROGRAM_VALUE.fullmatch(text):
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
    folded = text.casefold().strip(_AROUND + "<>[]").replace(" ", "_").replace("\u2019", "'")
    words = _words(text).replace("\u2019", "'").strip("\u2026<>[]- ")
    return text != "none" and (
        any(known.fullmatch(words) for known in (_NO_CLASS, _STATE_OF_WORK, _FORM, _BAD_PICTURE))
        or folded in _PERHAPS
        or folded.replace("_", "") in _PERHAPS
        or not text.strip("#.?\u2026 ")
        or bool(_CROSSES.fullmatch(folded))
    )


def is_second_answer(text: str, classes: Collection[str]) -> bool:
    """Whether a word is one of two classes and denies the other: `mit` and `ohne`."""
    return len(classes) == 2 and _words(text) in _NEGATIONS


def may_say_unsorted(folder: str) -> bool:
    """Whether a class folder may be one of images that nobody has sorted: `TODO`, `to_sort`."""
    plain = _words(folder)
    return plain in _LEFT_OVER or (may_say_nothing(folder) and plain not in _NOTHING_SEEN)
