"""Names by which the columns of tables are known."""

import re
import unicodedata

# The surest first, here and below: of several that are there the first is taken.
PATH_NAMES = [
    "path",
    "file_path",
    "filepath",
    "image_path",
    "img_path",
    "imagepath",
    "file_name",
    "filename",
    "file",
    "image_file",
    "image_name",
    "image_filename",
    "image",
    "img",
    "img_name",
    "image_id",
    "imageid",
    "img_id",
    "image_url",
    "url",
    "uri",
    # German, French, Spanish, Italian, Portuguese, Dutch, Polish.
    *("dateiname", "dateipfad", "datei", "bilddatei", "bildname", "bildpfad", "bild", "bild_id"),
    *("foto", "fotoname", "pfad"),
    *("fichier", "nom_de_fichier", "nom_du_fichier", "nom_fichier", "chemin"),
    *("archivo", "nombre_de_archivo", "nombre_archivo", "imagen", "fichero", "ruta"),
    *("nome_file", "immagine", "percorso", "arquivo", "nome_do_arquivo", "imagem", "caminho"),
    *("bestand", "bestandsnaam", "afbeelding", "plik", "nazwa_pliku", "obraz", "zdjęcie"),
    # Russian, Chinese, Japanese, Korean.
    *("файл", "имя_файла", "изображение", "путь"),
    *("文件名", "文件", "图片", "图像", "图片名", "檔名", "檔案", "圖片", "路径", "路徑"),
    *("ファイル名", "ファイル", "画像", "画像名", "파일", "파일명", "이미지"),
    "name",
    "id",
]
TELLS_OF_IMAGES = re.compile(r"image|img|photo|foto|pic|file|path|frame|scan|bild")
"""What is in the plain names of most other columns that tell of images."""
LABEL_NAMES = [
    "label",
    "labels",
    "class",
    "class_name",
    "classname",
    "class_label",
    "target",
    "targets",
    "category",
    "category_name",
    "categories",
    "y",
    "given_label",
    "current_label",
    "noisy_label",
    "ground_truth",
    "groundtruth",
    "gt",
    "annotation",
    "label_name",
    "class_id",
    "classid",
    "label_id",
    "labelid",
    "category_id",
    "choice",
]
SPLIT_NAMES = [
    "split",
    "subset",
    "partition",
    "set",
    "phase",
    "usage",
    "data_split",
    "dataset_split",
    "fold_name",
    "ml_use",
    "is_valid",
    "is_val",
    "is_validation",
    "is_test",
    "is_train",
    "is_training",
    "is_training_image",
    "fold",
    "kfold",
    "fold_id",
    "cv_fold",
]
SPECIAL_LABEL_NAMES = [
    # HAM10000, then ChestX-ray14 (`Finding Labels`).
    "dx",
    "diagnosis",
    "finding_labels",
    "breed",
    "species",
    "emotion",
    "tag",
    "tags",
    "result",
    "diagnose",
    "befund",
    "taxon",
    "taxonomy",
    "spezies",
    "espèce",
    "espece",
    "especie",
    "espécie",
    "specie",
    # Of inspections.
    *("verdict", "ergebnis", "prüfergebnis", "pruefergebnis", "beurteilung", "résultat"),
    *("resultat", "resultado", "risultato", "результат", "结果", "結果", "判定", "判定結果"),
    *("판정", "결과"),
    "物种",
    "物種",
]
"""What the label is called in one field; taken where no column bears a plainer name."""
FINDING_NAMES = ["finding", "findings"]
"""What a label is called in radiology where there is no `diagnosis`, and so is a report's text."""
FOREIGN_LABEL_NAMES = [
    # German, Dutch, Polish.
    "klasse",
    "klassenname",
    "klassen",
    "kategorie",
    "etikett",
    "categorie",
    "klasa",
    "etykieta",
    "kategoria",
    # French, Spanish, Italian, Portuguese.
    "classe",
    "étiquette",
    "etiquette",
    "catégorie",
    "clase",
    "etiqueta",
    "categoría",
    "categoria",
    "etichetta",
    "rótulo",
    "rotulo",
    # Russian, Chinese, Japanese, Korean.
    "класс",
    "метка",
    "категория",
    "类别",
    "類別",
    "标签",
    "標籤",
    "分类",
    "分類",
    "种类",
    "種類",
    "ラベル",
    "クラス",
    "カテゴリ",
    "カテゴリー",
    "라벨",
    "레이블",
    "클래스",
]
"""What the label is called in other languages."""
ANNOTATOR_NAMES = [
    "annotator",
    "annotator_id",
    "annotator_name",
    "annotator_email",
    "annotated_by",
    "worker",
    "worker_id",
    "workerid",
    # Figure Eight, which was CrowdFlower.
    "_worker_id",
    "rater",
    "rater_id",
    "labeler",
    "labeler_id",
    "labeller",
    "labeller_id",
    "labeled_by",
    "labelled_by",
    "coder",
    "coder_id",
    "reviewer",
    "reviewer_id",
    "expert",
    "expert_id",
    # VinDr-CXR.
    "rad_id",
    "radiologist",
    "radiologist_id",
    "pathologist",
    "pathologist_id",
    "completed_by",
    "created_by",
    "user",
    "user_id",
    "user_name",
    "username",
    "user_email",
    "email",
    "person",
    "observer",
    "observer_id",
    "reader",
    "reader_id",
    "participant",
    "participant_id",
]
GROUP_NAMES = [
    "group",
    "group_id",
    "patient",
    "patient_id",
    "patientid",
    "patient_number",
    "subject",
    "subject_id",
    "subjectid",
    "case_id",
    "study_id",
    "lesion_id",
    "slide_id",
    "individual_id",
    "animal_id",
    "plant_id",
    "video",
    "video_id",
    "video_name",
    "clip_id",
    "sequence",
    "sequence_id",
    "seq_id",
    "scene",
    "scene_id",
    "burst_id",
    "session_id",
    "product",
    "product_id",
    "item_id",
    "sku",
]
"""Columns whose equal values say that images are of one patient, video or product."""
OTHER_WORDS = frozenset(
    [
        # Of the file and the picture.
        *("width", "height", "size", "sizes", "filesize", "bytes", "resolution", "channels"),
        *("breite", "höhe", "hoehe", "grösse", "größe", "groesse"),
        *("id", "ids", "uuid", "guid", "idx", "index", "hash", "md5", "sha1", "sha256"),
        *("url", "uri", "link", "license", "licence", "author", "photographer"),
        *("bbox", "xmin", "ymin", "xmax", "ymax", "x1", "y1", "x2", "y2"),
        # Of when, where and by what it was taken.
        *("age", "alter", "year", "years", "jahr", "année", "annee", "año", "anno"),
        *("month", "monat", "date", "datum", "fecha", "time", "timestamp", "uhrzeit"),
        *("camera", "kamera", "device", "gerät", "geraet", "sensor", "source", "quelle"),
        *("site", "sites", "standort", "station", "gps", "lat", "lon", "latitude", "longitude"),
        # Of whom, and by whom.
        *("patient", "patientin", "subject", "proband", "user", "username", "email"),
        *("annotator", "worker", "labeler", "labeller"),
        # What somebody wrote of it.
        *("text", "caption", "captions", "description", "prompt", "title", "titel"),
        *("comment", "comments", "kommentar", "note", "notes", "remark", "remarks", "bemerkung"),
    ]
)
"""Words in the names of columns that hold something else than labels, as far as names tell."""
KNOWN_NAMES = frozenset(
    [
        *PATH_NAMES,
        *LABEL_NAMES,
        *FOREIGN_LABEL_NAMES,
        *SPLIT_NAMES,
        *SPECIAL_LABEL_NAMES,
        *FINDING_NAMES,
        *ANNOTATOR_NAMES,
        *GROUP_NAMES,
    ]
)
_TASK = re.compile(r"^(input|output|assignment|answer)[.:](.*\.)?")
_SMALL, _CAPITAL = "a-zß-öø-ÿ", "A-ZÀ-ÖØ-Þ"
_HUMP = re.compile(
    rf"(?<=[{_SMALL}])(?=[{_CAPITAL}])"
    # Of an acronym the last capital begins the next word, unless it is a plural: `URLs`.
    rf"|(?<=[{_CAPITAL}])(?=[{_CAPITAL}](?!s(?![{_SMALL}]))[{_SMALL}])"
)
"""Between the words of `isDeleted`, `QCStatus` and `isTEST`."""


GRADED_LABEL = re.compile(r"noisy_labels?_(\d{1,3})")
"""Labels with so many percent of noise."""


def is_label_name(column: str) -> bool:
    """Whether a column is called a label."""
    name = plain_name(column)
    known = (LABEL_NAMES, FOREIGN_LABEL_NAMES, SPECIAL_LABEL_NAMES, FINDING_NAMES)
    return any(name in names for names in known) or bool(GRADED_LABEL.fullmatch(name))


def plain_name(column: str) -> str:
    """A column's name as the tables of names have it.

    Without the parts that crowdsourcing services put before: `INPUT:image` (Toloka),
    `Answer.category.label` (Mechanical Turk). Words that capitals part get a `_` between them,
    unless the name is a usual one without it: `imageId` is `imageid`, `isDeleted` `is_deleted`.
    """
    # Composed: `é` may have been typed as two signs.
    name = unicodedata.normalize("NFC", column).strip()
    whole = _folded(name)
    return whole if whole in KNOWN_NAMES else _folded(_HUMP.sub("_", name))


def _folded(name: str) -> str:
    return _TASK.sub("", name.casefold().replace(" ", "_").replace("-", "_"))
