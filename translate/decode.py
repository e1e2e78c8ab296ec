"""Bytes to text without luck: the encoding is told by evidence, or an error says which byte and what was tried.

charset-normalizer 3.5 was measured on news snippets first: below 20 letters it never found ISO-8859-6 and took
windows-1256 for Big5 or Shift-JIS; below 80 it was often wrong. Arabic has two single-byte encodings, and their
letters fall on different bytes, so the letter frequencies of Arabic decide from about five letters on.
"""

from __future__ import annotations

import codecs
import math
import re

from ..errors import InputError

# Letters of Arabic in 1,000, counted on 1,573 news sentences.
_PER_MILLE = {
    "ا": 152, "ل": 115, "ي": 76, "م": 64, "و": 54, "ن": 51, "ر": 47, "ت": 47, "ب": 36, "ة": 33, "ع": 33, "د": 31,
    "ف": 26, "س": 25, "ق": 23, "ه": 23, "أ": 19, "ح": 19, "ك": 18, "ج": 15, "ش": 10, "ط": 10, "إ": 9, "ص": 9,
    "ى": 8, "خ": 8, "ض": 7, "ز": 7, "ذ": 6, "ث": 5, "ئ": 4, "غ": 4, "ء": 4, "ظ": 3, "ؤ": 1, "آ": 1,
}  # fmt: skip
_LOG = {letter: math.log(count / 1000) for letter, count in _PER_MILLE.items()}
_RARE = math.log(1e-5)
# Marks that either encoding has and any text may hold: they speak for nothing.
_NEUTRAL = frozenset(
    "،؛؟ـ\u00a0\u00ab\u00bb\u2018\u2019\u201c\u201d\u2013\u2014\u2026\u2022\u200c\u200d\u200e\u200f\u064b°©®"
)
_GLUED = re.compile("(?<=[A-Za-z])[\u0621-\u064a]|[\u0621-\u064a](?=[A-Za-z])")
_WORD = re.compile("[\u0621-\u064a]+")
# These settle short texts, where the letters alone still err.
_FREQUENT = frozenset(
    "في من على إلى الى أن ان إن التي الذي هذا هذه ذلك عن مع كان كانت قال قد بين بعد وقد ما لا لم وفي أو حيث كما "
    "منذ عند خلال قبل هو هي كل غير ولا وهو الذين حتى لكن ثم رئيس وزير اليوم أمس".split()
)
# Mean log-probability per letter that Arabic reaches: news has -3.0, other alphabets read as Arabic under -5.
_PLAUSIBLE = -4.3
_SINGLE_BYTE = {"windows-1256": "cp1256", "iso-8859-6": "iso8859_6"}
_SAMPLE = 200_000  # bytes are enough to judge by; all of them are decoded

_BOMS = (  # UTF-32 first: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_KINDS = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\x1f\x8b", "gzip-compressed; unpack it first"),
    (b"BZh", "bzip2-compressed; unpack it first"),
    (b"\xfd7zXZ", "xz-compressed; unpack it first"),
    (b"PK\x03\x04", "a ZIP archive or an office document; save its text as plain text first"),
    (b"7z\xbc\xaf", "a 7-Zip archive; unpack it first"),
    (b"Rar!", "a RAR archive; unpack it first"),
    (b"%PDF-", "a PDF; save its text as plain text first"),
    (b"\xd0\xcf\x11\xe0", "an old office document; save it as plain text first"),
    (b"{\\rtf", "RTF; save it as plain text first"),
    (b"\x7fELF", "a program"),
    (b"ID3", "a sound file"),
    (b"OggS", "a sound file"),
    (b"RIFF", "a sound or picture file"),
    (b"SQLite format 3", "a database"),
)
_CONTROL = re.compile("[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def decode(data: bytes, origin: str) -> tuple[str, str]:
    """Return the text of ``data`` and the name of its encoding.

    In this order: byte order marks, UTF-16 without a mark (told by the high bytes of Arabic or ASCII), UTF-8,
    then windows-1256 and ISO-8859-6 where the letters read like Arabic. Raises ``InputError`` for anything
    else: empty, another kind of file, NUL bytes, broken sequences, other encodings.
    """
    if not data:
        raise InputError(f"{origin}: the file is empty")
    for magic, kind in _KINDS:
        if data.startswith(magic):
            raise InputError(f"{origin}: not a text file, but {kind}")
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), None) or _unmarked_utf16(data)
    if encoding:
        return _strict(data, encoding, origin), encoding.removesuffix("-sig")
    if (nul := data.find(0)) >= 0:
        raise InputError(
            f"{origin}: byte 0x00 at offset {nul}: not a text file, or UTF-16 too mixed to tell; save it as UTF-8"
        )
    try:
        text, name = data.decode(), "utf-8"
    except UnicodeDecodeError as error:
        text, name = _single_byte(data, origin, error)
    controls = len(_CONTROL.findall(text, 0, _SAMPLE))
    if controls > 2 and controls * 50 > len(text[:_SAMPLE]):
        raise InputError(f"{origin}: not a text file: more than one character in fifty is a control character")
    return text, name


