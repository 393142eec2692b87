"""Small drawn pictures that stand for customers' and technicians' photos."""

import io
from random import Random

from PIL import Image, ImageDraw

SIZE = (480, 360)
WALLS = [(226, 232, 228), (236, 229, 218), (218, 226, 236), (233, 233, 228)]
DARK, METAL, WATER, RED = (62, 70, 78), (196, 203, 209), (92, 148, 196), (196, 66, 52)


def photo(device: str, rng: Random, *, leaks: bool = False) -> tuple[str, bytes]:
    """A sketch of the appliance in a room, as (file name, JPEG bytes)."""
    image = Image.new("RGB", SIZE, rng.choice(WALLS))
    draw = ImageDraw.Draw(image)
    _floor(draw, rng)
    SKETCHES.get(device, _box)(draw)
    if leaks:
        _puddle(draw, rng)
    _mark(draw, rng)
    return f"IMG_{rng.randrange(1000, 9999)}.jpg", _jpeg(image)


def label(code: str, serial: str, rng: Random) -> tuple[str, bytes]:
    """The rating plate of a unit, as (file name, JPEG bytes)."""
    image = Image.new("RGB", (480, 260), METAL)
    draw = ImageDraw.Draw(image)
    draw.rectangle((14, 14, 466, 246), outline=DARK, width=3)
    draw.text((34, 34), "CHENGHE APPLIANCES", fill=DARK, font_size=26)
    draw.text((34, 80), f"MODEL {code}", fill=DARK, font_size=24)
    draw.text((34, 118), f"S/N {serial or '-'}", fill=DARK, font_size=20)
    draw.text((34, 152), "220 V ~ 50 Hz", fill=DARK, font_size=20)
    left = 34
    while left < 430:
        width = rng.choice((2, 3, 5))
        draw.rectangle((left, 190, left + width, 230), fill=DARK)
        left += width + rng.choice((3, 4, 6))
    return f"IMG_{rng.randrange(1000, 9999)}.jpg", _jpeg(image)


def _jpeg(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=70)
    return buffer.getvalue()


def _floor(draw: ImageDraw.ImageDraw, rng: Random) -> None:
    tone = rng.randrange(150, 190)
    draw.rectangle((0, 290, 480, 360), fill=(tone, tone - 14, tone - 34))
    for x in range(-40, 520, 60):
        draw.line((x, 290, x - 40, 360), fill=(tone - 22, tone - 36, tone - 52), width=2)


def _washer(draw):
    draw.rounded_rectangle((140, 60, 340, 300), 10, fill=(246, 247, 248), outline=DARK, width=3)
    draw.rectangle((140, 60, 340, 100), fill=METAL, outline=DARK)
    draw.rectangle((250, 70, 320, 90), fill=DARK)
    draw.text((258, 72), "E4", fill=RED, font_size=16)
    draw.ellipse((175, 125, 305, 255), fill=METAL, outline=DARK, width=5)
    draw.ellipse((195, 145, 285, 235), fill=(120, 150, 170), outline=DARK, width=3)


def _fridge(draw):
    draw.rounded_rectangle((165, 30, 315, 305), 8, fill=(232, 236, 240), outline=DARK, width=3)
    draw.line((165, 150, 315, 150), fill=DARK, width=3)
    draw.rectangle((178, 70, 186, 130), fill=DARK)
    draw.rectangle((178, 170, 186, 250), fill=DARK)
    draw.text((230, 60), "14°C", fill=RED, font_size=20)


def _wall_unit(draw):
    draw.rounded_rectangle((80, 60, 400, 150), 16, fill=(250, 250, 250), outline=DARK, width=3)
    draw.line((95, 130, 385, 130), fill=DARK, width=3)
    draw.text((340, 80), "F1", fill=RED, font_size=18)
    draw.line((400, 100, 440, 100, 440, 290), fill=(230, 230, 220), width=12)


def _heater(draw):
    draw.rounded_rectangle((90, 70, 390, 190), 58, fill=(244, 245, 246), outline=DARK, width=3)
    draw.ellipse((220, 105, 260, 145), outline=DARK, width=3)
    draw.line((170, 190, 170, 290), fill=RED, width=8)
    draw.line((310, 190, 310, 290), fill=WATER, width=8)


def _hood(draw):
    draw.polygon([(130, 60), (350, 60), (390, 150), (90, 150)], fill=DARK, outline=(20, 24, 28))
    draw.rectangle((90, 150, 390, 176), fill=METAL, outline=DARK)
    draw.rectangle((110, 260, 370, 290), fill=(40, 44, 48))
    draw.ellipse((160, 264, 210, 286), outline=METAL, width=3)
    draw.ellipse((270, 264, 320, 286), outline=METAL, width=3)


def _cooker(draw):
    draw.rounded_rectangle((140, 140, 340, 300), 40, fill=(244, 240, 232), outline=DARK, width=3)
    draw.arc((140, 100, 340, 200), 180, 360, fill=DARK, width=4)
    draw.rectangle((200, 220, 280, 260), fill=DARK)
    draw.text((216, 228), "00:45", fill=(120, 220, 160), font_size=18)


def _vacuum(draw):
    draw.line((330, 40, 170, 280), fill=METAL, width=12)
    draw.rounded_rectangle((290, 40, 370, 110), 20, fill=DARK)
    draw.rounded_rectangle((100, 270, 210, 300), 8, fill=(90, 96, 104), outline=DARK, width=2)
    draw.ellipse((322, 66, 338, 82), fill=RED)


def _box(draw):
    draw.rectangle((140, 110, 340, 300), fill=(204, 172, 128), outline=DARK, width=3)
    draw.line((240, 110, 240, 300), fill=(170, 140, 100), width=8)


def _puddle(draw: ImageDraw.ImageDraw, rng: Random) -> None:
    for _ in range(4):
        x, width = rng.randrange(130, 300), rng.randrange(60, 130)
        draw.ellipse((x, 298, x + width, 298 + width // 4), fill=WATER)


def _mark(draw: ImageDraw.ImageDraw, rng: Random) -> None:
    """The circle people draw around what they mean."""
    x, y = rng.randrange(150, 300), rng.randrange(80, 240)
    draw.ellipse((x, y, x + 70, y + 56), outline=RED, width=4)


SKETCHES = {
    "washing-machine": _washer,
    "refrigerator": _fridge,
    "air-conditioner": _wall_unit,
    "water-heater": _heater,
    "range-hood": _hood,
    "rice-cooker": _cooker,
    "vacuum-cleaner": _vacuum,
}
