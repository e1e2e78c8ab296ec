"""One reader's article: edits by hand, stopping, the summary's places, the shelf."""

from __future__ import annotations

import pytest

from fakes import FakeEngine
from tarjama import InputError, Translator
from tarjama.translate import Flag
from tarjama.ui.downloads import download, formats
from tarjama.ui.page_html import view
from tarjama.ui.reading import Reading, Shelf
from tarjama.ui.service import Service, System

TEXT = "قتل 39 قياديا في المدينة. وقال الخبير إن العدد كبير.\n\nتتقدم القوات شمالا نحو المدينة الكبيرة."


@pytest.fixture
def service() -> Service:
    return Service(load=lambda name: FakeEngine())


def reading_of(service: Service, text: str = TEXT, shelf: Shelf | None = None, session: str = "a") -> Reading:
    reading = (Shelf(10) if shelf is None else shelf).start(session, service.article(text), System())
    for done in service.stream(reading.article):
        reading.put(done)
    reading.state = "done"
    return reading


def test_an_edit_goes_into_the_translation_and_every_download(service: Service) -> None:
    reading = reading_of(service)
    reading.edit(0, 1, "  He said:\n39 is a lot.  ")
    translation = reading.translation(service)
    assert translation.sentences[1].target == "He said: 39 is a lot."
    assert translation.sentences[1].score is None
    assert "1 sentence was edited by hand." in translation.notes
    for form, _ in formats(reading.article):
        if form != "docx":  # zipped: its own test opens it
            assert b"He said: 39 is a lot." in download(translation, None, form).data, form


def test_an_edit_that_loses_a_number_is_told(service: Service) -> None:
    reading = reading_of(service)
    reading.edit(0, 0, "Leaders were killed.")
    assert reading.translation(service).sentences[0].flags == (Flag.MISSING_NUMBER,)
    assert "a number of the source" in view(reading).rows[0]


@pytest.mark.parametrize("text", ["", " \n ", "the machine's own"])
def test_an_edit_can_be_taken_back(service: Service, text: str) -> None:
    reading = reading_of(service)
    machine = reading.translation(service)
    reading.edit(0, 0, "Mine.")
    reading.edit(0, 0, "Mine again.")
    reading.edit(0, 0, machine.sentences[0].target if text.strip() else text)
    assert reading.translation(service).paragraphs == machine.paragraphs
    assert not reading.machine


@pytest.mark.parametrize(("paragraph", "sentence"), [(2, 0), (0, 2), (-1, 0), (0, -1)])
def test_an_edit_of_nothing_is_refused(service: Service, paragraph: int, sentence: int) -> None:
    with pytest.raises(InputError, match="not there any more"):
        reading_of(service).edit(paragraph, sentence, "x")


def test_edits_outlive_a_change_elsewhere_in_the_source(service: Service) -> None:
    shelf = Shelf(10)
    reading_of(service, TEXT, shelf).edit(0, 0, "In 39 words of mine.")
    changed = "خبر جديد في البداية.\n" + TEXT.replace("شمالا", "جنوبا")
    reading = reading_of(service, changed, shelf)
    translation = reading.translation(service)
    assert translation.sentences[1].target == "In 39 words of mine."
    assert list(reading.machine) == [(1, 0)]
    assert [p.source for p in translation] == list(reading.article.paragraphs)


def test_an_edited_sentence_does_not_bring_along_those_of_another_model(service: Service) -> None:
    shelf = Shelf(10)
    first = reading_of(service, TEXT, shelf)
    first.edit(0, 0, "In 39 words of mine.")
    one = first.translation(service)

    other = shelf.start("a", first.article, System(beam=1))
    said = Translator(engine=FakeEngine(lambda text: "Another model says this, 39.")).translate(other.article)
    other.put([(1, said.paragraphs[1])])
    third = shelf.start("a", first.article, System(beam=2))  # the first paragraph had not come yet
    third.put(list(enumerate(said.paragraphs)))

    targets = [sentence.target for sentence in third.translation(service).sentences]
    assert targets == ["In 39 words of mine.", *[sentence.target for sentence in said.sentences[1:]]]
    assert said.sentences[1].target != one.sentences[1].target
    third.edit(0, 0, "")
    assert third.translation(service).sentences == said.sentences
    assert not shelf.start("a", first.article, System()).kept


def test_what_is_there_when_stopped_stays(service: Service) -> None:
    reading = reading_of(service)
    reading.state = "stopped"
    reading.paragraphs[1] = None
    translation = reading.translation(service)
    assert len(translation) == 1
    assert translation.notes[0] == "Stopped after 1 of 2 paragraphs."
    assert view(reading, translation).message == "Stopped after 1 of 2 paragraphs"
    assert view(reading, translation).rows[1].count("Not translated yet") == 1


def test_a_hole_is_told(service: Service) -> None:
    reading = reading_of(service)
    reading.paragraphs[0] = None
    translation = reading.translation(service)
    assert [p.text for p in translation.article.paragraphs] == [p.source.text for p in translation]
    assert "1 of 2 paragraphs are here" in translation.notes[0]


def test_every_summary_sentence_leads_to_its_source(service: Service, seed_text: str) -> None:
    reading = reading_of(service, seed_text)
    reading.paragraphs[0] = None  # places count what is translated
    reading.summarize(service, "extractive")
    assert reading.summary is not None
    for sentence in reading.summary.sentences:
        assert sentence.source is not None
        p, s = reading.summary_places[sentence.source]
        paragraph = reading.paragraphs[p]
        assert paragraph is not None
        assert sentence.text in paragraph.sentences[s].target


def test_a_new_article_ends_the_last_one_and_a_closed_tab_ends_its_own(service: Service) -> None:
    shelf = Shelf(capacity=2)
    first = shelf.start("a", service.article(TEXT), System())
    second = shelf.start("a", service.article(TEXT), System())
    assert (first.stop.is_set(), second.stop.is_set()) == (True, False)
    assert shelf.get("a") is second
    shelf.drop("a")
    shelf.drop("nobody")
    shelf.drop(None)
    assert second.stop.is_set()
    assert shelf.get("a") is None


def test_the_shelf_forgets_the_tab_that_was_idle_longest(service: Service) -> None:
    shelf = Shelf(capacity=2)
    readings = {name: shelf.start(name, service.article(TEXT), System()) for name in "ab"}
    shelf.get("a")
    shelf.start("c", service.article(TEXT), System())
    assert (shelf.get("a"), shelf.get("b"), len(shelf)) == (readings["a"], None, 2)
    assert readings["b"].stop.is_set()


def test_a_row_is_drawn_again_only_when_its_paragraph_changed(service: Service) -> None:
    reading = reading_of(service)
    before = view(reading).rows
    reading.edit(1, 0, "Mine.")
    after = view(reading).rows
    assert before[0] is after[0]
    assert "Mine." in after[1]
    assert "Edited by hand" in after[1]
