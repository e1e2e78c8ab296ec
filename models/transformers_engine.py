"""The reference engine: Hugging Face transformers in float32.

The only module of the program that imports torch when it is imported; load it through ``load_engine``.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..errors import ModelError, require
from .batching import make_batches
from .card import ModelCard
from .codec import frame_of, led_by
from .convert import complete_card, quiet
from .cores import available_cores
from .engine import Decoding, Generated, prepare
from .layout import InstalledModel
from .store import ORIGINAL

torch = require("torch", "hub")
transformers = require("transformers", "hub")


class TransformersEngine:
    """Runs a Hugging Face directory with ``generate``, so that CTranslate2's output can be compared with it.

    Searches as CTranslate2 does: forbidden pieces are taken out before the softmax (``renormalize_logits``), the
    search stops when as many hypotheses are finished as the beam is wide, and the end is never forced.

    Raises:
        ModelError: the directory holds a converted model only, or a file is broken.
    """

    def __init__(self, model: InstalledModel, *, threads: int | None = None, device: str = "auto") -> None:
        self.model = model
        directory = _original(model)
        try:
            with quiet(transformers):
                self._tokenizer: Any = transformers.AutoTokenizer.from_pretrained(directory, local_files_only=True)
                self._network: Any = transformers.AutoModelForSeq2SeqLM.from_pretrained(
                    directory, local_files_only=True, dtype=torch.float32
                )
        except Exception as error:  # a broken file shows itself as any of a dozen exceptions
            line = (str(error).splitlines() or [""])[0][:200]
            raise ModelError(f"{directory} cannot be loaded ({type(error).__name__}: {line}); copy it again") from error
        # Settings that are None would be taken from the model's own: a forced end, forbidden words, a beam.
        self._network.generation_config = transformers.GenerationConfig()
        if device == "auto":
            device = "cuda" if torch.cuda.is_available() else "cpu"
        self._network.to(device).eval()
        self._threads = threads or available_cores()
        self._lock = threading.Lock()  # transformers' tokenizers and torch's thread count are not thread-safe
        card = complete_card(
            ModelCard(model.name, model.task, model.licence, model.revision),
            directory,
            self._network.config,
            self._tokenizer,
        )
        probes = (self._tokenizer("a", add_special_tokens=special).input_ids for special in (True, False))
        self._before, self._after = frame_of(*(self._tokenizer.convert_ids_to_tokens(ids) for ids in probes))
        self._prefix = card.source_prefix
        self._forced = card.target_prefix
        self._end: int = self._tokenizer.eos_token_id
        self._suppressed = sorted({self._tokenizer.pad_token_id, self._tokenizer.unk_token_id})
        self._max_positions = card.max_positions
        self.max_source_tokens = card.max_positions - len(self._before) - len(self._prefix) - len(self._after)
        self.name = f"transformers float32 {device}"

    def encode(self, texts: Sequence[str]) -> list[list[str]]:
        """Cut each text into pieces, without special ones."""
        with self._lock:
            return [self._tokenizer.tokenize(text) for text in texts]

    def generate(
        self, inputs: Sequence[str] | Sequence[Sequence[str]], decoding: Decoding = Decoding()
    ) -> list[Generated]:
        """Return one output per input, in order; an empty input gives an empty output without the model.

        Raises:
            LimitError: an input is longer than ``max_source_tokens``.
        """
        prepared = prepare(self, inputs, decoding, self._max_positions)
        outputs = [Generated("", 0.0, ())] * len(prepared.sources)
        with self._lock, torch.inference_mode():
            torch.set_num_threads(self._threads)
            for batch in make_batches(prepared.lengths, decoding.batch_tokens):
                sources = [prepared.sources[i] for i in batch]
                results = self._search(sources, max(prepared.bounds[i] for i in batch), decoding)
                for i, (ids, score) in zip(batch, results, strict=True):
                    outputs[i] = self._finish(ids, score, prepared.bounds[i])
        return outputs

    def _search(self, sources: list[list[str]], longest: int, decoding: Decoding) -> list[tuple[list[int], float]]:
        """Return (pieces, mean log-probability) of each source's best hypothesis."""
        framed = [[*self._before, *led_by(self._prefix, source), *self._after] for source in sources]
        ids = [self._tokenizer.convert_tokens_to_ids(pieces) for pieces in framed]
        batch = self._tokenizer.pad({"input_ids": ids}, return_tensors="pt").to(self._network.device)
        sequences = self._network.generate(
            batch["input_ids"],
            attention_mask=batch["attention_mask"],
            generation_config=self._generation_config(longest, decoding),
        )
        found: list[tuple[list[int], float]] = []
        for i, row in enumerate(sequences[:, 1:].tolist()):
            length = row.index(self._end) + 1 if self._end in row else len(row)
            one = {name: tensor[i : i + 1] for name, tensor in batch.items()}
            found.append((row[:length], self._score(one, sequences[i : i + 1, : length + 1], decoding)))
        return found

    def _score(self, source: dict[str, Any], sequence: Any, decoding: Decoding) -> float:
        """Mean log-probability of a sequence among what the search allowed.

        The sequence is read again, because ``generate`` would keep the whole vocabulary of every step and beam.
        """
        logits = self._network(**source, decoder_input_ids=sequence[:, :-1]).logits[0]
        logits[:, self._suppressed] = -torch.inf
        logits[: decoding.min_length, self._end] = -torch.inf
        if decoding.no_repeat_ngram:
            forbid = transformers.NoRepeatNGramLogitsProcessor(decoding.no_repeat_ngram)
            steps = [forbid(sequence[:, : step + 1], logits[step : step + 1]) for step in range(len(logits))]
            logits = torch.cat(steps)
        chosen = logits.log_softmax(-1).gather(1, sequence[0, 1:, None])[len(self._forced) :]
        return float(chosen.mean()) if len(chosen) else 0.0

    def _generation_config(self, longest: int, decoding: Decoding) -> Any:
        tokenizer = self._tokenizer
        return transformers.GenerationConfig(
            num_beams=decoding.beam,
            do_sample=False,
            early_stopping=decoding.beam > 1,
            length_penalty=decoding.length_penalty,
            no_repeat_ngram_size=decoding.no_repeat_ngram or None,
            min_new_tokens=min(decoding.min_length, longest),
            max_new_tokens=longest,
            suppress_tokens=self._suppressed,
            renormalize_logits=True,
            forced_bos_token_id=tokenizer.convert_tokens_to_ids(self._forced[0]) if self._forced else None,
            eos_token_id=self._end,
            pad_token_id=tokenizer.pad_token_id,
            decoder_start_token_id=self._network.config.decoder_start_token_id,
        )

    def _finish(self, ids: list[int], score: float, bound: int) -> Generated:
        ids = [piece for piece in ids[len(self._forced) :] if piece != self._end][:bound]
        # Marian's tokenizer would join English with the source model (huggingface/transformers#10294).
        marian = {"use_source_tokenizer": False} if self._network.config.model_type == "marian" else {}
        text = self._tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False, **marian)
        return Generated(text.strip(), min(0.0, score), tuple(self._tokenizer.convert_ids_to_tokens(ids)))


def _original(model: InstalledModel) -> Path:
    """The Hugging Face files of a model."""
    if model.layout == "transformers":
        return model.directory
    if (model.directory / ORIGINAL).is_dir():
        return model.directory / ORIGINAL
    raise ModelError(
        f"{model.directory} holds a converted model only; the transformers engine needs the Hugging Face directory: "
        f"give its path, or add the model again with its original files kept"
    )
