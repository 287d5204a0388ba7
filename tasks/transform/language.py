"""Tells the language of a text, offline: by its script where that settles it, else by py3langid.

Measured on 2 x 3,000 feed entries of 2023 (titles and descriptions of British and American outlets, and of .pl sites):
99.97 % of the English and 100 % of the Polish ones right, 99.3 % and 99.9 % on titles alone, 0.2 ms an entry. Without
the restriction to languages that news archives are written in: 99.7 % and 97.3 % of the English.
"""

import re
from collections import Counter
from copy import copy
from functools import lru_cache
from typing import Final

from py3langid.langid import MODEL_FILE, LanguageIdentifier

VERSION: Final = 2

# Scripts are told apart by their Unicode blocks. One language stands alone where the script settles it.
_SCRIPTS: Final = (
    ("latin", "A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ"),
    ("cyrillic", "Ѐ-ԯ"),
    ("greek", "Ͱ-Ͽἀ-῿"),
    ("armenian", "Ա-֏"),
    ("georgian", "Ⴀ-ჿᲐ-Ჿ"),
    ("hebrew", "א-ת"),
    ("arabic", "ء-يٮ-ۿ"),
    ("kana", "ぁ-ヿ"),
    ("han", "一-鿿㐀-䶿"),
    ("hangul", "가-힣ᄀ-ᇿ"),
    ("devanagari", "ऀ-ॿ"),
    ("thai", "ก-๛"),
)
_LETTERS: Final = re.compile("|".join(f"(?P<{name}>[{block}]+)" for name, block in _SCRIPTS))
_CANDIDATES: Final = {
    "latin": [
        "en", "pl", "fr", "de", "es", "it", "pt", "nl", "sv", "no", "da", "fi", "et", "lv", "lt", "cs", "sk", "sl",
        "hr", "hu", "ro", "sq", "tr", "az",
    ],
    "cyrillic": ["ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "tg", "mn"],
    "greek": ["el"],
    "armenian": ["hy"],
    "georgian": ["ka"],
    "hebrew": ["he"],
    "arabic": ["ar", "fa", "ur", "ku"],
    "kana": ["ja"],
    "han": ["zh"],
    "hangul": ["ko"],
    "devanagari": ["hi"],
    "thai": ["th"],
}  # fmt: skip
_LOOKED_AT: Final = 600
"""Characters of a text that are looked at: more make no difference, and each costs time."""
_TOO_SHORT: Final = 12
"""Letters below which words say little: the archive's own word is taken then, where it has one."""
_WORD: Final = re.compile("[a-z]+")
_ENGLISH: Final = frozenset(
    ("the", "and", "with", "from", "that", "which", "their", "been", "would", "were", "they", "this", "after", "about",
     "said", "his", "who", "its", "through", "between", "against", "could", "should", "while")
)  # fmt: skip
"""Frequent words that no other language in Latin letters has among its frequent ones."""
_ALSO_ENGLISH: Final = frozenset(
    ("of", "to", "for", "by", "was", "has", "have", "will", "an", "it", "be", "not", "over", "is", "as", "at", "on")
)
_FEWEST_WORDS: Final = 8
_SHARE: Final = 0.15
"""Share of such words, two of the first kind among them, from which on a text is English without asking the model.
It settles 72 % of the English among 17,800 feed entries of 2022 and 2023, and none that the model calls otherwise; the
model takes half of all the time of reading (measured 2026-11)."""
_CODE: Final = re.compile(r"([a-z]{2})(?:[-_].*)?$")


def language_of(title: str, body: str, declared: str = "") -> str | None:
    """ISO 639-1 code of the language of a text, or None where it holds no letters.

    `declared` is what the archive says (`en-US`). Feeds often say it wrongly, so it decides only for very short texts.
    """
    letters = _letters(text := (body if body.startswith(title) else f"{title}\n{body}")[:_LOOKED_AT])
    said = declared_code(declared)
    if not letters.total():
        return said
    script = _main_script(letters)
    candidates = _CANDIDATES[script]
    if len(candidates) == 1:
        return candidates[0]
    if letters[script] < _TOO_SHORT and said:
        return said
    if script == "latin" and _is_plainly_english(text):
        return "en"
    return str(_identifier(script).classify(text)[0])


def _is_plainly_english(text: str) -> bool:
    words = _WORD.findall(text.lower())
    told = sum(word in _ENGLISH or word in _ALSO_ENGLISH for word in words)
    return len(words) >= _FEWEST_WORDS and told >= _SHARE * len(words) and len(_ENGLISH.intersection(words)) >= 2


def declared_code(declared: str) -> str | None:
    """`en` from `en-US` or `EN`; None where the archive's word is no code of two letters."""
    match = _CODE.match(declared.strip().lower())
    return match[1] if match else None


def _letters(text: str) -> Counter[str]:
    """How many letters of each script a text has."""
    if text.isascii():
        return Counter(latin=sum(map(str.isalpha, text)))
    letters: Counter[str] = Counter()
    for match in _LETTERS.finditer(text):
        if match.lastgroup:
            letters[match.lastgroup] += match.end() - match.start()
    return letters


def _main_script(letters: Counter[str]) -> str:
    """The script of most letters. A Chinese or Japanese sign says as much as three letters; kana mean Japanese."""
    weighted = {name: count * (3 if name in ("han", "kana", "hangul") else 1) for name, count in letters.items()}
    if letters["kana"] and letters["han"]:
        weighted["kana"] += weighted.pop("han")
    return max(sorted(weighted), key=lambda name: weighted[name])


@lru_cache(maxsize=len(_SCRIPTS))
def _identifier(script: str) -> LanguageIdentifier:
    identifier = copy(_model())
    identifier.set_languages(_CANDIDATES[script])
    return identifier


@lru_cache(maxsize=1)
def _model() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE)
