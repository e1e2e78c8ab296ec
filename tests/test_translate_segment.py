"""Each case is the list of pieces that a paragraph is cut into; the paragraph is their concatenation."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tarjama.translate import split

CASES: dict[str, list[str]] = {
    # Plain ends of sentences
    "full stops": ["قال الوزير إنه سيسافر.", " وأضاف أنه سيعود."],
    "question": ["متى وصل الوفد؟", " وصل أمس."],
    "exclamation": ["يا للعجب!", " لم يحضر أحد."],
    "question and exclamation": ["هل هذا معقول؟!", " لا أحد يعلم."],
    "exclamation and question": ["كيف حدث ذلك!؟", " لا تفسير."],
    "many marks": ["ماذا بعد؟؟؟", " سنرى!!!", " انتهى."],
    "ascii question mark": ["من المسؤول?", " لا جواب."],
    "no final stop": ["انتهى الاجتماع.", " وغادر الجميع"],
    "headline": ["مقتل خمسة مدنيين في غارة على ريف حلب"],
    "stop after a space": ["انتهى الاجتماع .", " وغادر الجميع ."],
    "two spaces and a tab": ["انتهى.", "  \tوبدأ."],
    "line break inside": ["انتهى.", "\nوبدأ."],
    "urdu full stop": ["انتهى الاجتماع۔", " وغادر الجميع۔"],
    "stop with a tatweel word": ["انتهى الاجتمـــاع.", " وغادر."],
    "right-to-left mark after the stop": ["انتهى الاجتماع.\u200f", " وغادر الجميع."],
    "no-break space": ["انتهى الاجتماع.", "\u00a0وغادر الجميع."],
    # No space after the stop
    "glued": ["انتهى الأول.", "والثاني بدأ."],
    "glued question": ["متى وصل؟", "وصل أمس."],
    "glued bracket": ["انتهى الاجتماع.", "(وكالات)"],
    "glued ellipsis": ["عاجل..", "انفجار في بغداد"],
    # Semicolons, commas, colons
    "semicolon goes on": ["نجح المنتخب؛ لأنه تدرب جيدا؛ ففاز."],
    "colon goes on": ["قال: سنعود.", " ثم سكت."],
    # Numbers
    "decimal": ["ارتفع السعر 3.5 في المئة."],
    "decimal ends a sentence": ["ارتفع السعر إلى 3.5.", " ثم تراجع."],
    "arabic-indic decimal": ["ارتفع السعر ٣.٥ في المئة.", " ثم تراجع."],
    "thousands": ["حضر 1.000 شخص.", " وغادر 200."],
    "time": ["يبدأ في الساعة 12.30 ظهرا.", " وينتهي مساء."],
    "time ends a sentence": ["يبدأ في الساعة 12.30.", " وينتهي مساء."],
    "date with stops": ["ولد في 30.6.1970 في دمشق.", " وتوفي في 2016."],
    "date with a slash": ["في 30/17 من الشهر.", " ثم 30/6/2017."],
    "year ends a sentence": ["حدث ذلك في عام 2016.", " وبعدها تغير كل شيء."],
    "percent ends a sentence": ["بلغت النسبة 5%.", " وكانت 4%."],
    "era after a year": ["توفي سنة 632 م.", " وخلفه أبو بكر."],
    "hijri year": ["في عام 1437 هـ.", " وافق ذلك 2016."],
    "before christ": ["بنيت في القرن الثالث ق.م.", " وهدمت لاحقا."],
    "list number": ["1. افتتاح الجلسة"],
    "list number, two sentences": ["2. افتتحت الجلسة.", " ثم رفعت."],
    "list number with a dash": ["1- افتتاح الجلسة.", " 2- كلمة الرئيس."],
    "numbered list in a line": ["1. افتتاح الجلسة", " 2. كلمة الرئيس", " 3. الختام"],
    "bullet": ["• ارتفاع الأسعار.", " • تراجع الدولار."],
    "lettered list": ["أ. ارتفاع الأسعار وتراجع العملة"],
    # Titles, initials, abbreviations
    "doctor": ["قال د. محمد العلي إن الوضع جيد.", " وغادر."],
    "professor": ["حضر أ.د. علي حسن المؤتمر.", " وألقى كلمة."],
    "engineer": ["افتتح م. أحمد سالم المشروع.", " وشكر الحضور."],
    "mister": ["تحدث أ. خالد عن التعليم.", " ثم د. سعاد."],
    "and doctor": ["حضر م. سالم ود. هند الحفل.", " وغادرا."],
    "doctor without space": ["قال د.محمد العلي إنه بخير.", " وشكر الأطباء."],
    "professor without space": ["قال أ.د.محمد العلي إنه بخير."],
    "doctor with a right-to-left mark": ["قال د.\u200f محمد إنه بخير."],
    "initials": ["كتبت ج. ك. رولينغ رواية جديدة.", " وباعت الملايين."],
    "latin initials": ["كتبت J. K. Rowling رواية.", " وباعتها."],
    "agency inside": ["قالت وكالة أ.ف.ب. في بغداد إن الهجوم انتهى."],
    "agency ends a sentence": ["هذا ما نقلته أ.ف.ب.", " وقالت الشرطة إنها تحقق."],
    "agency in brackets": ["انتهى الهجوم (أ.ف.ب).", " وقالت الشرطة إنها تحقق."],
    "post box": ["العنوان ص.ب. 1234 الرياض.", " الهاتف 5678."],
    "page": ["انظر ص. 25 من الكتاب.", " ثم أغلقه."],
    "latin abbreviation": ["وقعت شركة Apple Inc. اتفاقا جديدا.", " ورحبت Samsung."],
    "latin title": ["التقى Mr. Smith الوزير.", " وغادر."],
    "et cetera ends": ["اشترى خبزا وجبنا إلخ.", " ثم عاد."],
    "cannot help": ["لا بد.", " سنعود."],
    "spelled letters": ["قالت شبكة سي.إن.إن إن الحرب انتهت.", " وسكتت."],
    "spelled letters in brackets": ["نشرت شبكة (سي.إن.إن) الخبر.", " ثم حذفته."],
    "spelled letters with spaces": ["قالت بي. بي. سي. البريطانية إنها توقفت.", " وسكتت."],
    "spelled letters end a sentence": ["نشرت ذلك سي.إن.إن.", " وقالت الشرطة إنها تحقق."],
    "glued that": ["هذا ما قاله الوزير.", "إن الحرب انتهت."],
    # Addresses
    "url": ["زوروا http://www.example.com/a.b?c=d!e اليوم.", " شكرا."],
    "url ends a sentence": ["زوروا www.example.com.", " شكرا."],
    "bare domain": ["نشر موقع example.com الخبر.", " ثم حذفه."],
    "arabic domain": ["اشترى من سوق.كوم هاتفا.", " ثم أعاده."],
    "e-mail": ["راسلونا على info.news@example.org للمزيد.", " شكرا."],
    "file name": ["حمل ملف report.v2.pdf من الموقع.", " ثم اقرأه."],
    # Quotes and brackets
    "stop inside the quote": ['قال: "انتهى الأمر."', " ثم غادر القاعة."],
    "stop after the quote": ['قال: "انتهى الأمر".', " ثم غادر القاعة."],
    "quote opens after the stop": ["انتهى الاجتماع.", ' "لن نعود" قال الوزير.'],
    "glued opening quote": ["انتهى الاجتماع.", '"لن نعود" قال الوزير.'],
    "two sentences in a quote": ['قال: "انتهى الأمر.', ' لن نعود".', " وغادر."],
    "guillemets": ["قال: «انتهى الأمر.»", " ثم غادر القاعة."],
    "guillemet after a space": ["قال: « انتهى الأمر. »", " ثم غادر القاعة."],
    "curly quotes": ["قال: “انتهى الأمر.”", " ثم غادر القاعة."],
    "quotes in quotes": ["قال: «سألني 'متى تعود؟'»", " ولم يجب."],
    "quote and bracket": ['(قال: "انتهى الأمر.")', " ثم غادر القاعة."],
    "comma after the quote": ['قال: "انتهى الأمر."، ثم غادر القاعة.'],
    "question in a title": ['عرض فيلم "أين المفر؟"، وفاز بجائزة.'],
    "bracketed sentence": ["(حدث هذا أمس.)", " واليوم عاد الهدوء."],
    "editorial marks": ["وصفه بأنه صديق (!) للشعب (؟) كما قال.", " وسكت."],
    "cut in a quote": ["إن الشائعات (…) لا أساس لها.", " انتهى."],
    "bracketed ellipsis": ["وقال [...] إنه سيعود.", " انتهى."],
    # Ellipses
    "ellipsis ends": ["كان يحلم بالعودة...", " ومات غريبا."],
    "ellipsis character": ["كان يحلم بالعودة…", " ومات غريبا."],
    "two stops": ["بالفيديو..", " مقتل خمسة مدنيين"],
    "ellipsis goes on": ["وأضاف ... أن الحرب انتهت.", " وسكت."],
    "ellipsis goes on with a relative clause": ["تلك المدينة… التي أحبها.", " وداعا."],
    "leading ellipsis": ["... وعاد إلى بيته.", " ونام."],
    "ellipsis and question": ["ماذا لو...؟", " لا أحد يعلم."],
    # Datelines and credits
    "seed dateline": ["أخبار الآن| دبي – الإمارات العربية المتحدة – (ديما نجم)"],
    "dateline": ["دبي – الإمارات العربية المتحدة – (ديما نجم)"],
    "dateline and sentence": ["بغداد (رويترز) - قال مسؤول إن القوات تقدمت.", " وأضاف أنها توقفت."],
    "credit at the end": ["عاد الهدوء إلى المدينة.", " (وكالات)"],
    # Nothing to cut
    "empty": [],
    "blank": ["  \n"],
    "only marks": ["؟!... "],
    "stray quote at the end": ['انتهى الأمر. "'],
    "emoji at the end": ["فاز المنتخب! 🎉🎉"],
    "120 words without a stop": [" ".join(["وقال"] + ["كلمة"] * 119)],
}


@pytest.mark.parametrize("pieces", CASES.values(), ids=CASES)
def test_split(pieces: list[str]) -> None:
    assert split("".join(pieces)) == pieces


def test_the_seed_article(seed_text: str) -> None:
    counts = [len(split(line)) for line in seed_text.splitlines()]
    assert counts == [1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]


PARAGRAPHS = st.text(st.sampled_from("ابدوم. .؟!…\"'»«()[]١2\n\u200f\u0640،؛:-wA@/"), max_size=60)


@given(PARAGRAPHS | st.text(max_size=60))
def test_nothing_is_lost(paragraph: str) -> None:
    pieces = split(paragraph)
    assert "".join(pieces) == paragraph
    assert all(pieces)


@given(PARAGRAPHS)
def test_every_piece_has_something_to_translate(paragraph: str) -> None:
    if re.search(r"[^\W_]", paragraph):
        assert all(re.search(r"[^\W_]", piece) for piece in split(paragraph))


@given(PARAGRAPHS)
def test_white_space_stays_with_what_it_precedes(paragraph: str) -> None:
    assert not any(piece[-1].isspace() for piece in split(paragraph)[:-1])


@pytest.mark.parametrize("text", ["." * 100_000, "د. " * 30_000, '"' * 100_000, ". " * 50_000, "كلمة. " * 30_000])
def test_time_is_linear(text: str) -> None:
    began = time.process_time()
    assert "".join(split(text)) == text
    assert time.process_time() - began < 5
