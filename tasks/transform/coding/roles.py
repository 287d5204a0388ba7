"""Reads the role that stands beside a country or body ("deputy foreign minister"), and the sector that it tells."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.names import Name
from tasks.transform.coding.person_names import Word, written

_MOST_WORDS: Final = 8
"""A role has at most so many words between the country and the name."""
_LONGEST_NOUN: Final = 3
_GENITIVES: Final = frozenset({"'s", "’s"})
_BLOCKING: Final = frozenset({"country", "place", "person"})
"""Kinds of names that are no part of a role: what follows them is somebody else's."""


@dataclass(frozen=True, slots=True)
class Role:
    """A role as it stands: its words from `first` on, offsets into the body, and the sector of its noun.

    `of_a_body`: the sector is rather that of whom the person serves, `body_sector` where the role names it.
    """

    first: int
    start: int
    end: int
    text: str
    sector: str
    body_sector: str
    of_a_body: bool


class Roles:
    """Finds roles by the agents of the codebook that can be one person, and by the words of `introductions`."""

    def __init__(self, codebook: Codebook) -> None:
        words: Mapping[str, Any] = codebook.language["introductions"]
        never = frozenset(words["not_roles"])
        nouns = {noun: sector for noun, sector in codebook.agents.items() if noun not in never} | dict(words["roles"])
        self._nouns: dict[str, str] = {_plain(noun): sector for noun, sector in nouns.items()}
        gathered = {noun: sector for noun, sector in codebook.agents.items() if noun in never and sector != "CVL"}
        self._bodies: dict[str, str] = {_plain(n): sector for n, sector in (gathered | dict(words["bodies"])).items()}
        self._last_words = frozenset(noun.split()[-1] for noun in self._nouns)
        self.heads = self._last_words | {noun.split()[0] for noun in self._nouns}
        """Of the words of a sentence with a role, one is among these."""
        self.stopping = frozenset(word for noun in self._nouns for word in (noun, *noun.split()))
        """Words that name a role, and so no person."""
        self._of_a_body = frozenset(_plain(noun) for noun in words["of_a_body"])
        self._former = frozenset((*codebook.language["clauses"]["former"], *words["past"]))
        self._dead = frozenset(words["dead"])
        self.states = self._former | self._dead
        self._modifiers = frozenset(words["modifiers"]) | frozenset(w for n in self._bodies for w in n.split())
        self._fields = frozenset(words["fields"])
        self._breaks = frozenset(words["breaks"])
        self._endings = tuple(words["endings"])
        self._not_about = frozenset(words["not_about"])
        self._within = frozenset(words["within"])
        self._articles = frozenset(words["articles"])
        self._joining = frozenset(words["joining"])
        self._verbs = frozenset(
            f for f, meanings in codebook.forms.items() if any(pos == "verb" for pos, _ in meanings)
        )

    def after(
        self, words: Sequence[Word], begin: int, free: bool, names: Mapping[int, Name]
    ) -> Iterator[tuple[Role, int]]:
        """The roles that begin at words[begin], each with the index behind it; the shorter one first.

        `free`: also words that no list holds may stand in it, as behind an adjective or a genitive. `names`: those of
        the sentence by where they begin.
        """
        for at in range(begin, min(begin + _MOST_WORDS, len(words))):
            word = words[at]
            name = names.get(word.start)
            if word.lower in self._not_about or (name is not None and name.entry.kind in _BLOCKING):
                return
            if (noun := self._noun(words, begin, at)) is not None:
                yield self._role(words, begin, at + 1, at - len(noun.split()) + 1, noun), at + 1
                if (end := self._phrase(words, at + 1, names)) > at + 1:
                    yield self._role(words, begin, end, at - len(noun.split()) + 1, noun), end
            elif not self._goes_on(words, begin, at, free):
                return

    def before(self, words: Sequence[Word], at: int) -> Role | None:
        """The role that ends just before words[at]."""
        end = at
        while end > 1 and words[end - 1].lower in self._fields | self._articles:
            end -= 1
        head = end - 2 if end < at and words[end - 1].lower in self._within else at - 1
        if head < 0:
            return None
        first = head
        while first > 0 and at - first < _MOST_WORDS and self._is_modifier(words[first - 1]):
            first -= 1
        noun = self._noun(words, first, head)
        if noun is None or any(words[i].lower in self._not_about for i in range(first, at)):
            return None
        role = self._role(words, first, at, head - len(noun.split()) + 1, noun)
        return None if self._is_of_the_dead(words, first, at) else self._past(words, first, role)

    def body(self, words: Sequence[Word], at: int, role: Role) -> tuple[Role, int]:
        """A role that serves the owner before words[at] ("head of Ukraine's air force"), with all that it serves."""
        end = at
        while end < len(words) and end - at < _MOST_WORDS and self._goes_on(words, at, end, free=True):
            end += 1
        if end == at or words[end - 1].lower in self._breaks:
            return role, at
        sector = self._body_sector(words, at, end)
        return replace(role, end=words[end - 1].end, body_sector=sector or role.body_sector), end

    def with_state_before(self, words: Sequence[Word], owner: int, role: Role) -> tuple[int, Role] | None:
        """Where an introduction begins whose owner stands at words[owner], and the role as it is now.

        Who held a role before has the sector ELI; None for the dead, who do nothing any more.
        """
        if self._is_of_the_dead(words, max(owner - 1, 0), owner) or any(
            word in self._dead for word in role.text.lower().split()
        ):
            return None
        stated = self._past(words, owner, role)
        return (words[owner - 1].start if stated.text != role.text else words[owner].start), stated

    def _past(self, words: Sequence[Word], first: int, role: Role) -> Role:
        """The role with the sector ELI where a word before it or in it says that it is past."""
        before = words[first - 1] if first else None
        if before is not None and before.lower in self._former:
            return replace(role, text=f"{before.lower} {role.text}", sector="ELI", body_sector="", of_a_body=False)
        parts = [part for word in role.text.lower().split() for part in word.split("-")]
        if any(part in self._former for part in parts):
            return replace(role, sector="ELI", body_sector="", of_a_body=False)
        return role

    def _is_of_the_dead(self, words: Sequence[Word], first: int, last: int) -> bool:
        return any(words[i].lower in self._dead for i in range(max(first - 1, 0), last))

    def _noun(self, words: Sequence[Word], first: int, at: int) -> str | None:
        """The longest role noun that ends at words[at]."""
        last = _plain(words[at].lower).split()
        if not last or last[-1] not in self._last_words:
            return None
        for length in range(_LONGEST_NOUN, 0, -1):
            text = " ".join(word.lower for word in words[at - length + 1 : at + 1])
            if at - length + 1 >= first and _plain(text) in self._nouns:
                return text
        return words[at].lower if last[-1] in self._nouns else None

    def _goes_on(self, words: Sequence[Word], begin: int, at: int, free: bool) -> bool:
        """Whether words[at] may stand in a role before its noun."""
        word = words[at]
        if word.lower in _GENITIVES:
            return at == begin or self._is_modifier(words[at - 1]) or words[at - 1].lower in self.stopping
        if not word.text[0].isalpha() or word.lower in self._breaks:
            return False
        if self._is_modifier(word):
            return True
        if not free:
            return False
        return word.text[0].isupper() or not (word.lower in self._verbs or word.lower.endswith(self._endings))

    def _is_modifier(self, word: Word) -> bool:
        return (
            word.lower in self._modifiers
            or word.lower in self.stopping
            or all(part in self._modifiers for part in word.lower.split("-"))
        )

    def _phrase(self, words: Sequence[Word], at: int, names: Mapping[int, Name]) -> int:
        """The index behind a phrase of a role ("of defence", "to the United States"); `at` where there is none."""
        if at >= len(words) or words[at].lower not in self._within:
            return at
        end = at + 1
        if end < len(words) and words[end].lower in self._articles:
            end += 1
        if end < len(words) and (name := names.get(words[end].start)) is not None and name.entry.kind != "person":
            while end < len(words) and words[end].start < name.end:
                end += 1
            return end
        begin = end
        while end < len(words):
            step = 1
            while end > begin and end + step < len(words) and words[end + step - 1].lower in self._joining:
                step += 1
            if words[end + step - 1].lower not in self._fields:
                break
            end += step
        return end if end > begin else at

    def _role(self, words: Sequence[Word], first: int, last: int, head: int, noun: str) -> Role:
        text = written(words, first, last)
        plain = _plain(noun)
        sector = self._nouns.get(plain, self._nouns.get(plain.split()[-1], ""))
        of_a_body = plain in self._of_a_body or (plain.split()[-1] in self._of_a_body and plain not in self._nouns)
        body_sector = self._body_sector(words, first, head)
        return Role(first, words[first].start, words[last - 1].end, text, sector, body_sector, of_a_body)

    def _body_sector(self, words: Sequence[Word], first: int, last: int) -> str:
        """The sector that the words of a role tell beside its noun; the one nearest to the noun counts."""
        for end in range(last, first, -1):
            for begin in range(max(first, end - _LONGEST_NOUN), end):
                text = _plain(" ".join(word.lower for word in words[begin:end]))
                if sector := self._bodies.get(text):
                    return sector
        return ""


def _plain(text: str) -> str:
    return text.replace("-", " ")
