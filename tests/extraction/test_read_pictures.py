"""Pictures as scanners, cameras, fax machines and programs make them: the page is the same."""

import numpy as np
import pytest
from PIL import Image

from docflow.errors import FileError
from documents.extraction.readers import image
from tests.extraction import reading_samples as samples

# What a viewer does to a picture of that orientation, undone.
UNDONE = {
    1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_270,
}  # fmt: skip


def difference(path, upright, number=1):
    """The mean difference in grey from the picture that it should be."""
    drawn = image.draw_page(path, number, 1300, 0).convert("L")
    assert drawn.size == upright.size
    return np.abs(np.asarray(drawn, dtype=int) - np.asarray(upright, dtype=int)).mean()


@pytest.mark.parametrize("orientation", UNDONE)
@pytest.mark.parametrize("suffix", ["jpg", "png", "tif", "webp"])
def test_each_of_eight_orientations_is_undone(tmp_path, orientation, suffix):
    upright = samples.picture((620, 500))
    turn = UNDONE[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / f"a.{suffix}"
    (upright.transpose(turn) if turn is not None else upright).convert("RGB").save(path, exif=exif, quality=95)
    assert difference(path, upright) < 4
    assert image.open_file(path, tmp_path, 5)["pages"] == 1


def sixteen(grey, top=65535, order="<u2"):
    return Image.fromarray((np.asarray(grey, dtype=np.float64) * top / 255).astype(order))


def transparent(grey, mode):
    """Black letters on nothing."""
    made = Image.new("LA", grey.size, (0, 0))
    made.putalpha(Image.eval(grey, lambda value: 255 - value))
    return made.convert(mode)


MAKES = {
    "1 bit, fax coding": (lambda grey: grey.convert("1"), "tif", {"compression": "group4"}),
    "1 bit, white is zero": (lambda grey: grey.convert("1"), "tif", {"tiffinfo": {262: 0}}),
    "palette": (lambda grey: grey.convert("P"), "png", {}),
    "palette of two colours": (lambda grey: grey.quantize(2), "png", {"bits": 1}),
    "palette with a transparent colour": (
        lambda grey: grey.convert("1").convert("L").convert("P"), "png", {"transparency": 255}),
    "grey with alpha": (lambda grey: transparent(grey, "LA"), "png", {}),
    "colour with alpha": (lambda grey: transparent(grey, "RGBA"), "png", {}),
    "colour with alpha, webp": (lambda grey: transparent(grey, "RGBA"), "webp", {"lossless": True}),
    "CMYK, jpeg": (lambda grey: grey.convert("RGB").convert("CMYK"), "jpg", {"quality": 95}),
    "CMYK, tiff": (lambda grey: grey.convert("RGB").convert("CMYK"), "tif", {}),
    "YCbCr, tiff": (lambda grey: grey.convert("RGB").convert("YCbCr"), "tif", {}),
    "16 bits, png": (sixteen, "png", {}),
    "16 bits, tiff": (sixteen, "tif", {}),
    "16 bits, the other way round": (lambda grey: sixteen(grey, order=">u2"), "tif", {}),
    "12 bits in 16": (lambda grey: sixteen(grey, top=4095), "tif", {}),
    "32 bits": (lambda grey: Image.fromarray(np.asarray(grey, dtype=np.int32) * 250), "tif", {}),
    "floating point": (lambda grey: Image.fromarray(np.asarray(grey, dtype=np.float32) / 255), "tif", {}),
}  # fmt: skip


@pytest.mark.parametrize("make", MAKES)
def test_every_way_to_store_a_pixel_gives_the_same_page(tmp_path, make):
    grey = samples.picture((620, 500))
    made, suffix, options = MAKES[make]
    made(grey).save(tmp_path / f"a.{suffix}", **options)
    assert difference(tmp_path / f"a.{suffix}", grey) < 4


def test_a_blank_sheet_of_sixteen_bits_stays_blank(tmp_path):
    grain = np.random.default_rng(3).integers(59_000, 61_000, (700, 500)).astype(np.uint16)
    Image.fromarray(grain).save(tmp_path / "a.tif")
    darkest, lightest = image.draw_page(tmp_path / "a.tif", 1, 300, 0).convert("L").getextrema()
    assert lightest - darkest < 16
    assert darkest > 200


def test_frames_have_sizes_and_resolutions_of_their_own(tmp_path):
    frames = [
        samples.picture((1240, 1000)),
        samples.picture((620, 500)).convert("1"),
        samples.picture((900, 1800)).convert("RGB"),
    ]
    made = [frame.resize(frame.size) for frame in frames]
    for frame, dpi in zip(made, (150, 75, 300), strict=True):
        frame.encoderinfo = {"dpi": (dpi, dpi)}
    made[0].save(tmp_path / "a.tif", save_all=True, append_images=made[1:], dpi=(150, 150))
    assert image.open_file(tmp_path / "a.tif", tmp_path, 5)["pages"] == 3
    assert [round(side) for side in sizes(tmp_path / "a.tif", 1)] == [595, 480]
    assert [round(side) for side in sizes(tmp_path / "a.tif", 3)] == [216, 432]
    for number, frame in enumerate(frames, 1):
        assert difference(tmp_path / "a.tif", frame.convert("L"), number) < 4
    with pytest.raises(FileError) as error:
        sizes(tmp_path / "a.tif", 4)
    assert (error.value.code, error.value.page) == ("damaged_file", 4)


def sizes(path, number=1):
    read = image.read_page(path, number, None)
    return read.page.width, read.page.height


@pytest.mark.parametrize(
    ("dpi", "size"),
    [
        ((0, 0), (595, 842)), ((1, 1), (595, 842)), ((72, 72), (595, 842)), ((200, 200), (595, 842)),
        ((100_000, 100_000), (595, 842)), ((400, 200), (298, 842)), ((200, 3), (595, 842)),
    ],
)  # fmt: skip
def test_a_resolution_is_believed_where_it_makes_a_sheet(tmp_path, dpi, size):
    samples.picture((1654, 2339)).save(tmp_path / "a.tif", dpi=dpi)
    assert [round(side) for side in sizes(tmp_path / "a.tif")] == pytest.approx(size, abs=2)


def test_a_fax_with_flat_pixels_is_read_and_drawn_with_square_ones(tmp_path):
    """Standard fax: 204 dots an inch across and 98 down."""
    sheet = samples.picture((1700, 1700))
    sheet.resize((1700, 817)).convert("1").save(tmp_path / "a.tif", dpi=(204, 98), compression="group4")
    read = image.read_page(tmp_path / "a.tif", 1, None)
    assert (read.page.width, read.page.height) == pytest.approx((600, 600), abs=1)
    assert read.image.width == pytest.approx(read.image.height, abs=2)
    drawn = image.draw_page(tmp_path / "a.tif", 1, 150, 0)
    assert drawn.width == pytest.approx(drawn.height, abs=2)


def test_pictures_of_fifty_megapixels_are_read_in_fewer(tmp_path):
    """Nothing is printed so small that it needs more than sixteen: an A4 sheet at 400 dots an inch has fifteen."""
    Image.new("1", (8000, 6200), 1).save(tmp_path / "a.png")
    assert image.open_file(tmp_path / "a.png", tmp_path, 5)["pages"] == 1
    read = image.read_page(tmp_path / "a.png", 1, None)
    assert 15e6 < read.image.width * read.image.height <= 16e6
    assert read.page.width / read.page.height == pytest.approx(8000 / 6200, abs=0.01)
    assert image.draw_page(tmp_path / "a.png", 1, 150, 0).size == (1600, 1240)


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (1, 900), (900, 1), (20, 12)])
def test_tiny_pictures_are_pages_too(tmp_path, size):
    Image.new("L", size, 200).save(tmp_path / "a.png")
    read = image.read_page(tmp_path / "a.png", 1, None)
    assert read.page.width > 0
    assert read.page.height > 0
    assert read.image.width * read.image.height <= 16e6
    drawn = image.draw_page(tmp_path / "a.png", 1, 150, 90)
    assert drawn.width >= 1
