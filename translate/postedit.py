"""Small repairs to the model's English that need no understanding."""

from __future__ import annotations

import html
import re

from .bypass import english_marks

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    # Clitics cut off by Moses-style training data (2.3 % of the lines of opus-mt-ar-en): Iraq ' s, they 're, do n't.
    (re.compile(r"(\w) ?' (s|re|ve|ll|t|d|m)(?=[\s.,;:!?)]|$)(?! ?')"), r"\1'\2"),
    (re.compile(r"(\w) '(s|re|ve|ll)(?=[\s.,;:!?)]|$)"), r"\1'\2"),
    (re.compile(r"(\w) n't\b"), r"\1n't"),
    (re.compile(r"^([^']*s) ' (?=[^']*$)"), r"\1' "),  # the Germans ' success
    (re.compile(r"\b([dlDL]) ' (?=\w)"), r"\1'"),  # coup d ' état
    (re.compile(r" +(?=[,;:!?%)\]}](?:\s|$|[\"'.,)\]])|\.(?:\s|$|[\"')\]]))"), ""),
    (re.compile(r"(?<=[(\[{]) +"), ""),
    (re.compile(r"(?<=\d) ?, ?(?=000\b)"), ","),
    (re.compile(r"[,;:]+(?=[.!?][\"')\]]*$)"), ""),
    (re.compile(r"([.!?])([\"')\]]+)\.$"), r"\1\2"),
)
_FINAL = re.compile(r"(?<![.!?])(?<![.!?] )[.!?](?: ?[.!?])+(?=[\"')\]]*$)")
_SOURCE_FINAL = re.compile(r"(?:[.!?؟۔…][\s.!?؟۔…]*[.!?؟۔…]|…)[\s\"'”’»)\]]*$")
_DASHES = re.compile(r"^(?:[-–—] +)+(?=\S)")
_SENTENCE_END = re.compile(r"[.!?؟][\"')\]]*\s*$")
_SOURCE_DASH = re.compile(r"\s*[-–—•*]")


def postedit(target: str, source: str) -> str:
    """Repair one English sentence that was translated from ``source``; ``postedit`` of its result changes nothing.

    Resolves HTML entities, maps Arabic punctuation and digits that were copied, closes cut-off clitics, removes
    spaces before punctuation and inside quotes and brackets, and drops what the source does not have: a dash in
    front (an artefact of subtitles), a doubled mark at the end (``??``, ``..``).
    """
    for _ in range(8):  # one repair may lay bare another; two rounds are the rule
        edited = _once(target, source)
        if edited == target:
            break
        target = edited
    return target


def sentence_case(target: str, source: str) -> str:
    """Begin a whole sentence with a capital, which a model trained on captions and word lists forgets at times.

    A sentence is what ends with a mark in the source; ``iPhone`` stays as it is.
    """
    first = target.split(maxsplit=1)[0] if target.strip() else ""
    if _SENTENCE_END.search(source) and first[:1].islower() and not any(char.isupper() for char in first):
        return target[0].upper() + target[1:]
    return target


def _once(text: str, source: str) -> str:
    text = " ".join(english_marks(html.unescape(text)).split())
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    if not _SOURCE_DASH.match(source):
        text = _DASHES.sub("", text)
    if not _SOURCE_FINAL.search(source):
        text = _FINAL.sub(_one_mark, text)
    return _tight_quotes(text)


def _one_mark(run: re.Match[str]) -> str:
    if run[0].replace(" ", "").startswith("..."):
        return "..."
    return next((mark for mark in "?!" if mark in run[0]), ".")


def _tight_quotes(text: str) -> str:
    """Put the spaces around double quotes outside the quotation: ``the " word " is`` to ``the "word" is``.

    Only where opening and closing quotes alternate: in ``5" and "so`` nobody knows.
    """
    parts = text.split('"')
    if len(parts) < 3 or len(parts) % 2 == 0:
        return text
    for index in range(1, len(parts)):
        before, after = parts[index - 1][-1:], parts[index][:1]
        free = not before or before.isspace()
        if not free and not after.isalnum() if index % 2 else free and after.isalnum():
            return text
    for index in range(1, len(parts), 2):
        parts[index] = parts[index].strip()
        if parts[index - 1][-1:].isalnum() and parts[index]:
            parts[index - 1] += " "
        if parts[index + 1][:1].isalnum():
            parts[index + 1] = " " + parts[index + 1]
    return '"'.join(parts)
