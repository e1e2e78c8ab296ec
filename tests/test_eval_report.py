"""From outputs to verdicts, diagnostics and a report on disk."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tarjama.errors import InputError
from tarjama.eval import Report, compare, load_testset, score
from tarjama.eval.diagnostics import Diagnostic, diagnose
from tarjama.eval.english import absent, names, words_of
from tarjama.eval.run import SystemOutput, from_file
from tarjama.eval.scoring import build, plan
from tarjama.models import Task


@pytest.fixture(scope="module")
def report() -> Report:
    """Three published systems, one of them cut off after 40 segments, on the bundled FLORES sample."""
    testset = load_testset("flores-dev")
    files = dict(testset.published)
    outputs = [from_file(name, files[name], testset) for name in ("argos", "google", "opusmt")]
    outputs[0] = replace(outputs[0], seconds=1.0)
    cut = SystemOutput("cut", outputs[0].hypotheses[:40], seconds=2.0, error="out of memory")
    outputs.append(cut)
    return build(plan(testset, [output.name for output in outputs], ["bleu", "chrf++"]), outputs)


def test_best_system_first_and_the_one_that_stopped_last(report: Report) -> None:
    assert [result.name for result in report.systems] == ["google", "opusmt", "argos", "cut"]
    assert [result.score("bleu").n for result in report.systems] == [100, 100, 100, 40]
    assert [result.name for result in report.failed] == ["cut"]
    assert "cut stopped after 40 of 100 segments: out of memory" in report.notes


def test_every_pair_is_tested_and_the_one_that_stopped_in_none(report: Report) -> None:
    pairs = {(test.metric, test.baseline, test.system) for test in report.tests}
    assert len(report.tests) == len(pairs) == 6
    assert not any("cut" in pair for pair in pairs)
    test = report.test("bleu", "google", "argos")
    assert test.verdict == "better"
    assert test.delta == pytest.approx(49.39 - 30.67, abs=0.01)
    assert report.test("bleu", "argos", "google").delta == -test.delta
    with pytest.raises(InputError, match="cut was not tested against google"):
        report.test("bleu", "cut", "google")


def test_a_system_against_itself_is_no_evidence() -> None:
    testset = load_testset("flores-dev")
    found = compare({"a": testset.references, "b": testset.references}, testset.references, metrics=["chrf"])
    assert [(test.verdict, test.p_value) for test in found.tests] == [("no evidence", 1.0)]
    assert found.differences == ()


def test_baseline_limits_the_tests() -> None:
    systems = {name: [f"{name} says {word}" for word in "one two three".split()] for name in "abc"}
    found = compare(systems, ["a says one", "b says two", "c says three"], metrics=["chrf"], baseline="b")
    assert sorted((test.baseline, test.system) for test in found.tests) == [("b", "a"), ("b", "c")]
    assert {(one.baseline, one.system) for one in found.differences} <= {("b", "a"), ("b", "c")}
    with pytest.raises(InputError, match="'x' is not among the systems: a, b, c"):
        compare(systems, ["x"] * 3, baseline="x")
    with pytest.raises(InputError, match="at least one system"):
        compare({}, ["x"])


def test_differences_are_the_largest_either_way(report: Report) -> None:
    google, argos = report.system("google").segments, report.system("argos").segments
    deltas = [b - a for a, b in zip(google, argos, strict=True)]
    found = [one for one in report.differences if (one.baseline, one.system) == ("google", "argos")]
    assert len(found) == 10
    assert {one.delta for one in found} == {*sorted(deltas)[:5], *sorted(deltas)[-5:]}
    assert all(deltas[one.index] == one.delta for one in found)


def test_lists_in_report_out() -> None:
    found = score(["A b c d e."], ["A b c d e."])
    assert [one.metric for one in found.system("system").scores] == ["bleu", "chrf", "chrf++", "ter"]
    assert "1 segment, so there is no interval" in str(found)
    with pytest.raises(InputError, match="no system 'x' in this report; there are: system"):
        found.system("x")
    with pytest.raises(InputError, match="system has no comet score"):
        found.system("system").score("comet")


SOURCES = ["وصل 15 وزيرا. غادروا أمس.", "مرحبا", "قال الوزير", "انتهى"]
REFERENCES = [
    "In Paris, Ali Hassan met 15 ministers from the United Nations. They left yesterday.",
    "Hello there all of you people",
    "The minister said it in the new city of Mosul",
    "It has all come to an end now",
]


@pytest.mark.parametrize(
    ("name", "index", "bad", "value"),
    [
        ("number errors", 0, "In Paris, Ali Hassan met 50 ministers from the United Nations. They left.", 100.0),
        ("sentences lost", 0, "In Paris, Ali Hassan met 15 ministers from the United Nations and they left.", 100.0),
        ("loops", 1, "no no no no no no no no no no no no", 25.0),
        ("copies", 1, "مرحبا", 25.0),
        ("copies", 2, "قال الوزير", 25.0),
        ("empty", 1, "", 25.0),
        ("Arabic left over", 2, "The وزير said it in the new city of Mosul", 25.0),
        ("length outliers", 3, "The end", 25.0),
        ("length outliers", 3, "word " * 20, 25.0),
    ],
)
def test_each_diagnostic_sees_its_fault_and_nothing_else(name: str, index: int, bad: str, value: float) -> None:
    clean = {one.name: one for one in diagnose(REFERENCES, REFERENCES, SOURCES)}
    assert {one.name: one.value for one in clean.values() if one.better == "lower"} == dict.fromkeys(
        ("number errors", "sentences lost", "loops", "copies", "empty", "Arabic left over", "length outliers"), 0.0
    )
    assert clean["name recall"].value == 100.0
    hypotheses = [*REFERENCES[:index], bad, *REFERENCES[index + 1 :]]
    found = {one.name: one for one in diagnose(hypotheses, REFERENCES, SOURCES)}[name]
    assert found.value == value
    assert found.segments == (index,)
    assert found.low <= found.value <= found.high


def test_without_sources_their_diagnostics_are_left_out() -> None:
    found = [one.name for one in diagnose(REFERENCES, REFERENCES, None)]
    assert found == ["empty", "Arabic left over", "length outliers", "name recall", "length ratio"]


def test_a_rate_of_zero_has_an_interval_that_is_not() -> None:
    found = diagnose(REFERENCES, REFERENCES, None)[0]
    assert (found.value, found.low) == (0.0, 0.0)
    assert found.high == pytest.approx(48.99, abs=0.01)  # Wilson's interval for 0 of 4


def test_nothing_to_count_is_not_a_number() -> None:
    found = {one.name: one for one in diagnose(["a b"], ["a b"], ["أ ب"])}
    assert math.isnan(found["number errors"].value)
    assert found["number errors"].n == 0
    assert math.isnan(found["name recall"].value)


DOCUMENT = "Police in Mosul freed 12 men on Monday. The men were tired. Ahmed Ali thanked the police for the rescue."


@pytest.mark.parametrize(
    ("summary", "expected"),
    [
        ("Police in Mosul freed 12 men on Monday.", {"coverage": 100.0, "new 2-grams": 0.0, "compression": 40.0}),
        ("Ahmed Ali thanked Omar Said.", {"unsupported names": 100.0, "unsupported numbers": 0.0, "coverage": 60.0}),
        ("Police freed 13 men.", {"unsupported numbers": 100.0, "unsupported names": 0.0}),
        ("Police freed twelve men.", {"unsupported numbers": 0.0}),
    ],
)
def test_summary_diagnostics(summary: str, expected: dict[str, float]) -> None:
    found = {one.name: one.value for one in diagnose([summary], ["x"], [DOCUMENT], Task.SUMMARIZATION)}
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "On Monday, the Stanford University School of Medicine said so.",
            ["Monday", "Stanford University School of Medicine"],
        ),
        ("Police left. The Police of Abu Bakr al-Baghdadi came.", ["Police of Abu Bakr al-Baghdadi"]),
        ("Cells divide. Mosul fell, and Mosul rose.", ["Mosul", "Mosul"]),
        ("France and Germany agreed.", ["Germany"]),  # the first word of a sentence alone proves nothing
        ("It rained.", []),
        ("", []),
    ],
)
def test_names(text: str, expected: list[str]) -> None:
    assert names(text) == expected


def test_a_name_is_absent_when_one_of_its_words_is() -> None:
    assert absent("Ali Hassan", words_of("ALI HASAN said"))
    assert not absent("al-Baghdadi", words_of("Al Baghdadi said"))


@settings(max_examples=25)
@given(st.lists(st.text("ab 1.\nبت", max_size=12), min_size=1, max_size=4))
def test_shares_stay_between_0_and_100_and_inside_their_interval(texts: list[str]) -> None:
    for found in diagnose(texts, ["a b c d e"] * len(texts), ["ا ب 1"] * len(texts)):
        assert isinstance(found, Diagnostic)
        if found.better and not math.isnan(found.value):
            assert 0 <= found.low <= found.value + 1e-9 <= found.high + 2e-9 <= 100 + 3e-9


class _Page(HTMLParser):
    """Collects what the page refers to and the cells of each language."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.arabic: list[str | None] = []
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        self.addresses += [value or "" for key, value in attributes if key in ("src", "href")]
        if found.get("lang") == "ar":
            self.arabic.append(found.get("dir"))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.addresses += [value or "" for key, value in attributes if key in ("src", "href", "xlink:href")]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_report_on_disk(report: Report, tmp_path: Path) -> None:
    paths = report.save(tmp_path / "new" / "report")
    assert [path.name for path in paths] == ["report.md", "report.html", "scores.json"]
    assert sorted(path.name for path in paths[0].parent.iterdir()) == ["report.html", "report.md", "scores.json"]

    page = _Page()
    html = paths[1].read_text(encoding="utf-8")
    page.feed(html)
    assert page.open == []
    assert all(address.startswith("#") for address in page.addresses)  # self-contained: marks inside the drawings
    assert set(page.arabic) == {"rtl"}
    assert html.count("<svg") == 4
    assert "better (+18.7)" in "".join(page.text)
    assert html.count("<details>") == 3 + 4  # pairs, systems

    text = paths[0].read_text(encoding="utf-8")
    assert re.search(r"^\| google \| 49\.4 ± 4\.7 \|", text, re.MULTILINE)
    assert "fingerprint `" + report.testset.fingerprint in text
    assert "tok:13a" in text

    data = json.loads(paths[2].read_text(encoding="utf-8"))
    assert data["schema"] == "tarjama.eval/1"
    assert data["systems"][0]["scores"][0]["value"] == pytest.approx(49.39, abs=0.01)
    assert data["environment"]["sacrebleu"]
    assert data["systems"][3]["error"] == "out of memory"
    assert {test["verdict"] for test in data["tests"]} == {"worse"}


def test_speed_of_one_system_alone_is_not_drawn(tmp_path: Path) -> None:
    testset = load_testset("flores-dev")
    argos = from_file("argos", dict(testset.published)["argos"], testset)
    found = build(plan(testset, ["argos"], ["chrf"]), [replace(argos, seconds=1.0)])
    html = found.save(tmp_path)[1].read_text(encoding="utf-8")
    assert html.count("<svg") == 3
    assert "Speed against quality" not in html


def test_page_escapes_what_systems_say(tmp_path: Path) -> None:
    evil = "<script>alert(1)</script> & $body"
    found = compare({"<b>": [evil, "x"], "y": ["z z", "x"]}, ["a", "b"], ["<i>ا</i>", "ب"], metrics=["chrf"])
    html = found.save(tmp_path)[1].read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; $body" in html
    assert "<script>alert" not in html
    assert "<b>" not in html
    assert "<i>" not in html
    assert r"\<b\>" in (tmp_path / "report.md").read_text(encoding="utf-8")


def test_report_that_cannot_be_written_says_why(report: Report, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"the report cannot be written to .*file"):
        report.save(tmp_path / "file")
