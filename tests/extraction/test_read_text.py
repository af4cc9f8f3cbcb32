"""Plain text is set on sheets."""

import pytest

from docflow.errors import FileError, FileRefusedError
from documents.extraction.readers import sheet, text


def page(tmp_path, content, number=1):
    (tmp_path / "a.txt").write_bytes(content)
    return text.read_page(tmp_path / "a.txt", number, None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_is_found(tmp_path, encoding):
    letter = "Grüße aus Köln, wir möchten die Rechnung über zwölf Stühle später bezahlen.\n" * 3
    assert page(tmp_path, letter.encode(encoding)).text.startswith("Grüße aus Köln, wir möchten")


def test_words_stand_at_their_columns_and_lines_are_counted(tmp_path):
    read = page(tmp_path, b"Total\n\n   119.00")
    first, second = read.words
    assert (first.line, second.line) == (0, 1)
    assert second.box.x0 > first.box.x0
    assert second.box.top - first.box.top == pytest.approx(24)


def test_long_text_goes_over_several_sheets_and_long_lines_are_broken(tmp_path):
    content = b"\n".join(b"row %d" % number for number in range(sheet.ROWS + 5))
    assert page(tmp_path, content, 2).lines[0].text == f"row {sheet.ROWS}"
    assert text.look(tmp_path / "a.txt", 5) == 2
    with pytest.raises(FileRefusedError):
        text.look(tmp_path / "a.txt", 1)
    wide = page(tmp_path, b"word " * 100)
    assert all(word.box.x1 <= wide.width for word in wide.words)
    assert len(wide.words) == 100


def test_html_is_text_and_its_scripts_are_not(tmp_path):
    read = page(tmp_path, b"<!doctype html><script>alert(1)</script><h1>Invoice</h1><p>Total 5</p>")
    assert read.text == "Invoice\nTotal 5"


def test_marks_that_turn_writing_around_are_taken_out(tmp_path):
    assert page(tmp_path, "Total \u202e00.9\x07 paid".encode()).text == "Total 00.9 paid"


def test_nul_and_too_much_text_are_refused(tmp_path):
    with pytest.raises(FileError) as error:
        page(tmp_path, b"a\x00b")
    assert error.value.code == "damaged_file"
    with pytest.raises(FileRefusedError) as refusal:
        page(tmp_path, b"a" * (text.MAX_BYTES + 1))
    assert refusal.value.code == "file_too_large"
