"""TMX 1.4b: sentence pairs for translation memories (GALA/LISA, https://www.gala-global.org/tmx-14b)."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence

from ... import __version__
from ...errors import InputError
from ...translate import Sentence
from ..render import Result
from .parts import clean, reasons

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_DOCTYPE = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n'


def write_tmx(results: Sequence[Result]) -> bytes:
    """Return a translation memory; a sentence that is not to be trusted has a ``prop`` for each flag and a note.

    Raises ``InputError`` for results that are summaries alone: they have no sentence pairs.
    """
    translations = [result.translation for result in results if result.translation]
    if not translations:
        raise InputError("TMX holds sentences and their translations; use `tarjama translate` for it")
    root = ET.Element("tmx", version="1.4")
    ET.SubElement(
        root,
        "header",
        {
            "creationtool": "tarjama",
            "creationtoolversion": __version__,
            "segtype": "sentence",
            "o-tmf": "tarjama",
            "adminlang": "en",
            "srclang": "ar",
            "datatype": "plaintext",
        },
    )
    body = ET.SubElement(root, "body")
    number = 0
    for translation in translations:
        for sentence in translation.sentences:
            if sentence.source.strip() and sentence.target.strip():
                number += 1
                _unit(body, number, sentence, translation.provenance.model)
    ET.indent(root, " ")
    return f"{_DOCTYPE}{ET.tostring(root, encoding='unicode')}\n".encode()


def _unit(body: ET.Element, number: int, sentence: Sentence, model: str) -> None:
    unit = ET.SubElement(body, "tu", tuid=str(number))
    if sentence.flags:
        ET.SubElement(unit, "note").text = f"Not to be trusted: {reasons(sentence)}"
    for flag in sentence.flags:
        ET.SubElement(unit, "prop", type="x-tarjama-flag").text = flag.value
    ET.SubElement(unit, "prop", type="x-tarjama-model").text = clean(model)
    for language, text in (("ar", sentence.source), ("en", sentence.target)):
        variant = ET.SubElement(unit, "tuv", {_LANG: language})
        ET.SubElement(variant, "seg").text = " ".join(clean(text).split())
