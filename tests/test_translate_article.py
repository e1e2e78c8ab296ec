"""Reading: paragraphs with their white space, encodings, and files that are not what they should be."""

from __future__ import annotations

import gzip
import random
import struct
import time
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tarjama.errors import InputError, LimitError
from tarjama.translate import Article, Paragraph
from tarjama.translate import article as article_module
from tarjama.translate.decode import decode

NEWS = "قال رئيس الوزراء العراقي إن القوات الأمنية دخلت مدينة الموصل اليوم، وأضاف أن العملية لم تنته بعد."
PERSIAN = "رئیس جمهور ایران امروز در تهران با وزیر خارجه عراق دیدار و گفت‌وگو کرد."
HEBREW = "הממשלה הודיעה אתמול על צעדים חדשים לשיפור הכלכלה במדינה"

# text: (blank space in front, [(paragraph, gap after it)])
PARAGRAPHS: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "أ": ("", [("أ", "")]),
    "أ\nب": ("", [("أ", "\n"), ("ب", "")]),
    "أ\n\n\nب\n": ("", [("أ", "\n\n\n"), ("ب", "\n")]),
    "\n\n أ": ("\n\n ", [("أ", "")]),
    "أ \n\t\n  ب  ": ("", [("أ", " \n\t\n  "), ("ب", "  ")]),
    "أ\r\nب\rج\nد\u2028ه": ("", [("أ", "\r\n"), ("ب", "\r"), ("ج", "\n"), ("د", "\u2028"), ("ه", "")]),
    "أ\x0cب\x85ج": ("", [("أ", "\x0c"), ("ب", "\x85"), ("ج", "")]),
    "أ  ب": ("", [("أ  ب", "")]),
    "": ("", []),
    " \n\n ": (" \n\n ", []),
}


@pytest.mark.parametrize("text", PARAGRAPHS)
def test_paragraphs(text: str) -> None:
    article = Article.from_text(text)
    lead, paragraphs = PARAGRAPHS[text]
    assert article.lead == (lead if paragraphs else text)
    assert article.paragraphs == tuple(Paragraph(*pair) for pair in paragraphs)


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        ("أ\nب\n\nج\nد\n", ["أ\nب", "ج\nد"]),
        ("أ\r\nب", ["أ\r\nب"]),
        ("أ\n  ب", ["أ", "ب"]),  # an indented line begins a paragraph
        ("أ \nب", ["أ \nب"]),
    ],
)
def test_wrapped_lines_are_joined(text: str, paragraphs: list[str]) -> None:
    article = Article.from_text(text, wrapped=True)
    assert [paragraph.text for paragraph in article.paragraphs] == paragraphs
    assert article.text == text


WHITE = st.text(st.sampled_from("اب \n\r\t\x0b\x0c\x1c\x85\u2028\u00a0\u200f."), max_size=40)


@given(WHITE | st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00")), st.booleans())
def test_the_source_is_rebuilt(text: str, wrapped: bool) -> None:
    article = Article.from_text(text, wrapped=wrapped)
    assert article.text == text
    assert all(p.text and p.text == p.text.strip() and not p.gap.strip() for p in article.paragraphs)
    assert article.characters == sum(len(paragraph.text) for paragraph in article.paragraphs)


def test_the_seed_article(seed_text: str) -> None:
    article = Article.from_text(seed_text)
    assert len(article.paragraphs) == 18
    assert {paragraph.gap for paragraph in article.paragraphs[:-1]} == {"\n"}
    assert article.paragraphs[0].text.startswith("أخبار الآن| دبي")


@pytest.mark.parametrize(("text", "code", "position"), [("أ\x00ب", "0000", 1), ("أب\ud800", "D800", 2)])
def test_characters_that_are_no_text(text: str, code: str, position: int) -> None:
    with pytest.raises(InputError, match=f"^x: character U\\+{code} at position {position} "):
        Article.from_text(text, origin="x")


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1256", "iso8859_6"]
NAMES = {"utf-8-sig": "utf-8", "cp1256": "windows-1256", "iso8859_6": "iso-8859-6"}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("text", [NEWS, f"{NEWS}\r\n\r\nAngela Merkel, 2016.\r\n", "قال رئيس الوزراء"])
def test_encodings(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), "x") == (text, NAMES.get(encoding, encoding))


def test_utf16_with_a_big_endian_mark() -> None:
    assert decode(b"\xfe\xff" + NEWS.encode("utf-16-be"), "x") == (NEWS, "utf-16")


@pytest.mark.parametrize("encoding", ["cp1256", "iso8859_6"])
def test_short_single_byte_texts(encoding: str) -> None:
    """Snippets of 20 characters of the news sentence, from every place."""
    for start in range(len(NEWS) - 20):
        snippet = NEWS[start : start + 20]
        assert decode(snippet.encode(encoding), "x")[0] == snippet


