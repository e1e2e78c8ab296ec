"""Does a model do its work at all? A few sentences whose answer is known, tried before a model is accepted.

Several conversions of OPUS models on the hub gave garbage (huggingface/transformers#26216, #26271,
OpenNMT/CTranslate2#1262): fluent-looking files, wrong weights. This finds such models, not merely weak ones.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass

from ..errors import ModelError
from .catalog import Task
from .engine import Decoding, Engine


@dataclass(frozen=True)
class Golden:
    """A source, and what its output should hold: of each ``|``-separated group any word (or its beginning) will do."""

    source: str
    expected: tuple[str, ...]


TRANSLATION = (
    Golden("القاهرة هي عاصمة مصر.", ("cairo", "capital", "egypt")),
    Golden("ذهب الأطفال إلى المدرسة صباح اليوم.", ("children|kids", "school", "morning|today")),
    Golden(
        "أعلنت الأمم المتحدة عن خطة جديدة لمساعدة اللاجئين في سوريا.",
        ("united nations|un ", "plan|scheme", "refugee", "syria"),
    ),
    Golden(
        "قال رئيس الوزراء إن الحكومة ستخفض الضرائب في العام المقبل.",
        ("prime minister|premier", "government", "tax", "year"),
    ),
    Golden(
        "بلغت درجة الحرارة في دبي 45 درجة مئوية يوم الجمعة.", ("dubai", "45", "temperature|degree|celsius", "friday")
    ),
    Golden("اشترى الرجل ثلاثة كتب وسيارة حمراء.", ("man|guy", "three|3", "book", "car|vehicle", "red")),
)
_NEWS = (
    "The city council of Springfield voted on Monday to build a new bridge over the river after two years of debate. "
    "The bridge will cost 40 million dollars and should open in 2028. Mayor Anna Brown said the old bridge, built in "
    "1931, is no longer safe for heavy trucks. Some residents fear that traffic and noise will increase in the old "
    "town. Shop owners, on the other hand, hope for more visitors. Work on the bridge will begin next spring.",
    "Researchers at the University of Oslo have found that salmon in northern rivers return two weeks earlier than "
    "they did thirty years ago. The team counted fish in twelve rivers and compared the numbers with old records. "
    "Warmer water is the most likely reason, the authors write. Earlier salmon meet fewer insects, so the young fish "
    "may go hungry. The researchers ask for cooler dams and shade along the banks.",
)
SUMMARIZATION = (
    Golden(_NEWS[0], ("bridge", "springfield|council|city|mayor", "river|2028|40 million|monday")),
    Golden(_NEWS[1], ("salmon", "river|water", "earlier|warm|research|oslo|fish")),
)
_SETS = {Task.TRANSLATION: TRANSLATION, Task.SUMMARIZATION: SUMMARIZATION}
_SHARE = 0.5  # of the expected groups that a sentence must have
_LOOP = 4  # the same word this often in a row


def check(engine: Engine) -> None:
    """Run the golden sentences of the engine's task.

    A sentence is right when it is English, does not repeat itself and has at least half of what is expected. One wrong
    sentence among several is forgiven a weak model, but no loop and no other language is.

    Raises:
        ModelError: the model is not accepted; says which sentence failed, how, and what to do.
    """
    goldens = _SETS[engine.model.task]
    decoding = Decoding() if engine.model.task is Task.TRANSLATION else Decoding(no_repeat_ngram=3, max_length=128)
    outputs = [output.text for output in engine.generate([golden.source for golden in goldens], decoding)]
    missed = []
    for number, (golden, output) in enumerate(zip(goldens, outputs, strict=True), 1):
        if fault := garbage(output):
            raise ModelError(_message(engine, number, golden, output, fault))
        if share_found(golden, output) < _SHARE:
            missed.append((number, golden, output))
    if len(missed) > len(goldens) // 4:
        number, golden, output = missed[0]
        raise ModelError(
            _message(engine, number, golden, output, f"expected words such as {', '.join(golden.expected)}")
        )


def garbage(text: str) -> str:
    """What makes ``text`` no English sentence; "" when nothing does."""
    words = re.findall(r"\w+", text.lower())
    if not words:
        return "no word came out"
    letters = [character for character in text if character.isalpha()]
    if sum(character.isascii() for character in letters) < 0.8 * len(letters):
        return "not in the Latin alphabet"
    if any(len(set(words[i : i + _LOOP])) == 1 for i in range(len(words) - _LOOP + 1)):
        return "repeats a word"
    pairs = Counter(itertools.pairwise(words))
    if len(words) >= 12 and len(pairs) < 0.5 * (len(words) - 1):
        return "repeats itself"
    return ""


def share_found(golden: Golden, output: str) -> float:
    """Share of the expected groups that ``output`` has, 0 to 1."""
    text = f" {output.lower()} "
    found = [any(re.search(rf"\b{re.escape(word)}", text) for word in group.split("|")) for group in golden.expected]
    return sum(found) / len(found)


def _message(engine: Engine, number: int, golden: Golden, output: str, fault: str) -> str:
    return (
        f"model {engine.model.name} failed the golden sentence {number} ({golden.source[:60]!r} became "
        f"{output[:80]!r}: {fault}); it was not added. A model of your own can be used all the same by giving its "
        "directory instead of a name"
    )
