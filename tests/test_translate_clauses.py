"""Sentences too long for the model: cut into parts, and joined again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tarjama.translate.clauses import cut, join

CUTS = {
    "semicolon before comma": ["نجح المنتخب في البطولة، كما توقع؛ ", "لأنه تدرب، وسافر مبكرا إليها"],
    "comma": ["وقتل 17 عنصرا في قوات الأمن منذ يوليو، ", "في حين قتل 260 مقاتلا في غارات جوية"],
    "dash": ["وصل الرئيس إلى العاصمة أمس - ", "وكان في استقباله رئيس الوزراء"],
    "conjunction": ["شنت القوات هجوما على مواقع التنظيم في المدينة ", "بينما قصفت الطائرات الجسر القديم"],
    "and": ["زار الرئيس المصنع الجديد في المدينة ", "وافتتح المعرض الكبير في الجامعة"],
    "minister is not and": ["اجتمع صباح اليوم في العاصمة ", "مع وزير الخارجية العراقي الجديد"],
    "preposition": ["هجوم كبير بسيارة مفخخة أدى أمس ", "إلى مقتل جنديين تركيين وجرح آخر"],
    "white space": ["رئيس مجلس إدارة الشركة ", "السعودية للكهرباء المهندس"],
    "comma of a number stays": ["بلغت قيمة الصفقة الجديدة ", "1,000,000 دولار أمريكي فقط"],
    "letters": ["ككككككككككك", "ككككككككككك"],
}


@pytest.mark.parametrize("parts", CUTS.values(), ids=CUTS)
def test_cut_in_two(parts: list[str]) -> None:
    assert cut("".join(parts), 2) == parts


@given(st.text(st.sampled_from("ابو ،؛- 1,"), max_size=200), st.integers(1, 12))
def test_nothing_is_lost(text: str, parts: int) -> None:
    assert "".join(cut(text, parts)) == text
    assert len(cut(text, parts)) <= parts


def test_parts_of_like_length() -> None:
    lengths = [len(part) for part in cut("كلمة " * 1000, 20)]
    assert len(lengths) == 20
    assert max(lengths) < 2 * min(lengths)


JOINS = {
    "one part": (["أ."], ["He left."], "He left."),
    "stop goes, lower case": (["غادر ", "بعد أن وصل."], ["He left.", "After he arrived."], "He left after he arrived."),
    "comma of the source": (["غادر، ", "ثم عاد."], ["He left.", "Then returned."], "He left, then returned."),
    "semicolon of the source": (["غادر؛ ", "لأنه خسر."], ["He left.", "Because he lost."], "He left; because he lost."),
    "comma already there": (["غادر، ", "وعاد."], ["He left,", "And returned."], "He left, and returned."),
    "names keep capitals": (["قال ", "أوباما."], ["He said.", "Obama"], "He said Obama"),
    "abbreviation in the middle": (["أ ", "ب."], ["In the U.S.", "The end."], "In the U.S. the end."),
    "question at the end": (["هل غادر، ", "أم عاد؟"], ["Did he leave?", "Or return?"], "Did he leave? or return?"),
    "ellipsis stays": (["قال... ", "ثم سكت."], ["He said...", "Then was silent."], "He said... then was silent."),
    "empty part": (["أ ", "ب ", "ج."], ["He left.", "", "And returned."], "He left and returned."),
    "all empty": (["أ ", "ب."], ["", ""], ""),
}


@pytest.mark.parametrize(("sources", "targets", "expected"), JOINS.values(), ids=JOINS)
def test_join(sources: list[str], targets: list[str], expected: str) -> None:
    assert join(sources, targets) == expected
