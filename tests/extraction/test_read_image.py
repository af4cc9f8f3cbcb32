"""Pictures of any make become the same page."""

import numpy as np
import pytest
from PIL import Image

from docflow.errors import FileError, FileRefusedError
from documents.extraction.geometry import Box
from documents.extraction.layout import OCR, Word
from documents.extraction.ocr import Reading, read_by, recognize_page
from documents.extraction.ocr.upright import level, skew_of
from documents.extraction.readers import image
from tests.extraction import reading_samples as samples
from tests.fakes.works import read_here


class OneWord:
    """An engine that finds one word where the ink is."""

    name = "one word"
    address_space = 1 << 30

    def read(self, grey, languages, *, may_be_turned):
        across = np.nonzero((np.asarray(grey) < 128).any(axis=0))[0]
        down = np.nonzero((np.asarray(grey) < 128).any(axis=1))[0]
        box = Box(float(across[0]), float(down[0]), float(across[-1] + 1), float(down[-1] + 1))
        return Reading((Word("word", box, 95),))


@pytest.mark.parametrize("mode", ["1", "P", "RGBA", "CMYK", "I;16"])
def test_every_pixel_format_becomes_the_same_picture(tmp_path, mode):
    grey = samples.picture()
    if mode == "I;16":
        made = Image.fromarray(np.asarray(grey, dtype=np.uint16) * 257)
    elif mode == "RGBA":
        made = Image.new("RGBA", grey.size, (0, 0, 0, 0))
        made.putalpha(Image.eval(grey, lambda value: 255 - value))
    else:
        made = grey.convert(mode)
    suffix = "tif" if mode in ("CMYK", "I;16") else "png"
    made.save(tmp_path / f"a.{suffix}")
    drawn = image.draw_page(tmp_path / f"a.{suffix}", 1, 300, 0).convert("L")
    assert np.abs(np.asarray(drawn, dtype=int) - np.asarray(grey, dtype=int)).mean() < 3


def test_a_photograph_is_turned_as_its_camera_says(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    samples.picture().transpose(Image.Transpose.ROTATE_90).save(tmp_path / "a.jpg", exif=exif)
    page = read_here(tmp_path / "a.jpg", "image/jpeg")
    assert (page.source, page.rotation, page.reason) == (OCR, 0, "is a picture")
    assert page.width > page.height
    assert "INV-20417" in page.text


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_scan_lying_or_upside_down_is_read_and_drawn_upright(tmp_path, turned):
    clockwise = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}
    samples.picture().transpose(clockwise[turned]).save(tmp_path / "a.png", dpi=(150, 150))
    page = read_here(tmp_path / "a.png", "image/png")
    assert page.rotation == turned
    assert (round(page.width), round(page.height)) == (595, 480)
    assert page.lines[0].text == samples.LINES[0]
    assert page.lines[0].box.x0 == pytest.approx(110 / 150 * 72, abs=3)
    assert image.draw_page(tmp_path / "a.png", 1, 150, turned).size == (1240, 1000)


def test_a_leaning_page_is_levelled_and_its_boxes_lean_with_it():
    leaning = samples.picture().rotate(-3, fillcolor=255, resample=Image.Resampling.BICUBIC)
    assert skew_of(leaning) == pytest.approx(3, abs=0.3)
    mark = Image.new("L", (1000, 800), 255)
    mark.paste(0, (800, 200, 840, 220))
    straight, back = level(mark.rotate(-3, fillcolor=255), 3)
    assert straight.getpixel((820, 210)) == 0
    moved = back(Box(800, 200, 840, 220))
    ink = Image.eval(mark.rotate(-3, fillcolor=255), lambda value: 255 - value).getbbox()
    assert moved.center == pytest.approx((ink[0] + ink[2]) / 2, abs=2)
    assert moved.middle == pytest.approx((ink[1] + ink[3]) / 2, abs=2)


def test_an_engine_gives_pixels_and_the_page_has_points():
    picture = Image.new("RGB", (600, 300), "white")
    picture.paste((0, 0, 0), (60, 30, 120, 60))
    page = read_by(OneWord(), picture, 3, (300, 150), ("eng",))
    assert (page.number, page.words[0].box.as_list()) == (3, [30.0, 15.0, 60.0, 30.0])
    assert page.engine == "one word"


def test_blank_pages_and_noise_are_not_recognized():
    noise = Image.fromarray(np.random.default_rng(7).integers(0, 255, (500, 500), dtype=np.uint8))
    for picture, reason in ((Image.new("L", (500, 500), 250), "is empty"), (noise, "shows noise and no print")):
        page = read_by(OneWord(), picture, 1, (100, 100), ())
        assert (page.words, page.engine, page.reason) == ((), "", reason)


def test_an_unknown_engine_is_named_with_the_known_ones():
    with pytest.raises(FileError, match="auto, paddle, tesseract"):
        recognize_page(samples.picture(), number=1, width=595, height=480, languages=("eng",), engine="quill")


def test_the_sheet_is_believed_from_sound_resolutions_only():
    assert image.page_size(1654, 2339, (200, 200)) == pytest.approx((595.4, 842.0), abs=0.1)
    assert image.page_size(1654, 2339, (72, 72)) == pytest.approx((595.3, 841.9), abs=0.1)
    assert image.page_size(600, 2000, (0, 0))[0] == 227


def test_frames_are_counted_to_the_limit_and_no_further(tmp_path):
    frame = Image.new("1", (60, 60), 1)
    frame.save(tmp_path / "a.tif", save_all=True, append_images=[frame] * 4)
    assert image.look(tmp_path / "a.tif", 5) == 5
    with pytest.raises(FileRefusedError) as refusal:
        image.look(tmp_path / "a.tif", 4)
    assert refusal.value.code == "too_many_pages"
    frame.convert("L").save(tmp_path / "b.png", save_all=True, append_images=[Image.new("L", (60, 60), 9)])
    assert image.look(tmp_path / "b.png", 5) == 1


def test_pictures_beyond_fifty_megapixels_and_broken_ones_say_so(tmp_path):
    Image.new("1", (9000, 6000)).save(tmp_path / "a.png")
    with pytest.raises(FileError) as error:
        image.open_file(tmp_path / "a.png", tmp_path, 5)
    assert (error.value.code, error.value.reason) == ("reading_failed", "picture_too_large")
    samples.picture().save(tmp_path / "b.jpg")
    (tmp_path / "b.jpg").write_bytes((tmp_path / "b.jpg").read_bytes()[:9000])
    with pytest.raises(FileError) as error:
        image.read_page(tmp_path / "b.jpg", 1, None)
    assert (error.value.code, error.value.page) == ("damaged_file", 1)
    assert image.look(tmp_path / "a.png", 5) is None
