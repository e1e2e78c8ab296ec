"""What is flagged, and above all what is not."""

from __future__ import annotations

import pytest

from tarjama.translate import Flag, flag_text, normalize
from tarjama.translate.checks import LOW_SCORE, check
from tarjama.translate.numbers import missing_numbers

# (source, target, missing)
NUMBERS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "kept": ("قتل 39 من أصل 43", "39 of the 43 were killed", ()),
    "changed": ("قتل 39 من أصل 43", "36 of the 43 were killed", ("39",)),
    "dropped": ("قتل 39 من أصل 43", "Some of the 43 were killed", ("39",)),
    "both dropped": ("قتل 39 من أصل 43", "Many were killed", ("39", "43")),
    "arabic-indic": ("في عام ٢٠١٧", "In 2017", ()),
    "year changed": ("في عام ٢٠١٧", "In 2012", ("2017",)),
    "no number": ("قال الوزير", "The minister said", ()),
    "word": ("قتل 5 أشخاص", "Five people were killed", ()),
    "words in tens": ("قتل 25 شخصا", "Twenty-five people were killed", ()),
    "wrong word": ("قتل 5 أشخاص", "Six people were killed", ("5",)),
    "hundreds in words": ("حضر 320 شخصا", "Three hundred and twenty attended", ()),
    "one as article": ("قتل 1 وجرح 2", "A man was killed and two hurt", ()),
    "twice": ("فاز 2 مرة", "He won twice", ()),
    "threefold": ("تضاعف 3 مرات", "a threefold increase", ()),
    "ordinal": ("في القرن 19", "in the 19th century", ()),
    "ordinal word": ("في القرن 19", "in the nineteenth century", ()),
    "decade": ("في التسعينات 1990", "in the 1990s", ()),
    "thousands written together": ("حضر 5000 شخص", "5,000 people attended", ()),
    "thousands with a comma": ("حضر 5,000 شخص", "5000 people attended", ()),
    "thousands with a stop": ("حضر 5.000 شخص", "5,000 people attended", ()),
    "thousands with an arabic comma": ("مساحة 783،562 كم", "783,562 km", ()),
    "thousands with the arabic sign": ("حضر ٥٬٠٠٠ شخص", "5,000 people attended", ()),
    "thousands cut": ("حضر 5000 شخص", "500 people attended", ("5000",)),
    "decimal": ("بنسبة 3.5 في المئة", "by 3.5 percent", ()),
    "decimal with a comma": ("بنسبة 3,5 في المئة", "by 3.5 percent", ()),
    "decimal with the arabic sign": ("بنسبة ٣٫٥٪", "by 3.5%", ()),
    "decimal point lost": ("بنسبة 3.5 في المئة", "by 35 percent", ("3.5",)),
    "decimal of the agencies": ("بنسبة 5ر3 في المئة", "by 3.5 percent", ()),
    "decimal of the agencies, spaced": ("بنسبة 5 ر 3 في المئة", "by 3.5 percent", ()),
    "thousands and decimals": ("عند 6555.87 نقطة", "at 6,555.87 points", ()),
    "thousands in words": ("نحو 100 ألف شخص", "about 100,000 people", ()),
    "thousands kept in words": ("نحو 100 ألف شخص", "about 100 thousand people", ()),
    "thousands lost": ("نحو 100 ألف شخص", "about 100 people", ("100",)),
    "millions": ("بلغت 3.5 ملايين", "reached 3.5 million", ()),
    "millions in digits": ("بلغت 3.5 ملايين", "reached 3,500,000", ()),
    "millions short": ("بلغت 5 مليارات", "reached $5bn", ()),
    "millions lost": ("بلغت 5 ملايين", "reached 5 thousand", ("5",)),
    "half a million more": ("بلغت 2.5 مليون", "reached two and a half million", ()),
    "range with one scale": ("بين 5 و7 ملايين", "between 5 and 7 million", ()),
    "range with two scales": ("بين 5 و7 ملايين", "between 5 million and 7 million", ()),
    "told in two": ("حضر 21 ألفا و878 شخصا", "21,878 people attended", ()),
    "told in three": ("4 ملايين و261 ألف و925 درهما", "4,261,925 dirhams", ()),
    "told in two, in english as a decimal": ("3 ملايين و200 ألف برميل", "3.2 million barrels", ()),
    "told with a dual": ("مليارين و800 مليون دولار", "2.8 billion dollars", ()),
    "date with slashes": ("في 30/6/2017", "on June 30, 2017", ()),
    "date with stops": ("في 30.6.2017", "on 30 June 2017", ()),
    "wrong month": ("في 30/6/2017", "on July 30, 2017", ("6",)),
    "wrong day": ("في 30/17", "on the 13th, 17", ("30",)),
    "years": ("بين 2016-2017", "between 2016 and 2017", ()),
    "score": ("فاز 2-1", "won 2-1", ()),
    "time": ("الساعة 12.30", "at 12:30", ()),
    "time after noon": ("الساعة 15:30", "at 3:30 p.m.", ()),
    "full hour": ("الساعة 15:00", "at 3 p.m.", ()),
    "time in four digits": ("(07,00 ت غ)", "(0700 GMT)", ()),
    "wrong minutes": ("الساعة 15:30", "at 3:20 p.m.", ("30",)),
    "leading zero": ("يوم 05 مايو", "on 5 May", ()),
    "glued to the article": ("ال20 سنة", "20 years", ()),
    "aircraft": ("طائرة إف-16", "an F-16 jet", ()),
    "percent": ("بنسبة 5%", "by five percent", ()),
    "huge": ("رقم " + "9" * 400, "number " + "9" * 400, ()),
}


