"""What one reader has on the page: the article, what is translated of it so far, edits by hand, the summary.

Readings live as long as the browser tab: closing it drops them and stops their work.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from ..errors import InputError
from ..translate import Article, Flag, Sentence, TranslatedParagraph, Translation
from ..translate.checks import check
from .service import Length, Service, System

if TYPE_CHECKING:
    from ..summarize import Summary

# What may be wrong with a sentence that a person wrote: how long it is is theirs to decide.
_BY_HAND = (Flag.MISSING_NUMBER, Flag.UNTRANSLATED)

State = Literal["running", "done", "stopped", "failed"]


@dataclass
class Reading:
    """One article on the page.

    ``paragraphs`` has one place per paragraph of the article, None until it is translated. ``machine`` keeps
    what the model said for sentences that were edited, by place (paragraph, sentence). ``kept`` are edits of the
    reading before and their places, as the texts of its paragraph and of itself. ``drawn`` is for the page:
    the rows that it made, by paragraph, until the paragraph changes.
    """

    article: Article
    system: System
    paragraphs: list[TranslatedParagraph | None]
    machine: dict[tuple[int, int], Sentence] = field(default_factory=dict)
    kept: dict[tuple[str, str], str] = field(default_factory=dict)
    drawn: dict[int, str] = field(default_factory=dict)
    summary: Summary | None = None
    summary_places: tuple[tuple[int, int], ...] = ()
    length: Length = "medium"
    seconds: float = 0.0
    state: State = "running"
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def done(self) -> int:
        """Paragraphs translated so far."""
        return sum(paragraph is not None for paragraph in self.paragraphs)

    def put(self, done: Sequence[tuple[int, TranslatedParagraph]]) -> None:
        """Take paragraphs that are ready, and lay over them what was edited by hand before."""
        for index, paragraph in done:
            self.paragraphs[index] = paragraph
            self.drawn.pop(index, None)
            for number, sentence in enumerate(paragraph.sentences):
                if text := self.kept.get((paragraph.source.text, sentence.source)):
                    self.edit(index, number, text)

    def edit(self, paragraph: int, sentence: int, text: str) -> None:
        """Replace one sentence by what a person wrote; a blank text brings the model's back.

        The checks that need no model run again: a number lost by hand is lost too.
        """
        found = self.paragraphs[paragraph] if 0 <= paragraph < len(self.paragraphs) else None
        if found is None or not 0 <= sentence < len(found.sentences):
            raise InputError("this sentence is not there any more; translate again")
        place = (paragraph, sentence)
        text = " ".join(text.split())
        original = self.machine.get(place, found.sentences[sentence])
        if text in ("", original.target):
            self.machine.pop(place, None)
            self.kept.pop((found.source.text, original.source), None)
            new = original
        else:
            self.machine[place] = original
            flags = tuple(flag for flag in check(original.source, text) if flag in _BY_HAND)
            new = replace(original, target=text, score=None, flags=flags)
        sentences = (*found.sentences[:sentence], new, *found.sentences[sentence + 1 :])
        self.paragraphs[paragraph] = replace(found, sentences=sentences)
        self.drawn.pop(paragraph, None)

    def keep_edits(self, before: Reading) -> None:
        """Take over sentences that were edited by hand and whose paragraph is still the same, whatever the model."""
        edited = dict(before.kept)
        for (index, number), said in before.machine.items():
            if paragraph := before.paragraphs[index]:
                edited[paragraph.source.text, said.source] = paragraph.sentences[number].target
        texts = {paragraph.text for paragraph in self.article.paragraphs}
        self.kept = {place: text for place, text in edited.items() if place[0] in texts}

    def places(self) -> Iterator[tuple[int, int]]:
        """Yield the place of every translated sentence, in the order of ``translation().sentences``."""
        for index, paragraph in enumerate(self.paragraphs):
            if paragraph is not None:
                yield from ((index, number) for number in range(len(paragraph.sentences)))

    def translation(self, service: Service) -> Translation:
        """Return what is translated so far, edits included, with notes that say what is missing."""
        done = [paragraph for paragraph in self.paragraphs if paragraph is not None]
        article = self.article
        notes = []
        if None in self.paragraphs[: len(done)]:  # remembered paragraphs came before others that were not reached
            article = replace(article, paragraphs=tuple(paragraph.source for paragraph in done))
            notes.append(
                f"Stopped: {len(done)} of {len(self.paragraphs)} paragraphs are here, the others are left out."
            )
        result = service.result(article, done, self.system, self.seconds)
        if edited := len(self.machine):
            notes.append(f"{edited} sentence{'s were' if edited > 1 else ' was'} edited by hand.")
        return replace(result, notes=(*notes, *result.notes))

    def summarize(self, service: Service, model: str) -> None:
        """Make the summary of what is translated so far, in the reading's length."""
        places = tuple(self.places())
        self.summary = service.summarize(self.translation(service), self.length, model)
        self.summary_places = places


class Shelf:
    """The readings of all tabs, by session; above ``capacity`` the one that was idle longest goes."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._readings: OrderedDict[str, Reading] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._readings)

    def start(self, session: str, article: Article, system: System) -> Reading:
        """Begin a reading in place of the session's last one, whose work stops and whose edits are kept."""
        reading = Reading(article, system, [None] * len(article.paragraphs))
        with self._lock:
            before = self._readings.pop(session, None)
            self._readings[session] = reading
            while len(self._readings) > self._capacity:
                self._readings.popitem(last=False)[1].stop.set()
        if before:
            before.stop.set()
            reading.length = before.length
            reading.keep_edits(before)
        return reading

    def get(self, session: str | None) -> Reading | None:
        """Return a session's reading, if it has one."""
        with self._lock:
            reading = self._readings.get(session) if session else None
            if session and reading:
                self._readings.move_to_end(session)
            return reading

    def drop(self, session: str | None) -> None:
        """Forget a session and stop its work: its tab was closed."""
        with self._lock:
            reading = self._readings.pop(session, None) if session else None
        if reading:
            reading.stop.set()
