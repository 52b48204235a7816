"""The kinds of content that a content type, or the end of a path, can mean."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import unquote

from ..vocabulary import ContentKind
from ._headers import listed

__all__ = ["kinds_of_path", "kinds_of_type"]

_MEDIA = frozenset({ContentKind.MEDIA})
_XML = frozenset({ContentKind.XML})
# A number looked up comes as JSON, text or a form; only the caller knows that it is one.
_TEXT = frozenset({ContentKind.TEXT, ContentKind.PHONE_NUMBER, ContentKind.TELEPHONE_IDENTIFIER})
_NONE: frozenset[ContentKind] = frozenset()

_TYPES = {
    "application/json": _TEXT,
    "application/x-www-form-urlencoded": _TEXT,
    "application/xml": _XML,
    "text/csv": _TEXT,
    "text/plain": _TEXT,
    "text/xml": _XML,
}
_FAMILIES = {"audio": _MEDIA, "image": _MEDIA, "video": _MEDIA}

# Content networks keep a path by its ending alone: an answer of another kind must not pass for it.
_MEDIA_ENDINGS = listed(
    """
    aac aiff amr flac gsm m4a mid midi mp3 ogg opus ulaw wav wma
    3gp avi m4v mkv mov mp4 mpeg mpg webm
    avif bmp gif heic ico jpeg jpg png tif tiff webp
    """
)
_OTHER_ENDINGS = listed(
    """
    7z apk bin bz2 class css dmg doc docx ejs eot eps exe gz htm html iso jar js map mjs otf pdf
    pict pls ppt pptx ps rar svg svgz swf tar ttf wasm woff woff2 xls xlsx zip zst
    """
)
_ENDINGS = {
    **dict.fromkeys(("twiml", "xml"), _XML),
    **dict.fromkeys(("csv", "json", "txt"), _TEXT),
    **dict.fromkeys(_MEDIA_ENDINGS, _MEDIA),
    **dict.fromkeys(_OTHER_ENDINGS, _NONE),
}


def kinds_of_type(content_type: str, /) -> frozenset[ContentKind]:
    """Return the kinds that a Content-Type can mean; none for one that is not listed here."""
    return (_kinds if len(content_type) > 128 else _kinds_again)(content_type)


def _kinds(content_type: str) -> frozenset[ContentKind]:
    essence = content_type.partition(";")[0].rstrip(" \t").lower()
    kinds = _TYPES.get(essence)
    if kinds is not None:
        return kinds
    family, _, subtype = essence.partition("/")
    if subtype.endswith("+xml"):
        # An image written in XML is still a document that can hold text.
        return _XML if family in {"application", "text"} else _NONE
    if subtype.endswith("+json") and family == "application":
        return _TEXT
    return _FAMILIES.get(family, _NONE)


# Servers say the same few things again and again; what is long is not remembered.
_kinds_again = lru_cache(maxsize=256)(_kinds)


def kinds_of_path(url: str, /) -> frozenset[ContentKind] | None:
    """
    Return the kinds that the ending of the path of *url* can mean; None if it says nothing.

    Percent-encoding is undone first, three times: `/calls/x%2Ecss` ends in `.css` for one server
    and not for the next.
    """
    path = url.partition("#")[0].partition("?")[0]
    for _ in range(3):
        if "%" not in path:
            break
        path = unquote(path)
    # The longest ending has five letters.
    _, dot, ending = path[-6:].rpartition(".")
    if not dot:
        return None
    return _ENDINGS.get(ending.lower())
