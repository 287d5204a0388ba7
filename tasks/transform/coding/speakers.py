"""Says who is the subject of a verb of saying: a name, an office, a pronoun, or whatever words the text has."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from tasks.transform.coding.actors import ActorFinder
from tasks.transform.coding.clauses import MODIFIERS, SUBJECTS, Parsed, conjuncts, direct_objects, is_passive
from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.grammar import Grammar
from tasks.transform.coding.parties import Article, Party
from tasks.transform.coding.people_memory import Memory, PeopleFinder
from tasks.transform.coding.tokens import Token

_MOST_WORDS_OF_ROLE: Final = 9
_PROPER: Final = ("NNP", "NNPS")
_POSSESSIVE: Final = re.compile(r"^.*['’]s?\s+")
_MARKS: Final = ' ,"“”«»„‘’'
_OPENING: Final = " \"“„«‘'([,;:–—-"


class SpeakerFinder:
    """Resolves the subjects of verbs of saying to speakers."""

    def __init__(self, codebook: Codebook, actors: ActorFinder, grammar: Grammar, people: PeopleFinder) -> None:
        words: Mapping[str, Any] = codebook.language["quotes"]
        self._genders: Mapping[str, str] = {
            word: gender for gender in ("man", "woman") for word in words["pronouns"][gender]
        }
        self._pronoun_at = re.compile(rf"\s({'|'.join(self._genders)})\s(?=[a-z])")
        self._quoting = frozenset(words["quoting"])
        self._one_person = frozenset(words["one_person"])
        self._of_one = frozenset(words["pronouns"]["body"])
        self._bodies = frozenset(words["bodies"])
        self._agents = codebook.agents
        self._names = codebook.names
        self._actors = actors
        self._grammar = grammar
        self._people = people

    def subjects(self, parsed: Parsed, verb: Token) -> list[Token]:
        """The heads of those who say: the subject, who is quoted "as saying", or the by-phrase of a passive."""
        above = verb.head
        if (
            verb.dep_ == "pcomp"
            and parsed.lower[above.i] == "as"
            and self._quoting & {*parsed.lemmas(above.head, "verb")}
        ):
            if is_passive(parsed, above.head):
                return self._grammar.subjects(parsed, above.head)
            return direct_objects(above.head)
        if is_passive(parsed, verb) and verb.tag_ == "VBN":
            by = (c for c in verb.children if c.dep_ in ("agent", "prep") and parsed.lower[c.i] == "by")
            return [t for c in by for p in c.children if p.dep_ == "pobj" for t in conjuncts(p)]
        own = [t for c in verb.children if c.dep_ in SUBJECTS for t in conjuncts(c)]
        relative = any(t.tag_ in ("WP", "WDT") for t in own)
        if own and not relative:
            return own
        heads = self._grammar.subjects(parsed, verb)
        if verb.tag_ == "VBG" and not any(self.is_somebody(parsed, head) for head in heads):
            return self._above(parsed, verb) or heads
        return heads

    @staticmethod
    def behind(verb: Token) -> list[Token]:
        """Who speaks in 'exclaimed X', which the parser takes for an object when the quotation is cut off."""
        right = (c for c in verb.rights if c.dep_ in ("dobj", "attr", "oprd", "npadvmod", "dep"))
        return [t for c in right for t in conjuncts(c)]

    def is_somebody(self, parsed: Parsed, head: Token) -> bool:
        """Whether a noun can be a person or body: a name, a pronoun or a noun that names an actor."""
        return head.tag_ in (*_PROPER, "PRP", "WP") or head.i in parsed.name_of or self._is_agent(parsed, head)

    @staticmethod
    def _above(parsed: Parsed, verb: Token) -> list[Token]:
        """The subject of the clause that a participle hangs in: "defended the decision, saying ..."."""
        for token in verb.ancestors:
            own = [t for c in token.children if c.dep_ in SUBJECTS for t in conjuncts(c)]
            if parsed.is_verb(token) and own:
                return own
        return []

    def speaker(self, parsed: Parsed, heads: Sequence[Token], article: Article, memory: Memory) -> Party | None:
        """Who the first of some noun heads is; the words alone where nobody knows; None without heads."""
        if not heads:
            return None
        head = heads[0]
        word = parsed.lower[head.i]
        if head.tag_ in ("PRP", "PRP$"):
            return self._pronoun(parsed, head, self._genders.get(word, ""), article, memory)
        if head.tag_ in ("WP", "WDT", "EX", "WRB"):
            return None
        party = self._actors.party(parsed, head, article)
        if party is not None and party.kind == "place" and head.i not in parsed.name_of:
            party = replace(party, name=party.text, country="", how="unknown", kind="")  # speakers share towns' names
        if party is not None and party.how == "pronoun":
            party = None  # "his daughter" is not he
        if party is not None and party.how in ("agent", "loose") and party.kind != "person":
            party = replace(party, name=party.text)
        if party is not None and party.text.split()[-1] in self._bodies and party.how not in ("name", "known"):
            return replace(party, name=party.text, role="", kind="organisation")
        person = self._appositive(parsed, head, party) or self._person(parsed, head, party, memory)
        if person is not None:
            person = self._bare(person)
            memory.add(person.start, person, self._people.gender(person.name))
            return person
        if party is not None and party.how not in ("loose", "unknown"):
            if party.how == "alone" and head.tag_ == "NN" and any(parsed.lower[c.i] == "the" for c in head.lefts):
                meant = memory.with_role(parsed.start(head), parsed.lower[head.i])
                if meant is not None:
                    memory.add(party.start, meant)
                    return replace(meant, start=party.start, end=party.end, text=party.text, how="known")
            return party
        start, end = self._phrase(parsed, head)
        text = parsed.cut(start, end)
        country, sector = (party.country, party.sector) if party is not None else ("", "")
        kind = party.kind if party is not None else ""
        return Party(start, end, text, text, country, sector, "", party.how if party else "unknown", kind)

    def pronoun_behind(self, body: str, position: int, memory: Memory) -> Party | None:
        """Whom "he" or "she" means that stands right behind a quotation, whatever the verb: '"Yes," he laughed.'"""
        match = self._pronoun_at.match(body, position)
        if match is None:
            return None
        known = memory.meant(match.start(1), self._genders[match[1]])
        if known is None:
            return None
        return replace(known, start=match.start(1), end=match.end(1), text=match[1], how="pronoun")

    def remember(self, parsed: Parsed, article: Article, memory: Memory) -> None:
        """Keep the people whom a sentence names with their office, speaking or not: who and what they are."""
        for token in parsed.tokens:
            if token.tag_ not in _PROPER or token.dep_ in MODIFIERS or token.i in parsed.name_of:
                continue
            if not any(self._is_agent(parsed, left) for left in token.lefts):
                continue
            party = self._actors.party(parsed, token, article)
            if party is not None and party.kind == "person" and party.role and " " in party.name:
                party = self._bare(party)
                memory.add(party.start, party, self._people.gender(party.name))

    def _pronoun(self, parsed: Parsed, head: Token, gender: str, article: Article, memory: Memory) -> Party:
        start, end = parsed.start(head), parsed.end(head)
        known = memory.meant(start, gender) if gender else self._actors.party(parsed, head, article)
        if known is None or (not gender and not self._fits(parsed.lower[head.i], article.group)):
            return Party(start, end, head.text, "", "", "", "", "pronoun")
        if gender:
            memory.add(start, known, gender)
        return replace(known, start=start, end=end, text=parsed.cut(start, end), how="pronoun")

    def _fits(self, word: str, group: Party | None) -> bool:
        """Whether "they" or "it" can mean the body spoken of last: no one minister is either of them."""
        last = group.text.split()[-1].lower() if group is not None and group.text else ""
        return (
            bool(last)
            and last not in self._one_person
            and (word in self._of_one or last.endswith("s") or (group is not None and group.how == "name"))
        )

    def _appositive(self, parsed: Parsed, head: Token, party: Party | None) -> Party | None:
        """Who "his brother, Eric Paddock" and "Christopher Sullivan, the general manager" are, with their role."""
        beside = next((c for c in head.rights if c.dep_ == "appos" and parsed.is_noun(c)), None)
        if beside is None:
            return None
        if (head.tag_ in _PROPER and beside.tag_ not in _PROPER) or (party is not None and party.kind == "person"):
            if party is None or party.role:
                return None
            start, end = self._phrase(parsed, beside)
            role = self._role(parsed, start, max(end, self._of_phrase_end(parsed, beside)))
            office = self._actors.party(parsed, beside, Article()) if self._is_agent(parsed, beside) else None
            return replace(
                party,
                role=role,
                kind="person",
                country=party.country or (office.country if office else ""),
                sector=party.sector or (office.sector if office else ""),
            )
        if head.tag_ in _PROPER or beside.tag_ not in _PROPER:
            return None
        start, end = self._phrase(parsed, head)
        named_start, named_end = self._phrase(parsed, beside)
        known = parsed.name_of.get(beside.i)
        text = parsed.cut(start, named_end)
        if known is not None and known.entry.kind != "person":
            return None
        if known is not None:
            entry = known.entry
            return Party(start, named_end, text, entry.name, entry.country, entry.sector, entry.role, "name", "person")
        country, sector = (party.country, party.sector) if party is not None and party.how != "loose" else ("", "")
        name = parsed.cut(named_start, named_end)
        role = self._role(parsed, start, max(end, self._of_phrase_end(parsed, head)))
        return Party(start, named_end, text, name, country, sector, role, "agent" if country else "unknown", "person")

    def _person(self, parsed: Parsed, head: Token, party: Party | None, memory: Memory) -> Party | None:
        """A person by name: of the codebook, with a title, or by a surname that the article has told in full."""
        if party is None or (head.tag_ not in _PROPER and party.kind != "person"):
            return None
        if party.kind == "person" and party.how in ("name", "known", "agent", "alone"):
            full = memory.by_surname.get(party.name)
            return party if full is None else replace(full, start=party.start, end=party.end, text=party.text)
        if party.how not in ("unknown", "loose") or party.kind in ("place", "organisation", "group", "country"):
            return None
        surname = head.text
        full = memory.by_surname.get(surname)
        words = party.text.split()
        described = self._described(party)
        if described is not None and described.role and (full is None or not full.role):
            return described
        if full is not None and (
            len(words) == 1
            or party.text.endswith(full.name)
            or not words[-2][0].isupper()
            or self._people.gender(words[0])
            or words[-2].endswith(".")
        ):
            return replace(full, start=party.start, end=party.end, text=party.text, how="known")
        return described

    @staticmethod
    def _bare(party: Party) -> Party:
        """The person with the words in small letters before the name put to the role."""
        words = party.name.split()
        small = next((i for i in range(len(words), 0, -1) if words[i - 1].islower() and len(words[i - 1]) > 3), 0)
        if not small or small == len(words):
            return party
        return replace(party, name=" ".join(words[small:]), role=" ".join([party.role, *words[:small]]).strip())

    def _described(self, party: Party) -> Party | None:
        """A name with words before it that say what the person is: "analyst Tigran Melkonyan", "its head Ann Lee"."""
        bare = _POSSESSIVE.sub("", party.text)
        words = bare.split()
        first = next((i for i in range(len(words), 0, -1) if not self._is_of_name(words[i - 1])), 0)
        name = " ".join(words[first:])
        if not name:
            return None
        role = " ".join(words[:first])
        described = bool(role) and words[first - 1].islower()
        is_person = bool(self._people.gender(name)) or (described and len(words) - first > 1)
        if not is_person:
            return None
        address, _, rest = name.partition(" ")
        if rest and self._people.is_address(address):
            name = rest
        return replace(party, name=name, role=role.strip(_MARKS), kind="person")

    def _is_of_name(self, word: str) -> bool:
        """Whether a word can be part of a person's name: no small word, no acronym, no country's adjective."""
        return (
            word[:1].isupper()
            and not (word.isupper() and len(word) > 1 and word[1:2] != ".")
            and not (any(entry.form == "adjective" for entry in self._names.get(word, ())))
        )

    def _is_agent(self, parsed: Parsed, token: Token) -> bool:
        return any(lemma in self._agents for lemma in parsed.lemmas(token, "noun"))

    def _role(self, parsed: Parsed, start: int, end: int) -> str:
        """The words of a role, at most nine, without what parts them from the name."""
        return " ".join(parsed.cut(start, end).split()[:_MOST_WORDS_OF_ROLE]).strip(_MARKS)

    @staticmethod
    def _of_phrase_end(parsed: Parsed, head: Token) -> int:
        """Where "director of the institute" ends; the head's own end without an of-phrase."""
        for child in head.rights:
            if child.dep_ == "prep" and parsed.lower[child.i] in ("of", "for", "at"):
                return next((parsed.end(p) for p in child.children if p.dep_ == "pobj"), parsed.end(head))
        return parsed.end(head)

    @staticmethod
    def _phrase(parsed: Parsed, head: Token) -> tuple[int, int]:
        """The noun phrase up to its head, without the article and opening marks; any of-phrase of a common noun too."""
        first = head
        for left in reversed(list(head.lefts)):
            if left.dep_ not in MODIFIERS and left.dep_ not in ("nummod", "quantmod", "punct", "advmod"):
                break
            first = left.left_edge
        while first.i < head.i and (first.dep_ in ("det", "predet", "punct", "cc") or first.text in _OPENING):
            first = parsed.tokens[first.i + 1]
        return parsed.start(first), parsed.end(head)
