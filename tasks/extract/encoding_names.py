"""Knows the encodings that texts name: what the web and mail mean by a name, which is often more than it says."""

import codecs
import re
from typing import Final

WESTERN: Final = frozenset(("cp1252", "iso8859-15"))
"""Encodings that programs name by habit, also where the text is in another one."""

_MORE_NAMES: Final = {"windows-874": "cp874", "x-sjis": "shift_jis"}
_MEANS: Final = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949", "shift_jis": "cp932", "big5": "big5hkscs",
}  # fmt: skip
"""Encodings that are named where a larger one is meant (encoding.spec.whatwg.org, table of labels)."""
_OF_TEXT: Final = re.compile(
    r"utf-(?:7|(?:8|16|32)(?:-(?:le|be|sig))?)|cp(?:125\d|1125|437|7\d\d|8[56]\d|874|9\d\d)|iso8859-\d+|iso2022_\w+"
    r"|koi8-\w|mac-\w+|gb\w+|big5\w*|euc_\w+|shift_jis\w*|tis-620|hz|johab|ascii|kz1048|ptcp154"
)
"""Codecs of Python for text that is ASCII in its markup. Others compress, are slow on long input (punycode), or are of
mainframes: a text in one of those could not say so in ASCII."""


def codec_of(name: str) -> str:
    """Python's name of the encoding that is meant by a name; empty where it is none of a text, or not known."""
    bare = name.strip(" \t\r\n\"'").lower()
    try:
        found = codecs.lookup(_MORE_NAMES.get(bare, bare)).name
    except (LookupError, ValueError):
        return ""
    return _MEANS.get(found, found) if _OF_TEXT.fullmatch(found) else ""
