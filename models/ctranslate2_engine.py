"""The default engine: CTranslate2, int8 on a CPU and float16 on a GPU."""

from __future__ import annotations

import json
import logging
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ..errors import ModelError
from .batching import make_batches
from .card import read_card
from .codec import SentencePieceCodec, language_code, led_by, load_codec
from .cores import available_cores
from .engine import Decoding, Generated, Prepared, prepare
from .layout import InstalledModel
from .memory import keep_steady, return_freed_memory

_log = logging.getLogger(__name__)
_FASTEST = {"cpu": "int8", "cuda": "float16"}


class CTranslate2Engine:
    """Runs a converted model directory. Thread-safe: CTranslate2 queues the calls and releases the GIL.

    ``threads`` is the number of CPU cores to use (default: the physical cores available to the process);
    ``compute_type`` is one of CTranslate2's (default: the fastest of the device).

    Raises:
        ModelError: a file is broken, or the device cannot be used.
    """

    def __init__(
        self,
        model: InstalledModel,
        *,
        threads: int | None = None,
        device: str = "auto",
        compute_type: str | None = None,
    ) -> None:
        self.model = model
        self._codec = load_codec(model.directory)
        keep_steady()
        self._workers, intra = divide_threads(threads or available_cores())
        self._translator = _load(model.directory, device, compute_type, self._workers, intra)
        self.name = f"ctranslate2 {self._translator.compute_type.split('_')[0]} {self._translator.device}"
        card = read_card(model.directory)
        before, after = self._codec.frame
        self._end = after[-1] if after else "</s>"
        if _adds_end(model.directory):
            after = ()
        self._before, self._after = before, after
        self._prefix = card.source_prefix if card else language_code(model.directory / "shared_vocabulary.json")
        # Marian's converter leaves <pad> out of the vocabulary; the others would let it be generated.
        self._suppressed = None if isinstance(self._codec, SentencePieceCodec) else [["<pad>"]]
        self._target_prefix = list(card.target_prefix) if card else []
        self._max_positions = card.max_positions if card else 512
        self.max_source_tokens = self._max_positions - len(before) - len(self._prefix) - len(after)

    def encode(self, texts: Sequence[str]) -> list[list[str]]:
        """Cut each text into pieces, without the special ones that :meth:`generate` adds."""
        return self._codec.encode(texts)

    def generate(
        self, inputs: Sequence[str] | Sequence[Sequence[str]], decoding: Decoding = Decoding()
    ) -> list[Generated]:
        """Return one output per input, in order; an empty input gives an empty output without the model.

        Raises:
            LimitError: an input is longer than ``max_source_tokens``.
            ModelError: the model failed at run time.
        """
        prepared = prepare(self, inputs, decoding, self._max_positions)
        batches = make_batches(prepared.lengths, decoding.batch_tokens, self._workers)
        outputs = [Generated("", 0.0, ())] * len(prepared.sources)
        try:
            for i, result in self._run(prepared, batches, decoding):
                outputs[i] = self._finish(result, prepared.bounds[i], decoding)
        except (RuntimeError, ValueError) as error:
            raise ModelError(
                f"model {self.model.name} failed ({_first_line(error)}); if its files are of two models, add it again"
            ) from error
        return_freed_memory()
        return outputs

    def _run(self, prepared: Prepared, batches: list[list[int]], decoding: Decoding) -> Iterator[tuple[int, Any]]:
        """Yield (position, result), with as many batches in flight as there are workers, and one waiting."""
        flying: deque[tuple[int, Any]] = deque()
        room = deque[int]()
        for batch in batches:
            flying.extend(zip(batch, self._submit(prepared, batch, decoding), strict=True))
            room.append(len(batch))
            if len(room) > self._workers:
                for _ in range(room.popleft()):
                    i, future = flying.popleft()
                    yield i, future.result()
        for i, future in flying:
            yield i, future.result()

    def _submit(self, prepared: Prepared, batch: list[int], decoding: Decoding) -> list[Any]:
        longest = max(prepared.bounds[i] for i in batch)
        futures: list[Any] = self._translator.translate_batch(
            [[*self._before, *led_by(self._prefix, prepared.sources[i]), *self._after] for i in batch],
            target_prefix=[self._target_prefix] * len(batch) if self._target_prefix else None,
            asynchronous=True,
            beam_size=decoding.beam,
            length_penalty=decoding.length_penalty,
            no_repeat_ngram_size=decoding.no_repeat_ngram,
            disable_unk=True,
            suppress_sequences=self._suppressed,
            # The end mark counts as a piece of the output, as in transformers: lengths and scores agree.
            return_end_token=True,
            max_input_length=0,
            max_decoding_length=longest,
            min_decoding_length=min(decoding.min_length, longest),
            return_scores=True,
        )
        return futures

    def _finish(self, result: Any, bound: int, decoding: Decoding) -> Generated:
        pieces: list[str] = result.hypotheses[0]
        # CTranslate2 divides the sum of log-probabilities by length ** length_penalty.
        total = result.scores[0] * len(pieces) ** decoding.length_penalty
        counted = len(pieces) - len(self._target_prefix)
        pieces = pieces[len(self._target_prefix) :]
        if pieces and pieces[-1] == self._end:
            pieces = pieces[:-1]
        pieces = pieces[:bound]  # decoded beside a longer source, a loop may have run past its own bound
        return Generated(self._codec.decode(pieces), min(0.0, total / max(1, counted)), tuple(pieces))


def divide_threads(threads: int) -> tuple[int, int]:
    """Return (batches at a time, threads for each batch): one thread a batch, up to eight batches.

    Two threads on one batch spend 25 ms of CPU on a 30-piece sentence, one thread 23 (9 M parameters, beam 4, 32
    sentences at a time; 74 and 52 for a sentence alone), and wait for each other on a busy machine.
    """
    workers = min(threads, 8)
    return workers, threads // workers


def _load(directory: Path, device: str, compute_type: str | None, workers: int, intra: int) -> Any:
    import ctranslate2

    if device == "auto":
        device = "cuda" if ctranslate2.get_cuda_device_count() else "cpu"
        if device == "cuda":
            try:
                translator = _load(directory, "cuda", compute_type, workers, intra)
                translator.translate_batch([["</s>"]], max_decoding_length=1)  # libraries are looked up at first use
                return translator
            except (ModelError, RuntimeError) as error:
                _log.warning("the GPU cannot be used (%s): using the CPU", _first_line(error))
                device = "cpu"
    try:
        if compute_type is None:
            fastest = _FASTEST.get(device, "default")
            compute_type = fastest if fastest in ctranslate2.get_supported_compute_types(device) else "default"
        return ctranslate2.Translator(
            str(directory), device=device, compute_type=compute_type, inter_threads=workers, intra_threads=intra
        )
    except (RuntimeError, ValueError, MemoryError, OverflowError) as error:
        raise ModelError(
            f"{directory} cannot be loaded on {device} ({_first_line(error)}); a file is broken or of another version: "
            "copy or add the model again"
        ) from error


def _adds_end(directory: Path) -> bool:
    """Whether CTranslate2 itself appends ``</s>`` to a source (models converted from Marian's own files)."""
    try:
        config = json.loads((directory / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{directory / 'config.json'} cannot be read ({error}); copy the model again") from error
    return bool(config.get("add_source_eos"))


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
