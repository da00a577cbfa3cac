"""What a file is called that is of no form we take, so that its sender reads why."""

from __future__ import annotations

HEAD_BYTES = 1_024
"""So much of a file is looked at."""

_MAGIC = (
    (0, b"OggS", "Ogg"),
    (0, b"GIF8", "a GIF picture"),
    (8, b"WEBP", "a WebP picture"),
    (8, b"AVI ", "an AVI video"),
    (4, b"ftypqt", "a QuickTime video"),
    (4, b"ftyphe", "a HEIC picture"),
    (4, b"ftypmif1", "a HEIF picture"),
    (4, b"ftypavi", "an AVIF picture"),
    (4, b"ftyp3g2", "a 3GPP2 video"),
    (0, b"%PDF", "a PDF document"),
    (0, b"PK\x03\x04", "a ZIP archive or an Office document"),
    (0, b"\xd0\xcf\x11\xe0", "an Office document"),
    (0, b"\x1a\x45\xdf\xa3", "a Matroska or WebM file"),
    (0, b"fLaC", "FLAC audio"),
    (0, b"#!AMR", "AMR audio"),
    (0, b"MThd", "a MIDI file"),
    (0, b"BM", "a BMP picture"),
    (0, b"II*\0", "a TIFF picture"),
    (0, b"MM\0*", "a TIFF picture"),
    (0, b"FLV", "a Flash video"),
    (0, b"\x30\x26\xb2\x75", "a Windows Media file"),
    (0, b"\0\0\x01\xba", "an MPEG program stream"),
    (0, b"\0\0\x01\xb3", "an MPEG video"),
    (0, b"\x1f\x8b", "a gzip archive"),
    (0, b"7z\xbc\xaf", "a 7z archive"),
    (0, b"Rar!", "a RAR archive"),
    (0, b"MZ", "a Windows program"),
    (0, b"\x7fELF", "a program"),
    (0, b"#!", "a script"),
)
_MARKUP = (
    (b"<svg", "an SVG picture"),
    (b"<html", "an HTML page"),
    (b"<!doctype html", "an HTML page"),
)


def called(head: bytes) -> str:
    """A name for what starts so: ``a PDF document``; ``a file of an unknown form`` for the rest.

    Never raises; a wrong guess costs nothing, for nothing is decided by it.
    """
    for at, magic, name in _MAGIC:
        if head.startswith(magic, at):
            return name
    text = head[:HEAD_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for mark, name in _MARKUP:
        if mark in text:
            return name
    if text and all(byte >= ord(" ") or byte in b"\t\r\n" for byte in text):
        return "a text file"
    return "a file of an unknown form"