@pytest.mark.parametrize(("source", "target", "missing"), NUMBERS.values(), ids=NUMBERS)
def test_missing_numbers(source: str, target: str, missing: tuple[str, ...]) -> None:
    assert missing_numbers(normalize(source), target) == missing


EIGHT = "قال الوزير أمس إن الحكومة ستعلن القرار قريبا"  # eight words
SIXTEEN = f"{EIGHT} {EIGHT}"

# (source, target, flags)
CHECKS: dict[str, tuple[str, str, tuple[Flag, ...]]] = {
    "good": (EIGHT, "The minister said yesterday that the government will announce the decision soon.", ()),
    "empty": (EIGHT, "", (Flag.EMPTY,)),
    "only marks": (EIGHT, "...", (Flag.EMPTY,)),
    "short source": ("رويترز", "Reuters", ()),
    "short source, longer target": ("سيقتلونهم", "They will kill them", ()),
    "far too long for a word": ("رويترز", "I don't know what you are talking about, my friend", (Flag.TOO_LONG,)),
    "too short": (SIXTEEN, "The minister said yesterday.", (Flag.TOO_SHORT,)),
    "a bit short": (EIGHT, "The minister spoke of a decision.", ()),
    "too long": (EIGHT, " ".join(f"word{n}" for n in range(30)), (Flag.TOO_LONG,)),
    "arabic left": (
        EIGHT,
        "The minister said yesterday that الحكومة will announce the decision.",
        (Flag.UNTRANSLATED,),
    ),
    "copy": (EIGHT, EIGHT, (Flag.UNTRANSLATED,)),
    "one arabic letter": (EIGHT, 'The minister said the letter "م" was on the wall again.', ()),
    "unknown pieces": (EIGHT, "The minister said ⁇ that the government will decide soon.", (Flag.UNTRANSLATED,)),
    "number": (f"{EIGHT} 39", "The minister said yesterday the government will decide.", (Flag.MISSING_NUMBER,)),
    "phrase three times": (EIGHT, "The minister of the city of the city of the city of it.", (Flag.LOOP,)),
    "phrase twice": (EIGHT, "The minister of the city of the city said he would go.", ()),
    "word three times": (EIGHT, "The minister said the the the yesterday of the decision.", (Flag.LOOP,)),
    "word twice": (EIGHT, "The minister said that that decision was very, very near.", ()),
    "syllables": (EIGHT, "The minister spoke of the susususion of the decision.", (Flag.LOOP,)),
    "mama": (EIGHT, "The minister spoke of mama and Mississippi and the couscous.", ()),
    "no, no, no": ("لا لا لا", "No, no, no", ()),
    "part of a word": (EIGHT, "The minister said p-p-p-p-p-p-p-p-p-p-p yesterday that he goes.", (Flag.LOOP,)),
    "a year is no loop": (EIGHT, "The minister said 1111111 yesterday that he goes.", ()),
    "repetition of the source": (
        "فرع من فرع من فرع من فرع من فرع من بني حمر",
        "a branch of a branch of a branch of a branch of a branch of Bani Hamar",
        (),
    ),
    "few distinct words": (
        "أعلن رئيس الجمهورية العراقية أمس خلال لقائه عددا من أعضاء المجلس الأعلى عن قرارات جديدة تتعلق بالأمن"
        + " في مدينة الموصل أثناء زيارة مفاجئة",
        "The president of the republic, the president of the council and the council of the president of the republic "
        "of the council said the president",
        (Flag.LOOP,),
    ),
    "two things": (f"{EIGHT} 39", f"{EIGHT} 39", (Flag.UNTRANSLATED,)),
    "several flags": (f"{SIXTEEN} 39", "الوزير said", (Flag.MISSING_NUMBER, Flag.UNTRANSLATED, Flag.TOO_SHORT)),
}


