"""The picture of the taste space: Korean names can be read, looks are distinct and stay, the picture stays small."""

import struct
import zlib

import numpy as np
import polars as pl
import pytest

from assets.charts import draw
from assets.taste_map import looks, taste_map, taste_map_png
from models.taste.arrays import NO_GROUP

pytestmark = pytest.mark.feature("C2")


def ids(count: int) -> list[str]:
    return [f"taste-{number + 1:04d}" for number in range(count)]


def islands(groups: int, points: int, seed: int = 1) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    group = rng.integers(NO_GROUP, groups, points)
    centres = rng.normal(size=(groups + 1, 2))
    plane = centres[group] + 0.12 * rng.normal(size=(points, 2))
    return pl.DataFrame({"x": plane[:, 0], "y": plane[:, 1], "group": group})


def pixels(png: bytes) -> bytes:
    """What is in the picture, whatever way it is compressed; every checksum is looked at."""
    place, data = 8, b""
    while place < len(png):
        (length,) = struct.unpack_from(">I", png, place)
        body = png[place + 4 : place + 8 + length]
        assert struct.unpack_from(">I", png, place + 8 + length) == (zlib.crc32(body),)
        data += body[4:] if body[:4] == b"IDAT" else b""
        place += length + 12
    return zlib.decompress(data)


def test_the_largest_picture_stays_small() -> None:
    names = [f"상큼한 바캉스룩 감성 컬렉션 제{number}호" for number in range(30)]
    png = taste_map_png(islands(30, 2000), ids(30), names)
    assert png.startswith(b"\x89PNG")
    assert len(png) < 200_000


def test_the_picture_is_inline_and_says_what_it_is() -> None:
    shown = taste_map(islands(3, 100), ids(3), ["미니멀", "빈티지", "스트릿"])
    assert shown is not None
    assert str(shown.value).startswith("![map of 3 taste segments](data:image/png;base64,iVBOR")


def test_nothing_is_drawn_of_nothing() -> None:
    assert taste_map(islands(3, 0), ids(3), ["가", "나", "다"]) is None
    assert taste_map(islands(1, 10), [], []) is None


def test_korean_letters_are_drawn_and_not_boxes() -> None:
    """Letters that the font lacks are drawn as one and the same box."""
    first, second = (pixels(taste_map_png(islands(1, 20), ids(1), [name])) for name in ("궉", "힣"))
    assert first != second


def test_a_segment_without_points_and_one_alone_are_no_obstacle() -> None:
    points = pl.DataFrame({"x": [0.0], "y": [0.0], "group": [0]})
    assert taste_map_png(points, ids(2), ["미니멀", "아무도 없음"])
    assert taste_map_png(points.with_columns(group=pl.lit(NO_GROUP)), ids(1), ["아무도 없음"])


def test_a_picture_loses_nothing_by_being_compressed() -> None:
    import vl_convert

    bars = {
        "data": {"values": [{"a": n, "b": n * n} for n in range(20)]},
        "mark": "bar",
        "encoding": {"x": {"field": "a"}, "y": {"field": "b", "type": "quantitative"}},
    }
    plain = vl_convert.vegalite_to_png(bars, scale=1.0)
    assert pixels(draw(bars)) == pixels(plain)
    assert len(draw(bars)) <= len(plain)


def test_thirty_two_segments_look_different_and_keep_their_looks() -> None:
    names = ids(32)
    all_looks = dict(zip(names, looks(names), strict=True))
    assert len(set(all_looks.values())) == 32
    fewer = [name for name in names if name != "taste-0003"]
    assert looks(fewer) == [all_looks[name] for name in fewer]
    assert looks(["taste-0033", "taste-0001"])[1] == all_looks["taste-0001"]
    assert len(set(looks(["taste-0001", "taste-0033", "taste-0065"]))) == 3
    assert len(looks(ids(40))) == 40
