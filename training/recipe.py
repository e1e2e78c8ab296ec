"""Every number of the training recipe, in one place."""

from __future__ import annotations

from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Source:
    """One training set: how often an epoch repeats it, and what kind of text it holds.

    ``repeat`` is the expected number of times a pair is seen per epoch (0.25: every fourth pair).
    ``sentences`` is false for names and terms, which skip the sentence filters and serve only to
    teach the model words.
    """

    name: str
    repeat: float
    sentences: bool = True


# Weights follow domain and quality (MANIFEST.md of the data): agency news and genuine UN text first,
# Arabic made by machine less, religious and classical text hardly at all (far from news).
SOURCES: tuple[Source, ...] = (
    Source("desk", 2.5),
    Source("un_quadclass", 1.0),
    Source("un_quadclass_synthar", 0.3),
    Source("xquad", 2.0),
    Source("yeto_yemen_observatory", 1.0),
    Source("lingxm_business", 1.0),
    Source("sdg_translations", 1.0),
    Source("un_charter", 1.0),
    Source("tunisia_legal", 0.5),
    Source("humanitarian_titles", 1.0),
    Source("sna_reading_stories", 1.0),
    Source("tatoeba_no_eval", 0.6),
    Source("aralects_learner", 0.3),
    Source("mmlu_ar", 0.7),
    Source("3b1b_captions", 0.3),
    Source("flickr8k_captions", 0.15),
    Source("ms_beginners_docs", 0.1),
    Source("bmlama_entities", 0.5),
    Source("mozilla_www_l10n", 0.2),
    Source("web_bitcoin_monero", 0.2),
    Source("arwikicats_categories", 0.3, sentences=False),
    Source("arwikicats_places_people", 0.3, sentences=False),
    Source("arwikicats_terms", 0.3, sentences=False),
    Source("names_tokens_ar_en", 1.0, sentences=False),
    Source("names_wikidata_coling2018", 0.2, sentences=False),
    Source("anetac_names", 0.2, sentences=False),
    Source("saudi_places", 0.5, sentences=False),
    Source("cldr_names", 0.3, sentences=False),
    Source("news_vocab_prolog", 1.0, sentences=False),
    Source("arabterm_terms", 0.1, sentences=False),
    Source("muse_lexicon", 0.2, sentences=False),
)


@dataclass(frozen=True)
class Recipe:
    """Sizes, schedule and regularisation of one training run."""

    # Tokenizer: one joint SentencePiece model, so that embeddings are tied on all three sides.
    pieces: int = 12_000
    # Model. 4+2 layers: a shallow decoder is what CPU beam search pays for (Kasai et al. 2021).
    d_model: int = 256
    encoder_layers: int = 4
    decoder_layers: int = 2
    attention_heads: int = 4
    ffn_dim: int = 1024
    dropout: float = 0.0  # a CPU run sees each pair a few times only, and dropout costs it a quarter of its speed
    max_positions: int = 512
    # Direction: True is English to Arabic, for back-translation.
    reverse: bool = False
    # Data.
    max_pieces: int = 128  # longer pairs are dropped
    batch_tokens: int = 1_200  # target pieces in a step
    short_first_pieces: int = 24  # the longest pairs that the first batches hold
    short_first_tokens: int = 1_000_000  # target pieces seen before the longest pairs are let in
    # Optimiser: AdamW; warm up, stay, decay (see Trainer).
    learning_rate: float = 1e-3
    warmup_steps: int = 200
    decay_share: float = 0.35  # of the run, at its end
    weight_decay: float = 0.01
    clip_norm: float = 1.0
    label_smoothing: float = 0.1
    # Guided alignment (Chen et al. 2016): weight of the cross-attention loss, and when it has faded.
    alignment_weight: float = 0.5
    alignment_tokens: int = 10_000_000
    # Subword regularization (Kudo 2018), once the alignments have faded: share of the sources, and temperature.
    sampled_share: float = 0.5
    sampled_alpha: float = 0.3
    # Text made from text, as uses per epoch; and of the English and the Arabic news the sentences with so many words.
    augmented_repeat: float = 0.4
    back_repeat: float = 1.0
    back_words: tuple[int, int] = (6, 45)
    own_repeat: float = 3.0
    own_words: tuple[int, int] = (4, 60)
    own_score: float = -0.45  # least mean log-probability per piece of a translation that is learnt from
    # Bookkeeping.
    seed: int = 20161122
    meet_seconds: float = 30.0  # a team takes the mean of its weights this often,
    meet_steps: int = 40  # or, with a budget in steps, after so many
    save_minutes: float = 5.0
    validate_minutes: float = 20.0
    keep_checkpoints: int = 6
    sources: tuple[Source, ...] = field(default=SOURCES)


