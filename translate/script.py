"""Which script, and for Arabic letters which language, a text is written in.

The models read Arabic only. Persian, Urdu and their neighbours share its letters: given to the model they
would come out as fluent nonsense, so they are told apart here by the letters and short words of their own.
"""

from __future__ import annotations

import re
import unicodedata

# Letters of the Arabic block and its presentation forms, without digits, marks and punctuation.
_ARABIC = (
    "\u0620-\u063f\u0641-\u064a\u066e\u066f\u0671-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06ff\u0750-\u077f"
    "\ufb50-\ufdfb\ufe70-\ufefc"
)
ARABIC_LETTER = re.compile(f"[{_ARABIC}]")
_ARABIC_RUN = re.compile(f"[{_ARABIC}\u0640\u064b-\u065f\u0670\u200c]+")
_LATIN = "A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
_LATIN_LETTER = re.compile(f"[{_LATIN}]")
# Letters of every other script: Hebrew, Cyrillic, Greek, Chinese ...
_OTHER_LETTER = re.compile(f"[^\\W\\d_{_ARABIC}{_LATIN}\u0640]")

# Letters that Arabic itself does not write. They are rare even in dialect and foreign names, so a text
# without any of them needs no further look.
_FOREIGN_LETTER = re.compile("[پچژگکیےۓېۍٹڈڑںہھۀۂەۆۇۈۉۋێڵڕڎټډړڼښږځڅڤڭڪ]")

# Short words that are frequent in one language and rare or absent in the others; yeh and kaf as Arabic
# writes them. From the 200 most frequent words of each Wikipedia, read by hand.
_WORDS: dict[str, frozenset[str]] = {
    "Arabic": frozenset(
        "في على إلى الى أن ان إن التي الذي هذا هذه ذلك عن مع كان كانت قال قد بين بعد وقد ما لا لم وفي أو حيث كما "
        "منذ عند خلال قبل هو هي كل غير ولا وهو الذين حتى لكن ثم".split()
    ),
    "Persian": frozenset(
        "است در از كه را اين با براي آن هاي مي شد شده بود خود كرد كرده شود نيز دارد باشد يك تا هم اند ها ايران "
        "نمي بايد پس چه اگر اما گفت روز سال به بر وي يافت رسيد داد كند كنند گزارش كشور دولت مردم چند".split()
    ),
    "Urdu": frozenset(
        "ہے كے ميں كي اور سے كو كا ہيں نے پر اس يہ كہ تھا ايك بھي نہيں ہو كر تھي تھے گيا لئے ليے وہ گئے جو "
        "ہوئے جس".split()
    ),
    "Kurdish": frozenset(
        "لە بە بۆ كە لەگەڵ ئەم ئەو لەسەر كرد بوو دەكات هەر هەروەها وە نێو كوردستان دواي پێش سەر ئێران لەلايەن".split()
    ),
    "Pashto": frozenset("د په چې او كې له دي سره هغه يو څخه كړي شوي وي ته كوي نه دې كړ هم دغه".split()),
    "Uyghur": frozenset("ۋە بىلەن ئۇ بۇ بىر ئۈچۈن دەپ قىلىپ بولۇپ كېيىن ئۆز ئۇنىڭ".split()),
}
_LANGUAGES = {"CJK": "Chinese", "HIRAGANA": "Japanese", "KATAKANA": "Japanese", "HANGUL": "Korean"}
_KEYBOARD = str.maketrans("یک", "يك")


def arabic_letters(text: str) -> int:
    """Count the letters of Arabic script (of whatever language)."""
    return len(ARABIC_LETTER.findall(text))


def latin_letters(text: str) -> int:
    """Count the Latin letters, accented ones included."""
    return len(_LATIN_LETTER.findall(text))


def foreign(text: str) -> str:
    """Name what ``text`` is written in when it is neither Arabic nor Latin; otherwise return ``""``.

    A language ("Persian", "Urdu", "Kurdish", "Pashto", "Uyghur") for Arabic script, a script ("Hebrew",
    "Cyrillic") for others. A text without letters is not foreign. Short texts get the benefit of the doubt:
    Arabic borrows the odd ``گ`` or ``پ`` for names.
    """
    others = _OTHER_LETTER.findall(text)
    if others and len(others) > arabic_letters(text) and len(others) > latin_letters(text):
        return _script_name(others)
    return _language(text) if _FOREIGN_LETTER.search(text) else ""


def _script_name(letters: list[str]) -> str:
    """Return the most frequent script of a sample, from the first word of each character's Unicode name."""
    names = [unicodedata.name(letter, "unknown").split()[0] for letter in letters[:200]]
    name = max(sorted(set(names)), key=names.count)
    return _LANGUAGES.get(name, name.capitalize())


def _language(text: str) -> str:
    words = [word.translate(_KEYBOARD) for word in _ARABIC_RUN.findall(text)]
    hits = {name: sum(word in frequent for word in words) for name, frequent in _WORDS.items()}
    # The article is the surest sign of Arabic; Persian and Urdu carry it only inside names.
    arabic = hits.pop("Arabic") + sum(word.startswith(("ال", "وال", "بال", "لل")) for word in words)
    name = max(hits, key=hits.__getitem__)
    return name if hits[name] >= 2 and hits[name] > arabic else ""
