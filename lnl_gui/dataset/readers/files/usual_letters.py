"""Which letters languages write beyond ASCII and where, by the encodings of their files."""

import re
from dataclasses import dataclass
from math import log

_CONSONANT = "bcdfghjklmnpqrstvwxz"
_SLAVIC = (
    "[qwx]|ff|pp|cc|gg"
    # Words of consonants alone; between these `l` and `r` are vowels.
    "|^[bcdfghjkmnpqstvwxzčćďđňšťž]+$"
    f"|[bcdfghjkmnpstvz]č[{_CONSONANT}]"
)
"""What Latin letters of Slavic words never make: `caffč` is Italian, `mystčre` French."""


@dataclass(frozen=True)
class Orthography:
    """What a language writes beyond ASCII in words of small letters.

    `never` finds what no word of it has; most of it tells apart letters that stand at one place
    in two encodings, as French `ê` and Polish `ę`. `usual` are its most frequent letters, which
    make up the share `share` of its texts, `others` how many more letters there are.
    """

    letters: str
    never: str = "(?!)"
    share: float = 0.0
    usual: str = ""
    weight: float = 1.0

    def is_word(self, word: str) -> bool:
        """Whether a word can be of this language."""
        allowed = set(self.letters)
        return all(c.isascii() or c in allowed for c in word) and not re.search(self.never, word)

    def weight_of(self, word: str) -> float:
        """The logarithm of how likely the word's letters beyond ASCII are, about."""
        return sum(log(self._part(letter)) for letter in word if not letter.isascii())

    def _part(self, letter: str) -> float:
        if not self.usual:
            # All alike: which of them are frequent tells little of a few names of classes.
            return 0.02
        others = len(self.letters) - len(self.usual)
        return self.share / len(self.usual) if letter in self.usual else (1 - self.share) / others


