"""What a text is written in, and which segments need no model."""

from __future__ import annotations

import pytest

from tarjama.translate.bypass import bypass
from tarjama.translate.script import foreign

FOREIGN = {
    "Persian": (
        "رئیس جمهور ایران امروز در تهران با وزیر خارجه عراق دیدار و گفت‌وگو کرد.",
        "به گزارش خبرگزاری ایسنا، قیمت نفت افزایش یافت و به ۷۰ دلار رسید.",
        "این کتاب برای من است.",
    ),
    "Urdu": (
        "وزیر اعظم نے کہا ہے کہ حکومت عوام کے مسائل حل کرے گی۔",
        "پاکستان کے وزیر خارجہ نے کابل کا دورہ کیا",
    ),
    "Kurdish": ("سەرۆکی هەرێمی کوردستان لەگەڵ وەزیری دەرەوەی عێراق کۆبووەوە",),
    "Pashto": ("د افغانستان ولسمشر وايي چې دولت به د خلکو ستونزې حل کړي",),
    "Uyghur": ("شىنجاڭ ئۇيغۇر ئاپتونوم رايونى ۋە باشقا جايلاردا بۇ ئىش كۆرۈلدى",),
    "Hebrew": ("הממשלה הודיעה אתמול על צעדים חדשים",),
    "Cyrillic": ("Вчера в столице прошли переговоры",),
    "Chinese": ("政府昨天宣布了新的经济措施",),
    "Japanese": ("これはとてもおいしいですね",),
    "Korean": ("정부는 어제 새로운 대책을 발표했다",),
    "": (
        "قال الوزير إن الحكومة ستحل المشكلة.",
        "قال علی إن الکتاب جدید فی المدینة",  # Arabic from a Persian keyboard
        "شنو هاي الحچاية گلتلك من البارحة",  # Iraqi
        "كان اليوم گاع الناس فرحانين",  # Moroccan
        "ذهب ڤيكتور إلى چيچن إتسا",
        "قال ڤيكتور إن البلد الذي مر به سر به في كل مرة",
        'قال: "הממשלה" وهي كلمة عبرية',
        "This is English. Ceci est du français.",
        "2017 ٢٠١٧ ... 🎉",
        "",
    ),
}


@pytest.mark.parametrize(("language", "text"), [(name, text) for name, texts in FOREIGN.items() for text in texts])
def test_foreign(language: str, text: str) -> None:
    assert foreign(text) == language


BYPASS: dict[str, tuple[str, str | None]] = {
    "blank": (" ", " "),
    "empty": ("", ""),
    "dash": ("-", "-"),
    "stars": ("* * *", "* * *"),
    "ellipsis": ("…", "…"),
    "arabic marks": ("؟ ، ؛", "? , ;"),
    "number": ("2017", "2017"),
    "arabic number": ("٢٠١٧", "2017"),
    "arabic decimal": ("٣٫٥٪", "3.5%"),
    "persian number": ("۱۲/۳۰", "12/30"),
    "phone": ("+966 11 123-4567", "+966 11 123-4567"),
    "url": ("https://example.org/a?b=1", "https://example.org/a?b=1"),
    "url with arabic letters": ("https://ar.wikipedia.org/wiki/الموصل", "https://ar.wikipedia.org/wiki/الموصل"),
    "url with arabic digits": ("www.example.org/٢٠١٧", "www.example.org/٢٠١٧"),
    "e-mail": ("news@example.org", "news@example.org"),
    "latin": ("Associated Press", "Associated Press"),
    "latin with its own quotes": ("He said “no” — twice.", "He said “no” — twice."),
    "emoji": ("👨‍👩‍👧 🎉", "👨‍👩‍👧 🎉"),
    "bidi marks": ("\u200f2017\u200e", "2017"),
    "english with an arabic word": (
        'The word "مقاومة" means resistance in Arabic.',
        'The word "مقاومة" means resistance in Arabic.',
    ),
    "arabic": ("قال الوزير", None),
    "one letter": ("م", None),
    "arabic with a number": ("عام 2017", None),
    "arabic with a latin name": ("قالت شركة Microsoft", None),
    "arabic with a url": ("زوروا www.example.org", None),
    "hashtag": ("#العراق", None),
    "presentation forms": ("ﻣﺮﺣﺒﺎ", None),
}


@pytest.mark.parametrize(("text", "expected"), BYPASS.values(), ids=BYPASS)
def test_bypass(text: str, expected: str | None) -> None:
    assert bypass(text) == expected