def test_western_text_in_windows_1252_quotes() -> None:
    assert decode("“Yes” – he said…".encode("cp1252"), "x") == ("“Yes” – he said…", "windows-1256")


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", "Вчера в столице прошли переговоры о новом законе"),
        ("cp1251", "ВЧЕРА В СТОЛИЦЕ ПРОШЛИ ПЕРЕГОВОРЫ О НОВОМ ЗАКОНЕ"),
        ("koi8_r", "Вчера в столице прошли переговоры"),
        ("cp1253", "Η κυβέρνηση ανακοίνωσε χθες νέα μέτρα για την οικονομία"),
        ("cp1255", HEBREW),
        ("cp1254", "HÜKÜMET DÜN ÜLKE EKONOMİSİNİ GÜÇLENDİRMEK İÇİN"),
        ("cp1252", "EL SEÑOR MUÑOZ VIAJÓ AYER A ESPAÑA CON SU NIÑA"),
        ("gbk", "政府昨天宣布了新的经济措施以促进增长"),
        ("shift_jis", "政府は昨日、新しい経済対策を発表しました"),
    ],
)
def test_other_encodings_are_refused(encoding: str, text: str) -> None:
    data = text.encode(encoding)
    with pytest.raises(UnicodeDecodeError) as reason:
        data.decode()
    first = reason.value.start
    with pytest.raises(InputError) as error:
        decode(data, "old.txt")
    message = str(error.value)
    assert message.startswith(f"old.txt: byte 0x{data[first]:02x} at offset {first} is not UTF-8; also tried UTF-16, ")
    assert "windows-1256 and ISO-8859-6" in message
    assert message.endswith("save the file as UTF-8 and try again")


def png() -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    pixels = zlib.compress(b"\x00\xff\xff\xff")
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


UTF8 = NEWS.encode()
START = NEWS[:20].encode()
BROKEN: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "the file is empty"),
    "white space only": (b" \r\n\t\n", "there is no text in it, only white space"),
    "png": (png(), "not a text file, but a PNG image"),
    "gzip": (gzip.compress(UTF8), "not a text file, but gzip-compressed; unpack it first"),
    "noise": (random.Random(1).randbytes(2000), "byte 0x"),
    "bad byte in utf-8": (START + b"\xff" + UTF8, f"UTF-8, but byte 0xff at offset {len(START)} breaks it"),
    "cut in a letter": (
        START + b"\xd8",
        f"UTF-8, but byte 0xd8 at offset {len(START)} breaks it (unexpected end of data)",
    ),
    "overlong": (UTF8 + b"\xc0\xaf", f"UTF-8, but byte 0xc0 at offset {len(UTF8)} breaks it"),
    "surrogate": (UTF8 + b"\xed\xa0\x80", f"UTF-8, but byte 0xed at offset {len(UTF8)} breaks it"),
    "nul bytes": (UTF8 + b"\0\0", f"byte 0x00 at offset {len(UTF8)}: not a text file"),
    "one nul byte": (b"abc\0def", "byte 0x00 at offset 3: not a text file"),
    "odd utf-16": (NEWS.encode("utf-16") + b"\n", f"begins like UTF-16, but byte 0x0a at offset {2 * len(NEWS) + 2}"),
    "control characters": (
        b"ab\x01\x02cd\x03\x04" * 9,
        "not a text file: more than one character in fifty is a control character",
    ),
    "persian": (PERSIAN.encode(), "the text looks Persian; tarjama translates Arabic only"),
    "persian in utf-16": (PERSIAN.encode("utf-16"), "the text looks Persian"),
    "hebrew": (HEBREW.encode(), "the text looks Hebrew"),
    "mostly persian": (f"{PERSIAN}\n{PERSIAN}\n{NEWS}".encode(), "the text looks Persian"),
}


@pytest.mark.parametrize(("data", "message"), BROKEN.values(), ids=BROKEN)
def test_bad_files(data: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "article.txt"
    path.write_bytes(data)
    with pytest.raises(InputError) as error:
        Article.from_file(path)
    assert str(error.value).startswith(f"{path}: {message}")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("data", [gzip.compress(UTF8), png(), b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"%PDF-1.7\n"])
def test_kinds_of_files_that_are_no_text(data: bytes) -> None:
    with pytest.raises(InputError, match=r"^x: not a text file, but "):
        decode(data, "x")


GOOD: dict[str, bytes] = {
    "arabic": UTF8,
    "english": b"The minister said so.\n",
    "digits": "٢٠١٧ 2017".encode(),
    "url": b"https://example.org/a",
    "emoji": "🎉🎉".encode(),
    "one letter": "م".encode(),
    "some persian": f"{NEWS}\n{PERSIAN}\n{NEWS}".encode(),
    "old end-of-file mark": UTF8 + b"\x1a",
    "form feeds": UTF8 + b"\x0c" + UTF8,
}


@pytest.mark.parametrize("data", GOOD.values(), ids=GOOD)
def test_files_that_are_read(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "article.txt"
    path.write_bytes(data)
    article = Article.from_file(path)
    assert article.text == data.decode()
    assert article.origin == str(path)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"missing\.txt: no such file$"):
        Article.from_file(tmp_path / "missing.txt")
    with pytest.raises(InputError, match="is a directory; name the files in it"):
        Article.from_file(tmp_path)
    with pytest.raises(InputError, match="cannot be read"):
        Article.from_file("a\0b")
    with pytest.raises(InputError, match="cannot be read"):
        Article.from_file(tmp_path / ("x" * 5000))


def test_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(article_module, "MAX_BYTES", 2_000_000)
    path = tmp_path / "large.txt"
    path.write_bytes(b"a" * 3_000_000)
    expected = "3 MB is more than the 2 MB allowed in one file; cut it into parts$"
    with pytest.raises(LimitError, match=expected):
        Article.from_file(path)
    with pytest.raises(LimitError, match=expected):
        Article.from_bytes(path.read_bytes())


@pytest.mark.parametrize("wrapped", [False, True])
def test_ten_megabytes(wrapped: bool) -> None:
    text = f"{NEWS}\n" * (10_000_000 // len(NEWS.encode()) + 1)
    began = time.process_time()
    article = Article.from_bytes(text.encode(), wrapped=wrapped)
    assert article.text == text
    assert time.process_time() - began < 20


def test_one_paragraph_of_fifty_thousand_words() -> None:
    article = Article.from_text("كلمة " * 50_000)
    assert len(article.paragraphs) == 1
