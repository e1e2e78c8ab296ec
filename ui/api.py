"""The named endpoints for programs, used with ``gradio_client``: /translate, /summarize, /digest, /score.

They share the model, the queue and the limits with the page.
"""

# No `from __future__ import annotations` here: Gradio derives the published types from annotations as they are at
# run time, and would publish their names as strings.

import functools
from collections.abc import Callable
from typing import Any, Literal, ParamSpec, TypedDict, TypeVar, cast

import gradio as gr
from gradio.events import api

from .._digest import Digest
from ..errors import TarjamaError
from ..models import Decoding
from ..translate import Translation
from ..translate.script import arabic_letters, latin_letters
from .service import Service, System


class SentenceData(TypedDict):
    """One sentence; ``score`` is the mean log-probability per piece, null where no model was needed."""

    source: str
    target: str
    lead: str
    score: float | None
    flags: list[str]


class ParagraphData(TypedDict):
    """One paragraph; ``gap`` is the white space that follows it."""

    source: str
    target: str
    gap: str
    flags: list[str]
    sentences: list[SentenceData]


class ProvenanceData(TypedDict):
    """What made the result."""

    model: str
    revision: str
    engine: str
    beam: int
    version: str
    seconds: float
    source_characters: int


class TranslationData(TypedDict):
    """``tarjama.translation/1``: what ``Translation.to_dict()`` gives."""

    schema: str
    origin: str
    encoding: str
    title: str
    lead: str
    text: str
    score: float | None
    notes: list[str]
    paragraphs: list[ParagraphData]
    provenance: ProvenanceData


class SummarySentenceData(TypedDict):
    """One sentence; ``source`` is the index of the sentence it was taken from, null when a model wrote it."""

    text: str
    source: int | None


class SummaryData(TypedDict):
    """What ``Summary.to_dict()`` gives."""

    text: str
    sentences: list[SummarySentenceData]
    method: Literal["extractive", "seq2seq", "unchanged"]
    coverage: float
    source_words: int
    unsupported: list[str]
    note: str
    provenance: ProvenanceData


class DigestData(TranslationData):
    """A translation with its summary."""

    summary: SummaryData


class ScoreData(TypedDict):
    """``tarjama.eval/1``: what ``Report.to_dict()`` gives."""

    schema: str
    testset: dict[str, Any]
    segment_metric: str
    systems: list[dict[str, Any]]
    tests: list[dict[str, Any]]
    environment: dict[str, str]
    notes: list[str]


Length = Literal["short", "medium", "long"]
_P = ParamSpec("_P")
_R = TypeVar("_R")


def _told(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Send the one line of a ``TarjamaError`` to the client, and no traceback to the log."""

    @functools.wraps(function)
    def call(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            return function(*args, **kwargs)
        except TarjamaError as error:
            raise gr.Error(str(error), print_exception=False) from error

    return call


class Endpoints:
    """The endpoints; their results are the dictionaries of the Python objects, unchanged."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def publish(self) -> None:
        """Add the endpoints to the ``gr.Blocks`` that is being built."""
        for function in (self.translate, self.summarize, self.digest, self.score):
            api(
                function,
                api_name=function.__name__,
                concurrency_id="model",
                concurrency_limit=self._service.limits.together,
            )

    @_told
    def translate(self, text: str, model: str = "embedded", beam: int = Decoding.beam) -> TranslationData:
        """Translate an Arabic text: paragraphs, sentences, scores, flags."""
        return cast(TranslationData, self._translate(text, model, beam).to_dict())

    @_told
    def summarize(
        self, text: str, length: Length = "medium", model: str = "embedded", translation_model: str = "embedded"
    ) -> SummaryData:
        """Summarize an English text, or an Arabic one, which is translated first."""
        self._service.check_length(text)
        arabic = arabic_letters(text) > latin_letters(text)
        source = self._translate(text, translation_model, Decoding.beam) if arabic else text
        return cast(SummaryData, self._service.summarize(source, length, model).to_dict())

    @_told
    def digest(
        self,
        text: str,
        length: Length = "medium",
        model: str = "embedded",
        beam: int = Decoding.beam,
        summary_model: str = "embedded",
    ) -> DigestData:
        """Translate an Arabic text and summarize it."""
        translation = self._translate(text, model, beam)
        return cast(
            DigestData, Digest(translation, self._service.summarize(translation, length, summary_model)).to_dict()
        )

    @_told
    def score(self, hypotheses: list[str], references: list[str], sources: list[str] | None = None) -> ScoreData:
        """Score English texts against references, item by item: BLEU, chrF, chrF++ and TER with intervals."""
        from ..eval import score

        for texts in (hypotheses, references, sources or []):
            if isinstance(texts, list):  # what is no list is named by score() itself
                self._service.check_length("".join(text for text in texts if isinstance(text, str)))
        return cast(ScoreData, score(hypotheses, references, sources).to_dict())

    def _translate(self, text: str, model: str, beam: int) -> Translation:
        return self._service.translate(text, System(model, beam))
