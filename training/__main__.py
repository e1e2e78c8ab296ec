"""The stages as commands.

``python -m tarjama.training all --data DATA --seeds seeds --work WORK --out models/weights/ar-en``
``python -m tarjama.training summary-all --data DATA --seeds seeds --work WORK --out models/weights/summary-en``
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from .recipe import RECIPES, SUMMARY_RECIPES, Recipe, SummaryRecipe

app = typer.Typer(
    help="Make the embedded models. Each stage reads and writes WORK; a stopped one is run again and goes on.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Work = Annotated[Path, typer.Option(help="Folder for everything made on the way.")]
Data = Annotated[Path, typer.Option(help="Data folder: desk/, parallel/, eval/, articles/, news/, summaries/.")]
Seeds = Annotated[Path, typer.Option(help="Folder with the seed article: never trained on.")]
Out = Annotated[Path, typer.Option(help="Where the CTranslate2 model goes.")]
Minutes = Annotated[float, typer.Option(help="Training time in all, over all sittings.")]
Workers = Annotated[int, typer.Option(min=1, help="Processes that train together, one a CPU core.")]
Sentences = Annotated[int, typer.Option(help="News sentences to translate.")]
TRANSLATOR = "Translator: Arabic to English"

Name = Annotated[str, typer.Option("--recipe", help=f"One of: {', '.join(RECIPES)}.")]


def _recipe(name: str) -> Recipe:
    if name not in RECIPES:
        raise typer.BadParameter(f"unknown recipe {name!r}; choose from {', '.join(RECIPES)}")
    return RECIPES[name]


@app.command(rich_help_panel=TRANSLATOR)
def prepare(data: Data, work: Work, seeds: Seeds = Path("seeds"), recipe: Name = "cpu") -> None:
    """Clean, deduplicate and decontaminate the pairs."""
    from .prepare import prepare as run

    for line, count in sorted(run(data, seeds, work, _recipe(recipe)).items()):
        typer.echo(f"{count:8d}  {line}")


@app.command(rich_help_panel=TRANSLATOR)
def tokenizer(work: Work, recipe: Name = "cpu") -> None:
    """Train the joint SentencePiece model."""
    from .tokenizer import train_tokenizer

    typer.echo(f"wrote {train_tokenizer(work, _recipe(recipe))}")


@app.command(rich_help_panel=TRANSLATOR)
def corpus(work: Work, recipe: Name = "cpu") -> None:
    """Encode and align the pairs."""
    from .corpus import build_corpus

    made = build_corpus(work, _recipe(recipe))
    aligned = (made.alignment >= 0).mean()
    typer.echo(f"{len(made)} pairs, {made.target.size} target pieces, {aligned:.1%} of them aligned")


@app.command(rich_help_panel=TRANSLATOR)
def train(data: Data, work: Work, minutes: Minutes = 100.0, workers: Workers = 1, recipe: Name = "cpu") -> None:
    """Train, or go on from the last checkpoint."""
    from .team import run_team
    from .train import train as run

    run_team(workers, partial(run, work=work, data=data, recipe=_recipe(recipe), minutes=minutes))


@app.command(rich_help_panel=TRANSLATOR)
def restart(
    work: Work, mean: Annotated[bool, typer.Option("--mean", help="Begin with the mean of all runs so far.")] = False
) -> None:
    """Begin a new run with the weights of the last one: what train counts as its minutes starts at zero."""
    from .checkpoints import restart as run

    typer.echo(f"a new run begins; the checkpoints of the last one are in {run(work, mean)}")


@app.command(rich_help_panel=TRANSLATOR)
def begin(
    work: Work,
    weights: Annotated[Path, typer.Option(help="A finished model, as export writes it.")] = Path(
        "models/weights/ar-en"
    ),
    recipe: Name = "cpu-begun",
) -> None:
    """Begin a run with a finished model and its vocabulary: in place of tokenizer, between prepare and corpus."""
    from .begin import begin as run

    typer.echo(f"a new run begins with {run(weights, work, _recipe(recipe))}")


@app.command(rich_help_panel=TRANSLATOR)
def grow(
    work: Work,
    to: Annotated[Path, typer.Option(help="A new work folder, for the run of the larger network.")],
    recipe: Name = "cpu-wide",
) -> None:
    """Begin a run of a wider network with the mean of all runs so far."""
    from .grow import grow_runs

    typer.echo(f"a new run begins with {grow_runs(work, to, _recipe(recipe))}")


@app.command(rich_help_panel=TRANSLATOR)
def augment(work: Work, recipe: Name = "cpu") -> None:
    """Make more pairs from the news pairs: other numbers, careless spelling, headlines, several sentences at once."""
    from .augment import add_augmented

    typer.echo(f"{add_augmented(work, _recipe(recipe))} pairs made")


@app.command(rich_help_panel=TRANSLATOR)
def reverse(data: Data, work: Work, minutes: Minutes = 40.0, workers: Workers = 1, recipe: Name = "cpu") -> None:
    """Train the model from English to Arabic that back-translation needs, in WORK/reverse."""
    from .backtranslate import prepare_reverse, reverse_recipe
    from .team import run_team
    from .train import train as run

    chosen = reverse_recipe(_recipe(recipe))
    run_team(workers, partial(run, work=prepare_reverse(work), data=data, recipe=chosen, minutes=minutes))


@app.command(rich_help_panel=TRANSLATOR)
def backtranslate(
    data: Data,
    work: Work,
    by: Annotated[Path | None, typer.Option(help="Another work folder, whose reverse model does it.")] = None,
    seeds: Seeds = Path("seeds"),
    sentences: Sentences = 60_000,
    recipe: Name = "cpu",
) -> None:
    """Translate English news into Arabic and add the pairs to the training data."""
    from .backtranslate import add_back_translations, back_translate

    made = back_translate(by or work, data, seeds, _recipe(recipe), sentences)
    typer.echo(f"{add_back_translations(made, work, _recipe(recipe))} pairs added")


@app.command(rich_help_panel=TRANSLATOR)
def selftrain(
    data: Data,
    work: Work,
    by: Annotated[Path, typer.Option(help="The finished model that translates.")] = Path("models/weights/ar-en"),
    seeds: Seeds = Path("seeds"),
    sentences: Sentences = 60_000,
    recipe: Name = "cpu",
) -> None:
    """Translate Arabic news into English and add the pairs that no check doubts to the training data."""
    from .selftrain import add_own_translations, translate_news

    made = translate_news(by, work, data, seeds, _recipe(recipe), sentences)
    typer.echo(f"{add_own_translations(made, work, _recipe(recipe))} pairs added")


@app.command(rich_help_panel=TRANSLATOR)
def export(data: Data, work: Work, out: Out, recipe: Name = "cpu") -> None:
    """Average checkpoints and convert to CTranslate2 int8."""
    from .export import export as run

    made = run(work, data, out, _recipe(recipe))
    desk, flores = made.dev_bleu
    mean = f"mean of {len(made.steps)} checkpoints"
    typer.echo(f"wrote {made.directory}: {mean}, BLEU {desk:.2f} on desk-dev, {flores:.2f} on FLORES dev")


@app.command(rich_help_panel=TRANSLATOR)
def curves(
    data: Data,
    work: Work,
    names: Annotated[list[str] | None, typer.Argument(help="Which to run; all when none is named.")] = None,
    pieces: Annotated[int, typer.Option(help="Target pieces to train each on.")] = 500_000,
    recipe: Name = "cpu",
) -> None:
    """Train from nothing with and without each trick of the recipe, briefly; print the learning curves."""
    from .curves import arms, learning_curve

    known = arms(_recipe(recipe))
    if unknown := set(names or ()) - set(known):
        raise typer.BadParameter(f"unknown {', '.join(sorted(unknown))}; choose from {', '.join(known)}")
    for name in names or known:
        for point in learning_curve(work, data, known[name], pieces):
            typer.echo(
                f"{name}: {point.pieces} pieces  {point.seconds:.0f} s  "
                f"{point.loss:.3f} nats a word  BLEU {point.bleu:.2f}"
            )


@app.command("all", rich_help_panel=TRANSLATOR)
def everything(
    data: Data,
    work: Work,
    out: Out,
    seeds: Seeds = Path("seeds"),
    minutes: Minutes = 100.0,
    workers: Workers = 1,
    recipe: Name = "cpu",
) -> None:
    """Run every stage but back-translation, from the data to the embedded model."""
    prepare(data, work, seeds, recipe)
    tokenizer(work, recipe)
    corpus(work, recipe)
    augment(work, recipe)
    train(data, work, minutes, workers, recipe)
    export(data, work, out, recipe)


SUMMARIES = "Summarizer: English news to short summaries"


def _summary_recipe(name: str) -> SummaryRecipe:
    if name not in SUMMARY_RECIPES:
        raise typer.BadParameter(f"unknown recipe {name!r}; choose from {', '.join(SUMMARY_RECIPES)}")
    return SUMMARY_RECIPES[name]


@app.command(rich_help_panel=SUMMARIES)
def summary_prepare(data: Data, work: Work, seeds: Seeds = Path("seeds"), recipe: Name = "cpu") -> None:
    """Hold out human summaries, make gap sentences and noisy copies, train the tokenizer, encode."""
    from .summary_data import prepare_summaries

    for line, count in sorted(prepare_summaries(data, seeds, work, _summary_recipe(recipe)).items()):
        typer.echo(f"{count:8d}  {line}")


@app.command(rich_help_panel=SUMMARIES)
def summary_train(data: Data, work: Work, minutes: Minutes = 35.0, workers: Workers = 1, recipe: Name = "cpu") -> None:
    """Pre-train and fine-tune, or go on from the last checkpoint."""
    from .summary_train import train_summarizer
    from .team import run_team

    run_team(workers, partial(train_summarizer, work=work, data=data, recipe=_summary_recipe(recipe), minutes=minutes))


@app.command(rich_help_panel=SUMMARIES)
def summary_export(data: Data, work: Work, out: Out, recipe: Name = "cpu") -> None:
    """Average checkpoints, choose on the development part, convert to CTranslate2 int8."""
    from .summary_export import export_summarizer

    made = export_summarizer(work, data, out, _summary_recipe(recipe))
    typer.echo(f"wrote {made.directory}: steps {made.steps}, mean ROUGE {made.dev_rouge:.2f} on the development part")


@app.command(rich_help_panel=SUMMARIES)
def summary_evaluate(
    data: Data,
    work: Work,
    out: Out,
    documents: Annotated[int | None, typer.Option(help="So many held-out documents only.")] = None,
    recipe: Name = "cpu",
) -> None:
    """Compare the model with lead-3 and the extractive summary on held-out human summaries."""
    from .summary_evaluate import evaluate_summarizer, write

    evaluation, shown = evaluate_summarizer(out, data, _summary_recipe(recipe), documents)
    typer.echo(evaluation.table())
    typer.echo(f"wrote {write(evaluation, shown, work)}, with summaries side by side")


@app.command(rich_help_panel=SUMMARIES)
def summary_all(
    data: Data,
    work: Work,
    out: Out,
    seeds: Seeds = Path("seeds"),
    minutes: Minutes = 35.0,
    workers: Workers = 1,
    recipe: Name = "cpu",
) -> None:
    """Run every stage of the summarizer. Ship OUT only when the last one says so."""
    summary_prepare(data, work, seeds, recipe)
    summary_train(data, work, minutes, workers, recipe)
    summary_export(data, work, out, recipe)
    summary_evaluate(data, work, out, None, recipe)


if __name__ == "__main__":
    app()
