"""Files of every form, and hostile ones."""

from __future__ import annotations

import io
import struct
import zlib
from fractions import Fraction
from functools import cache

import av
import numpy as np

from line_sim.media import audio, images, video

FORMS = ("png", "jpg", "m4a", "mp3", "aac", "wav", "mpeg", "mp4", "3gp")


@cache
def of_form(form: str) -> bytes:
    """A small, sound file."""
    match form:
        case "png":
            return images.image("png", width=320, height=200).data
        case "jpg":
            return images.image("jpeg", width=320, height=200, orientation=6).data
        case "m4a" | "mp3" | "aac" | "wav":
            return audio.audio(form, duration_ms=700).data
        case "mpeg":
            return _layer_two()
        case "mp4" | "3gp":
            return video.video(form, duration_ms=400, width=64, height=48, black_first=True).data
    raise AssertionError(form)


def _sound(stream: av.audio.AudioStream, container: av.container.OutputContainer) -> None:
    size = stream.codec_context.frame_size or 1_024
    for number in range(30):
        wave = np.sin(np.arange(size) / 20) * 8_000
        frame = av.AudioFrame.from_ndarray(
            wave.astype(np.int16)[np.newaxis], format="s16", layout="mono"
        )
        frame.sample_rate, frame.pts, frame.time_base = 44_100, number * size, Fraction(1, 44_100)
        container.mux(stream.encode(frame))
    container.mux(stream.encode())


def _layer_two() -> bytes:
    """MPEG-1 audio, layer II."""
    out = io.BytesIO()
    with av.open(out, "w", "mp2") as container:
        _sound(container.add_stream("mp2", rate=44_100, layout="mono"), container)
    return out.getvalue()


@cache
def film(codec: str = "libx264", sounds: int = 1, pictures: int = 1) -> bytes:
    """An MP4 with any number of tracks."""
    out = io.BytesIO()
    with av.open(out, "w", "mp4") as container:
        shown = []
        for _ in range(pictures):
            stream = container.add_stream(codec, rate=25)
            stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
            shown.append(stream)
        heard = [container.add_stream("aac", rate=44_100, layout="mono") for _ in range(sounds)]
        for stream in shown:
            for number in range(5):
                picture = np.full((48, 64, 3), 40 * number, np.uint8)
                frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
                frame.pts, frame.time_base = number, Fraction(1, 25)
                container.mux(stream.encode(frame))
            container.mux(stream.encode())
        for stream in heard:
            _sound(stream, container)
    return out.getvalue()


def alac() -> bytes:
    """Sound without loss, in M4A, as some telephones record it."""
    out = io.BytesIO()
    with av.open(out, "w", "ipod") as container:
        stream = container.add_stream("alac", rate=44_100, layout="mono")
        stream.codec_context.format = "s16p"
        wanted = av.AudioResampler("s16p", "mono", 44_100, frame_size=4_096)
        frame = av.AudioFrame.from_ndarray(
            np.zeros((1, 44_100), np.int16), format="s16", layout="mono"
        )
        frame.sample_rate, frame.pts, frame.time_base = 44_100, 0, Fraction(1, 44_100)
        for ready in [*wanted.resample(frame), *wanted.resample(None)]:
            container.mux(stream.encode(ready))
        container.mux(stream.encode())
    return out.getvalue()


def ogg() -> bytes:
    """Opus in Ogg, as other messengers record it."""
    return b"OggS\0\2" + bytes(22) + b"\x01\x13OpusHead" + bytes(60)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def flat_png(width: int, height: int, rows: int | None = None) -> bytes:
    """A PNG of one colour; `rows` of it are there."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packer = zlib.compressobj(9)
    row = bytes(1 + 3 * width)
    parts = [packer.compress(row) for _ in range(height if rows is None else rows)]
    body = b"".join([*parts, packer.flush()])
    chunks = _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def hostile() -> dict[str, bytes]:
    """Files that want to do harm, or look like what they are not; by what they are."""
    jpg, png, mp4, m4a, wav = (of_form(form) for form in ("jpg", "png", "mp4", "m4a", "wav"))
    web = b"<html><script>alert(1)</script></html>"
    return {
        "nothing": b"",
        "one byte": b"\xff",
        "zeros": bytes(100_000),
        "png of 2^31 pixels a side": flat_png(2**31 - 1, 1, 0)[:-16] + bytes(40),
        "png of 60,000 a side": flat_png(60_000, 60_000, 1),
        "png whose data end early": flat_png(3_000, 3_000, 1),
        "png packed a thousandfold": flat_png(7_000, 7_000),
        "png with text that explodes": png[:33]
        + _chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(80_000_000)))
        + png[33:],
        "jpg cut short": jpg[: len(jpg) // 2],
        "jpg that claims 65,500 a side": jpg.replace(
            struct.pack(">HH", 320, 200), struct.pack(">HH", 65_500, 65_500)
        ).replace(struct.pack(">HH", 200, 320), struct.pack(">HH", 65_500, 65_500)),
        "mp4 cut short": mp4[: len(mp4) // 2],
        "mp4 with an endless box": mp4[:32] + b"\0\0\0\1moov" + b"\xff" * 8 + mp4[32:],
        "mp4 without an index": mp4.replace(b"moov", b"free"),
        "mp4 with other lengths": mp4.replace(b"mdhd\0", b"mdhd\1"),
        "many tracks": film(sounds=20),
        "m4a that plays for years": m4a.replace(b"mvhd\0", b"mvhd\1"),
        "wav of no rate": wav[:24] + bytes(8) + wav[32:],
        "wav of 65,535 channels": wav[:22] + b"\xff\xff" + wav[24:],
        "a page behind a picture": jpg + web,
        "a picture behind a page": web + jpg,
        "a picture behind an archive": b"PK\3\4" + bytes(26) + jpg,
        "a playlist": b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
        "ffconcat": b"ffconcat version 1.0\nfile /etc/passwd\n",
        "an svg": b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>",
        "a tag without sound": b"ID3\4\0\0\x7f\x7f\x7f\x7f" + bytes(2_000),
    }