_WESTERN = (
    Orthography("äöüßé", r"(?<![aeiouyäöü])ß|ß[äöü]"),  # German
    Orthography(
        "éèêëàâîïôûùçœ",
        r"à\w|ù\w|(?<!o)ù|[êâîôû]$|^[ëïùû]"
        r"|[êâîôû].*[êâîôû]|[êâîôûœ]k|k[êâîôûœ]",
    ),  # French
    # Spanish: one accent a word; `ñ` before a vowel, `ü` behind `g`.
    Orthography("áéíñóúü", r"ñ(?![aeiouáéíóú])|[áéíóú].*[áéíóú]|(?<!g)ü|q[^u]"),
    Orthography("áâãàçéêíóôõú", r"ã(?![oeis]|$)|õ(?!e)|(?<!^)à|[kwy]"),  # Portuguese
    Orthography("àèéìòù", r"[àèéìòù]\w|[jkwxy]"),  # Italian
    Orthography("åäöé"),  # Swedish, Finnish
    Orthography("æøåéôò"),  # Danish, Norwegian
    Orthography("éëïöüèê", r"(?<![aeiouyé])[ëï]|^[ëï]", weight=0.5),  # Dutch
    Orthography("àçèéíïòóúü", r"à[aeiou]|ù", weight=0.05),  # Catalan
    Orthography("äöüõšž", "[cqwxy]|sz|õ$", weight=0.05),  # Estonian: no `õ` ends words
    # Icelandic: `þ` begins words, `ð` does not, and `ý` ends those of one syllable.
    Orthography(
        "áðéíóúýþæö",
        f"^ð|[cqwz]|þ$|[aeiouöýæ]þ|þ[{_CONSONANT.replace('r', '')}]|[aeiouáéíóúýæö].*ý$",
        weight=0.05,
    ),
)
_CENTRAL = (
    # Polish: a soft consonant before a vowel is written with `i`, nasal vowels follow consonants.
    Orthography("ąćęłńóśźż", r"[ńćśź][aeiouyóąę]|^[ęąń]|[ąę][aeiouyó]|ć(?![wmkpnsd]|$)|[qvx]"),
    # Czech: `ě` behind seven consonants, `ů` inside and at the end.
    Orthography(
        "áčďéěíňóřšťúůýž",
        rf"(?<![bpvmdtn])ě|(?<![{_CONSONANT}čďňřšťž])ů|^ň(?![aeu])|{_SLAVIC}",
    ),
    Orthography("áéíóöőúüű", "[qwx]"),  # Hungarian
    Orthography(
        "áäčďéíĺľňóôŕšťúýž",
        rf"(?<![{_CONSONANT}])[ĺŕ]|[ĺŕ](?![{_CONSONANT}])|{_SLAVIC}",
        weight=0.5,
    ),  # Slovak
    Orthography("ăâîşţ", r"ă[aăeoî]|[kqwy]|^[âă]|â$", weight=0.7),  # Romanian
    Orthography(
        "čćđšž",
        rf"[{_CONSONANT}]ć(?:[{_CONSONANT}]|$)|^ć[bcdfgjklmnpstz]|y|{_SLAVIC}"
        rf"|([{_CONSONANT}])\1",
        weight=0.5,
    ),  # Croatian
    Orthography("äöüßé", r"(?<![aeiouyäöü])ß|ß[äöü]", weight=0.1),  # German
)
_BALTIC = (
    Orthography("ąčęėįšųūž", "[qwx]"),  # Lithuanian
    Orthography("āčēģīķļņšūž", "[qwxy]"),  # Latvian
)
_TURKISH = (Orthography("çğıöşüâîû", rf"[qwx]|^ğ|[{_CONSONANT}]ğ|[eiöü].*ı|ı.*[eiöü]"),)
_RUSSIAN = Orthography(
    "абвгдежзийклмнопрстуфхцчшщъыьэюяё",
    "^[ьъы]|[ьъ][ьъыау]|[аеиоуыэюя][ьъ]",
    0.86,
    "оеаинтсрвлкмдпуыяь",
)
_CYRILLIC = (
    _RUSSIAN,
    Orthography(
        "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
        "^ь|[аеиоуюя]ь",
        0.84,
        "оаинтіервсклумдпзя",
        weight=0.5,
    ),
    Orthography("абвгдежзијклљмнњопрстћуфхцчџшђ", "(?!)", 0.86, "аоиенрстјкудпмвл", weight=0.1),
)
_GREEK = (
    Orthography(
        "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",
        r"ς\w|σ$|[άέήίόύώΐΰ].*[άέήίόύώΐΰ]",
        0.8,
        "αοιετσνηυρπκμλςόάίή",
        weight=0.5,
    ),
)
_HEBREW = (
    Orthography("אבגדהוזחטיךכלםמןנסעףפץצקרשת", r"[ךםןףץ]\w", 0.75, "יוהלאתרבמשנ", weight=0.1),
)
_ARABIC = (
    Orthography(
        "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيپچژگ", r"ة\w|ى\w", 0.75, "ايلموتنرب", weight=0.1
    ),
)
ALPHABETS: dict[str, tuple[tuple[Orthography, ...], float]] = {
    "cp1252": (_WESTERN, 1.0),
    "cp1250": (_CENTRAL, 0.7),
    "cp1251": (_CYRILLIC, 1.0),
    "cp1253": (_GREEK, 1.0),
    "cp1254": (_TURKISH, 1.0),
    "cp1255": (_HEBREW, 1.0),
    "cp1256": (_ARABIC, 1.0),
    "cp1257": (_BALTIC, 0.02),
    "iso8859_2": (_CENTRAL, 0.05),
    "koi8_r": ((_RUSSIAN,), 0.01),
    # What Excel writes on macOS, and the command line of Windows.
    "mac_roman": (_WESTERN[:7], 0.015),
    "cp850": (_WESTERN[:7], 0.015),
}
"""Orthographies by the encoding with one byte a letter, and how often it is met beside others."""
USUAL_CHINESE = (
    "的一是不了人在有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所"
    "然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心本前开但因只从想实日军者意无力它与长把"
    "机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果"
    "加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔"
    "更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展"
    "马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共"
    "确传师观清今切院让识候带导争运笔红黄蓝绿黑灰橙紫猫狗鸟鱼花草树叶果车船飞病健康正常异良好坏是否男女晴雨雪云夜昼"
    "苹香蕉橘梨桃葡萄西瓜番茄汽卡货客轿自划痕裂纹污渍气泡凹坑缺陷锈斑霉粉虫害叶根茎恶肿瘤炎肺骨折皮肤圆方三角形左右"
    "牛羊猪鸡鸭鹅虎狮熊兔鼠蛇龙塑料玻璃纸属厨余垃圾回收有毒可不合次优质差等级轻微中严重早晚期类别标签其它未知背景晨"
)
USUAL_TRADITIONAL = (
    "的一是不了人在有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡用道行所"
    "然家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心本前開但因只從想實日者意無力它與長把"
    "機十民第公此已工使情明性知全三又關點正業外將兩高間由問很最重並物手應向頭文體政美相見被利什二等產或新己制身果"
    "加西月話合回特代內信表化老給世位次度門任常先海通教原東聲提立及比員解水名真論處走義各入幾口認條平系氣題活更別"
    "打女變四神總何電數安少報才結反受目太量再感建務做接必場件計管期市直資命山金指許統區保至隊形社便空決治展馬科司"
    "紅黃藍綠黑白灰貓狗鳥魚花草樹葉車船飛病健康正常異良好壞是否男女晴雨雪雲夜蘋香蕉橘梨桃葡萄瓜番茄汽貨客轎"
    "劃痕裂紋污漬泡凹坑缺陷鏽斑黴粉蟲害根莖惡性腫瘤炎肺骨折皮膚圓角左右牛羊豬雞鴨虎獅熊兔鼠蛇龍塑膠玻璃紙垃圾回收"
)
USUAL_KANJI = (
    "日一国人年大十二本中長出三時行見月後前生五間上東四今金九入学高円子外八六下来気小七山話女北午百書先名川千水半"
    "男西電校語土木聞食車何南万毎白天母火右読友左休父雨良品不正常異犬猫鳥魚花木赤青黄緑黒茶性悪合格傷欠陥有無健康"
    "病葉果実自動転道路空海森林晴曇雪夜昼写真画像分類種別色形新古開閉成功失敗表裏可能部屋家庭物体機械検査結腫瘍肺"
    "炎骨折皮膚牛馬豚鶏羊熊狐狼兎花桜梅松竹紙金属瓶缶燃未確認他手足目口耳頭顔文字番号人間女性男性子供大人店駅町村市"
)
USUAL_HANGUL = (
    "이다의는에을가고하로한지를은기도사리어자아시대나해인그라서일수보정부있것들만여성상장전주제원면과구공조동스적비소"
    "안연우선니마오무경유방세신화미중모관실교거국식계개재물학생문위진용당민간분업체발내회바최금요음양불까통더치반법남"
    "박의없었했할될된던데때말명목복본북빨노파란녹검흰색초록강아지고양새물고기꽃나무잎차량버스트럭택시사과바나포딸기토"
    "마토양성악음결함긁힘균열얼룩찍힘깨짐합격불량품정상비이질병건감염곰팡맑음흐림비눈밤낮여자남좌우왼오른쪽큰작은종류"
    "플라틱유리캔닭돼말소곰호랑여우늑대토끼쥐뱀예아니오네등급경중증초말폐렴뼈골절피부암흑백커피컵책상의자전화컴퓨터"
)