def _strict(data: bytes, encoding: str, origin: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(
            f"{origin}: begins like {encoding.removesuffix('-sig').upper()}, but byte 0x{data[error.start]:02x} "
            f"at offset {error.start} breaks it ({error.reason}); save the file again as UTF-8"
        ) from None


def _unmarked_utf16(data: bytes) -> str | None:
    """Tell UTF-16 without a mark: nearly every high byte is that of Arabic (06) or of ASCII and Latin-1 (00)."""
    sample = data[: _SAMPLE // 2 * 2]
    if len(data) % 2 or len(data) < 4:
        return None
    for name, high, low in (("utf-16-le", sample[1::2], sample[0::2]), ("utf-16-be", sample[0::2], sample[1::2])):
        known = high.count(6) + high.count(0) + high.count(0x20)
        # Control characters as low bytes of ASCII would be binary data.
        if (
            known >= 0.97 * len(high)
            and high.count(6) + high.count(0) > 0.8 * len(high)
            and low.count(0) * 50 <= len(low)
        ):
            return name
    return None


def _single_byte(data: bytes, origin: str, error: UnicodeDecodeError) -> tuple[str, str]:
    """Return the better of the two Arabic single-byte readings if it is plausible; else explain."""
    readings: list[tuple[float, str, str]] = []
    for name, codec in _SINGLE_BYTE.items():
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        prior = 0.2 if name == "windows-1256" else 0.0  # what nearly every old Arabic file is
        readings.append((_plausibility(text[:_SAMPLE]) + prior, name, text))
    score, name, text = max(readings, default=(-math.inf, "", ""))
    where = f"byte 0x{data[error.start]:02x} at offset {error.start}"
    if _is_broken_utf8(data):
        raise InputError(f"{origin}: UTF-8, but {where} breaks it ({error.reason}); save the file again as UTF-8")
    if score >= _PLAUSIBLE:
        return text, name
    raise InputError(
        f"{origin}: {where} is not UTF-8; also tried UTF-16, windows-1256 and ISO-8859-6, and it does not read as "
        "Arabic in any of them; save the file as UTF-8 and try again"
    )


def _plausibility(text: str) -> float:
    """Mean log-probability of the characters beyond ASCII as Arabic letters, raised by frequent words.

    0 when all of them are common marks: then every reading is the same. A letter glued to a Latin one is no
    Arabic letter: ``MUرOZ`` was MUÑOZ.
    """
    text = _GLUED.sub("\ufffd", text)
    logs = [_LOG.get(character, _RARE) for character in text if character > "\x7f" and character not in _NEUTRAL]
    words = _WORD.findall(text)
    known = sum(word in _FREQUENT or word.startswith(("ال", "وال", "بال", "لل")) for word in words)
    return (sum(logs) / len(logs) if logs else 0.0) + (known / len(words) if words else 0.0)


def _is_broken_utf8(data: bytes) -> bool:
    """Tell UTF-8 with a few bad bytes: its Arabic letters are pairs of a byte D8-DB and a byte 80-BF."""
    pairs = len(re.findall(rb"[\xd8-\xdb][\x80-\xbf]", data[:_SAMPLE]))
    return pairs * 4 > sum(byte > 127 for byte in data[:_SAMPLE])
