"""The regular inflected forms of English verbs and nouns.

Forms that do not exist ("visitted") are made beside those that do: they match nothing, and so do no harm.
"""

from typing import Final

_VOWELS: Final = frozenset("aeiou")
_HISSING: Final = ("s", "x", "z", "ch", "sh", "o")


def inflections(lemma: str, pos: str) -> set[str]:
    """The forms of a lemma, itself included. `pos` is `verb`, `noun` or `adj`; only the last word inflects."""
    head, _, last = lemma.rpartition(" ")
    prefix = f"{head} " if head else ""
    if pos == "verb":
        return {prefix + form for form in _verb(last)}
    if pos == "noun":
        return {prefix + form for form in (last, _with_s(last), f"{last}s" if last.endswith("o") else last)}
    return {lemma}


def _with_s(word: str) -> str:
    if word.endswith("y") and word[-2:-1] not in _VOWELS:
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(_HISSING) else "s")


def _verb(word: str) -> set[str]:
    forms = {word, _with_s(word)}
    if word.endswith("e"):
        stem = word[:-2] + "y" if word.endswith("ie") else word[:-1]
        return forms | {word + "d", stem + "ing", word + "ing"}
    if word.endswith("y") and word[-2:-1] not in _VOWELS:
        return forms | {word[:-1] + "ied", word + "ing"}
    forms |= {word + "ed", word + "ing"}
    if len(word) > 2 and word[-1] not in _VOWELS and word[-1] not in "wxy" and word[-2] in _VOWELS:
        forms |= {word + word[-1] + "ed", word + word[-1] + "ing"}
    if word.endswith("c"):
        forms |= {word + "ked", word + "king"}
    return forms