@pytest.mark.parametrize(("source", "target", "flags"), CHECKS.values(), ids=CHECKS)
def test_check(source: str, target: str, flags: tuple[Flag, ...]) -> None:
    assert check(source, target) == flags


def test_confidence() -> None:
    good = CHECKS["good"]
    assert check(*good[:2], LOW_SCORE - 0.01) == (Flag.LOW_CONFIDENCE,)
    assert check(*good[:2], LOW_SCORE) == ()
    assert check(*good[:2]) == ()


def test_every_flag_is_told_in_plain_english() -> None:
    texts = [flag_text(flag) for flag in Flag]
    assert len(set(texts)) == len(Flag)
    assert all(len(text) > 15 and text.isascii() for text in texts)


# Outputs of opus-mt-ar-en and argos on FLORES-200 dev (CC BY-SA 4.0), from mozilla/firefox-translations-models.
PUBLISHED = [
    (
        "تحسنت محركات الترجمة بشكل كبير، والآن غالبا ما تقدم ترجمات صحيحة إلى حد كبير (ونادرا ما تفدم هراء)، لكن يجب "
        "الحذر، لأنهم قد يخطئون كليا.",
        "Translation engines have improved dramatically, and now they often provide largely correct translations "
        "(and rarely" + " blah," * 44 + " blah.",
        (Flag.LOOP,),
    ),
    (
        "يمكن أن تخترق السهام المطلقة من الأقواس القاتلة دروع الجنود المتنافسين. قدم الآشوريون أول سلاح فرسان في "
        "حوالي عام 1000 قبل الميلاد.",
        "The shooter's arrows of deadly bows can penetrate the shields of rival soldiers.",
        (Flag.MISSING_NUMBER,),
    ),
    (
        "تحطمت طائرة جاس-٣٩ غربين على مدرج في حوالي الساعة ٩:٣٠ صباحاً بالتوقيت المحلي (٠٢٣٠ التوقيت العالمي الموحّد) "
        "وانفجرت، مما أدى إلى إغلاق المطار أمام الرحلات الجوية التجارية.",
        "Gas-93 crashed on a runway at approximately 0930 hours local time (2030 UTC) and exploded, resulting in the "
        "closure of the airport in front of commercial flights.",
        (Flag.MISSING_NUMBER,),
    ),
    (
        "زار اليوم 12 مارس 2017 وزير الداخلية الهادي مجدوب حافظ الأمن.",
        'Interior Minister Hedi Majdoub today, March 12, 2017, visited policeman "Amin Jelili".',
        (),
    ),
]


@pytest.mark.parametrize(("source", "target", "flags"), PUBLISHED)
def test_published_outputs(source: str, target: str, flags: tuple[Flag, ...]) -> None:
    assert check(normalize(source), target)[:1] == flags
