"""One measurement in a process of its own: ``python -m tarjama.eval.probe JOB.json`` prints figures as JSON.

A fresh process per measurement, because import time, peak memory and thread pools are properties of a process.
Every probe loads its model and translates one sentence before the clock starts.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .peers import argos_translate, hugging_face_generate, libretranslate


@dataclass(frozen=True)
class Job:
    """What to measure: ``articles`` are texts, ``counts`` how many of them, ``mode`` a variant of the probe."""

    probe: str
    articles: tuple[str, ...] = ()
    model: str = "embedded"
    beam: int = 4
    threads: int = 1
    mode: str = ""
    counts: tuple[int, ...] = ()


Figures = dict[str, Any]


def start(job: Job) -> Figures:
    """Time ``import tarjama`` and the first ``Translator()``."""
    began = time.perf_counter()
    import tarjama

    tarjama.Translator(job.model, threads=job.threads)
    return {"seconds": time.perf_counter() - began}


def ours(job: Job) -> Figures:
    """Translate the articles in one call; mode ``once`` leaves out the second try of flagged sentences."""
    from ..translate import Translator

    translator = Translator(job.model, beam=job.beam, threads=job.threads, retry=job.mode != "once")
    translator.translate(job.articles[0].split("\n")[0])
    seconds, results = _timed(lambda: translator.translate_many(list(job.articles)))
    return _speed(job.articles, seconds) | {"outputs": [result.text for result in results]}


def stream(job: Job) -> Figures:
    """Time the first paragraph and the whole of one article; the model is loaded."""
    from ..translate import Translator

    translator = Translator(job.model, beam=job.beam, threads=job.threads)
    translator.translate("مرحبا بالعالم")
    began = time.perf_counter()
    paragraphs = translator.stream(job.articles[0])
    next(paragraphs)
    first = time.perf_counter() - began
    for _ in paragraphs:
        pass
    return {"first_seconds": first, "seconds": time.perf_counter() - began}


def raw(job: Job) -> Figures:
    """Time CTranslate2 alone on the sentences already split, tokenised and sorted: the ceiling.

    One thread for each batch, which is its faster way and ours.
    """
    import ctranslate2

    from ..models import Task, locate

    batches = list(_batches(_encoded(job)))
    directory = str(locate(job.model, Task.TRANSLATION).directory)
    translator = ctranslate2.Translator(directory, inter_threads=job.threads, intra_threads=1, compute_type="int8")

    def work() -> None:
        futures = [
            future
            for batch in batches
            for future in translator.translate_batch(
                batch,
                beam_size=job.beam,
                max_decoding_length=2 * len(batch[0]) + 14,
                disable_unk=True,
                asynchronous=True,
            )
        ]
        for future in futures:
            future.result()

    translator.translate_batch([batches[-1][-1]])
    return _speed(job.articles, _timed(work)[0])


def hugging_face(job: Job) -> Figures:
    """Time ``MarianMTModel.generate`` on the same weights: mode ``single``, ``batched``, or ``sorted`` batches.

    ``sorted`` is EasyNMT's way: longest first, batches of 32 sentences.
    """
    from ..models import Task, locate

    sentences = _encoded(job)
    if job.mode == "sorted":
        sentences.sort(key=len, reverse=True)
    size = 1 if job.mode == "single" else 32
    generate = hugging_face_generate(locate(job.model, Task.TRANSLATION).directory, job.threads)
    generate(sentences[:1], 1)

    def work() -> None:
        for first in range(0, len(sentences), size):
            generate(sentences[first : first + size], job.beam)

    return _speed(job.articles, _timed(work)[0])


def argos(job: Job) -> Figures:
    """Time argos-translate on the same weights, article by article; mode ``libretranslate``: behind LibreTranslate."""
    from ..models import Task, locate

    with tempfile.TemporaryDirectory() as folder:
        directory = locate(job.model, Task.TRANSLATION).directory
        peer = libretranslate if job.mode == "libretranslate" else argos_translate
        translate = peer(directory, Path(folder), job.threads, job.beam)
        translate(job.articles[0].split("\n")[0])
        seconds, _ = _timed(lambda: [translate(article) for article in job.articles])
    return _speed(job.articles, seconds)


def articles(job: Job) -> Figures:
    """Time 1, 10, 100, ... articles, each number in one call."""
    from ..translate import Translator

    translator = Translator(job.model, beam=job.beam, threads=job.threads)
    translator.translate("مرحبا بالعالم")
    rows = []
    for count in job.counts:
        chosen = list(job.articles[:count])
        seconds, _ = _timed(lambda chosen=chosen: translator.translate_many(chosen))  # type: ignore[misc]
        rows.append({"articles": count} | _speed(chosen, seconds))
    return {"rows": rows}


def soak(job: Job) -> Figures:
    """Translate article after article and note the memory in use after each of ``counts``."""
    from ..translate import Translator

    translator = Translator(job.model, beam=job.beam, threads=job.threads)
    rows = []
    for number, article in enumerate(job.articles[: max(job.counts)], start=1):
        translator.translate(article)
        if number in job.counts:
            rows.append({"articles": number, "megabytes": memory_in_use() / 1e6})
    return {"rows": rows}


PROBES: dict[str, Callable[[Job], Figures]] = {
    probe.__name__: probe for probe in (start, ours, stream, raw, hugging_face, argos, articles, soak)
}


def memory_in_use() -> int:
    """Return the resident memory of this process in bytes; 0 where the system has no /proc."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def _speed(texts: Sequence[str], seconds: float) -> Figures:
    words = sum(len(text.split()) for text in texts)
    return {"words": words, "seconds": seconds, "words_per_second": words / seconds}


def _encoded(job: Job) -> list[list[str]]:
    """Return the pieces of every sentence of the articles, ``</s>`` at the end, in order.

    Without an engine of ours: it sets malloc for the whole process, and what is measured here is not to gain or
    lose by that (a limit of 1 MiB once made CTranslate2 alone two times slower).
    """
    from ..models import Task, locate
    from ..models.codec import load_codec
    from ..translate import normalize, split

    codec = load_codec(locate(job.model, Task.TRANSLATION).directory)
    lines = [line for article in job.articles for line in article.split("\n") if line.strip()]
    sentences = [normalize(piece).strip() for line in lines for piece in split(line)]
    return [[*pieces, "</s>"] for pieces in codec.encode(sentences) if pieces]


def _batches(sentences: list[list[str]], tokens: int = 2048) -> Iterator[list[list[str]]]:
    """Yield batches of sentences of like length, longest first, of up to ``tokens`` pieces with padding."""
    batch: list[list[str]] = []
    for sentence in sorted(sentences, key=len, reverse=True):
        if batch and (len(batch) + 1) * len(batch[0]) > tokens:
            yield batch
            batch = []
        batch.append(sentence)
    if batch:
        yield batch


def main() -> None:
    """Read the job, measure, print the figures."""
    fields = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    job = Job(**fields | {"articles": tuple(fields["articles"]), "counts": tuple(fields["counts"])})
    sys.stdout.write(json.dumps(PROBES[job.probe](job), ensure_ascii=False))


if __name__ == "__main__":
    main()