# A run that begins with weights knows the desk's sentences by heart (RESULTS.md, run 4): less of them, more of what has
# been seen little. The words of lexicons are few and short: ten epochs of muse_lexicon are half a million pieces.
CONTINUED: dict[str, float] = {
    "desk": 1.5,
    "un_quadclass_synthar": 0.5,
    "tatoeba_no_eval": 1.0,
    "mmlu_ar": 1.0,
    "3b1b_captions": 0.4,
    "ms_beginners_docs": 0.3,
    "arwikicats_categories": 0.5,
    "arwikicats_places_people": 0.5,
    "arwikicats_terms": 1.0,
    "names_wikidata_coling2018": 0.5,
    "arabterm_terms": 0.3,
    "muse_lexicon": 1.0,
}

_CONTINUED = Recipe(
    learning_rate=4e-4,
    decay_share=0.2,
    alignment_weight=0.0,
    save_minutes=3.0,
    keep_checkpoints=24,
    sources=tuple(replace(source, repeat=CONTINUED.get(source.name, source.repeat)) for source in SOURCES),
)

# "cpu" from nothing, and "cpu-continued" after ``restart``: a lower rate, and many checkpoints, whose mean is
# worth more than each (RESULTS.md, run 6). On a CPU that multiplies in bfloat16: "cpu-reverse", "cpu-begun" after
# ``begin`` (run 9), and "cpu-self" after ``selftrain`` and ``restart`` (run 10). "cpu-wide" after ``grow``: run 8.
# The GPU one is sized for an hour of one data-centre card: deeper encoder, more passes, and so dropout; under 30 MB
# as int8.
RECIPES: dict[str, Recipe] = {
    "cpu": Recipe(),
    "cpu-continued": _CONTINUED,
    "cpu-begun": replace(_CONTINUED, learning_rate=6e-4, dropout=0.1, batch_tokens=2_000, save_minutes=2.0),
    "cpu-self": replace(_CONTINUED, batch_tokens=2_000, save_minutes=2.0),
    "cpu-reverse": Recipe(pieces=24_000),
    "cpu-wide": replace(_CONTINUED, ffn_dim=2048, save_minutes=4.0),
    "gpu": Recipe(
        pieces=16_000,
        d_model=384,
        encoder_layers=8,
        attention_heads=6,
        ffn_dim=1536,
        dropout=0.1,
        batch_tokens=16_000,
        warmup_steps=1_000,
        alignment_tokens=60_000_000,
    ),
}


@dataclass(frozen=True)
class SummarySource:
    """One set of documents with summaries: uses per epoch of a pair in pre-training and in fine-tuning."""

    name: str
    pretrain: float
    finetune: float


# The desk's summaries are the style wanted; leads are short and say only how a story begins.
SUMMARY_SOURCES: tuple[SummarySource, ...] = (
    SummarySource("desk_train", 0.0, 3.0),
    SummarySource("human", 0.0, 1.0),
    SummarySource("bbc_leads", 1.0, 0.2),
    SummarySource("weak_leads", 1.0, 0.0),
)


@dataclass(frozen=True)
class SummaryRecipe(Recipe):
    """The summarizer: English to English, long sources. What it shares with the translator keeps its meaning."""

    pieces: int = 8_000
    # Three encoder layers: on a CPU reading 450 pieces costs ten times what writing 60 does.
    encoder_layers: int = 3
    ffn_dim: int = 768
    learning_rate: float = 7e-4
    max_positions: int = 1024
    max_pieces: int = 640  # of a training source: whole sentences are left off its end
    batch_tokens: int = 2_000  # source pieces in a step
    short_first_pieces: int = 96  # the longest pairs at the start; all are let in by the end of pre-training
    alignment_weight: float = 0.3
    alignment_tokens: int = 2_000_000
    # Gap sentences (PEGASUS): so many words of the principal sentences, and how often they stay in the source.
    gap_share: float = 0.3
    gap_words: int = 60
    gap_kept: float = 0.7
    gap_sentences: int = 4  # shortest text
    gap_news: int = 15_000  # paragraphs of the news: a CPU run gets no further
    # Fine-tuning starts at this share of the run; noisy copies of its pairs as uses per use of the clean one.
    finetune_from: float = 0.55
    noise_repeat: float = 0.5
    # Shares of the human summaries that are never trained on.
    test_share: float = 0.15
    dev_share: float = 0.03
    save_minutes: float = 2.5
    validate_minutes: float = 10.0
    summaries: tuple[SummarySource, ...] = field(default=SUMMARY_SOURCES)


SUMMARY_RECIPES: dict[str, SummaryRecipe] = {
    "cpu": SummaryRecipe(),
    "gpu": SummaryRecipe(
        pieces=16_000,
        d_model=384,
        encoder_layers=8,
        decoder_layers=4,
        attention_heads=6,
        ffn_dim=1536,
        dropout=0.1,
        learning_rate=1e-3,
        max_pieces=960,
        batch_tokens=48_000,
        warmup_steps=500,
        alignment_tokens=10_000_000,
        gap_news=1_000_000,
        finetune_from=0.8,
    ),
}
