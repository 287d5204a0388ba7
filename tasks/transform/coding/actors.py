"""Says who a noun phrase is: its name, country and sector, by the codebook and by what the article has said before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from tasks.transform.coding.agent_towns import AgentTowns
from tasks.transform.coding.bystanders import served
from tasks.transform.coding.clauses import MODIFIERS, Parsed, conjuncts, prepositional
from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.gazetteer import town
from tasks.transform.coding.introduced import INTRODUCED
from tasks.transform.coding.names import Name
from tasks.transform.coding.parties import Article, Party, holds
from tasks.transform.coding.private_life import PRIVATE
from tasks.transform.coding.tokens import Token

_AGENT_PREPOSITIONS: Final = ("of", "from", "in", "at", "for", "within")
_THING_PREPOSITIONS: Final = ("of", "from")
"""Whose an agent is may also stand in its in-phrase ("rebels in Syria"); a thing in Syria is not Syria's."""
_BEFORE_HEAD: Final = MODIFIERS | {"nummod", "advmod", "quantmod"}
_HOLDING: Final = frozenset({"GOV", "MIL", "REB", "LEG", "COP"})
"""Sectors of those who hold a contested place: "separatist leaders in Nagorno-Karabakh" are not Azerbaijan's."""
_OF_TOWNS: Final = frozenset({"JUD", "COP", "CRM", "CVL", "EDU", "LAB"})
"""Sectors of those who are of a town rather than of the organisation that sits there: "the Brussels police"."""
_OF_EVERY_STATE: Final = frozenset({"GOV", "LEG", "JUD", "MIL", "COP"})
"""Sectors of bodies that many states have under one name: "Kenya's Supreme Court" is not America's."""
OTHERS: Final = "others"
"""The kind of parties that are of no country that the text names: "China's neighbours", "its allies"."""
_STATE: Final = "GOV"
_STATES: Final = frozenset({"name", "seat"})
"""Forms of names that are the state itself: "Russia's allies" are others, "Russian allies" may be Russians."""
_PREFERRED: Final = ("poss", "amod", "nmod", "compound")


class ActorFinder:
    """Resolves noun phrases to parties."""

    def __init__(self, codebook: Codebook) -> None:
        self._agents = codebook.agents
        clauses: Mapping[str, Any] = codebook.language["clauses"]
        pronouns: Mapping[str, Any] = codebook.language["pronouns"]
        self._instruments = frozenset(clauses["instruments"])
        self._former = frozenset(clauses["former"])
        self._title_words = frozenset(clauses["title_words"]) | frozenset(codebook.agents)
        self._titles = self._title_words | frozenset(codebook.language["introductions"]["titles"])
        self._quantities = frozenset(clauses["quantities"])
        self._premiers = frozenset(clauses["premiers"])
        self._gatherings = frozenset(clauses["gatherings"])
        self._no_parties = frozenset(clauses["no_parties"])
        self._abroad = frozenset(clauses["abroad"])
        self._worldwide = frozenset(clauses["worldwide"])
        self._everywhere = frozenset(clauses["everywhere"])
        self._charges = frozenset(clauses["charges"])
        self._strange = frozenset(clauses["strange"])
        self._nameless = frozenset(clauses["nameless"])
        self._indefinite = frozenset(clauses["indefinite"])
        self._strangers = frozenset(clauses["strangers"])
        self._states = frozenset(clauses["states"])
        self._definite = frozenset((*codebook.language["modality"]["definite"], "both"))
        self._within_a_state = frozenset(clauses["within_a_state"])
        self._neighbours = frozenset(clauses["neighbours"])
        self._others = frozenset(clauses["others"]) | self._neighbours
        self._not_towns = frozenset(codebook.language["places"]["not_alone"])
        self._towns = AgentTowns(codebook)
        self._person = frozenset(pronouns["person"])
        self._thing = frozenset(pronouns["thing"])
        self._speaker = frozenset(pronouns["speaker"])

    def parties(
        self, parsed: Parsed, heads: Sequence[Token], article: Article, *, speaker: Party | None = None
    ) -> list[Party]:
        """The parties of some noun heads, without doubles; heads that name nobody are left out."""
        found: list[Party] = []
        for head in heads:
            party = self.party(parsed, head, article, speaker=speaker)
            if party is not None and not any(self._same(party, other) for other in found):
                found.append(party)
                found.extend(self._joint(parsed, head, party))
        return found

    @staticmethod
    def _joint(parsed: Parsed, head: Token, party: Party) -> Iterator[Party]:
        """The others of a noun of several countries: "the Armenian and Azerbaijani ministers", "leaders of A and B"."""
        if party.how not in ("agent", "loose"):
            return
        modifiers = [t for child in head.lefts if child.dep_ in MODIFIERS for t in conjuncts(child)]
        if party.how == "agent" and head.tag_ == "NNS":
            modifiers += [t for word in _THING_PREPOSITIONS for t in prepositional(parsed, head, word)]
        names = [parsed.name_of[t.i] for t in modifiers if t.i in parsed.name_of]
        for name in names:
            entry = name.entry
            if entry.kind == "country" and entry.country != party.country:
                yield replace(party, name=f"{party.name} ({entry.name})", country=entry.country)

    @staticmethod
    def _same(one: Party, other: Party) -> bool:
        return (one.start, one.end) == (other.start, other.end) or (
            bool(one.name) and (one.name, one.code) == (other.name, other.code)
        )

    def party(self, parsed: Parsed, head: Token, article: Article, *, speaker: Party | None = None) -> Party | None:
        """Who the noun phrase with this head is; None for things and for words that name nobody."""
        word = parsed.lower[head.i]
        if head.tag_ in ("PRP", "PRP$"):
            return self._pronoun(parsed, head, word, article, speaker)
        name = parsed.name_of.get(head.i)
        if name is not None:
            return self._named(parsed, head, name)
        if (counted := self._counted(parsed, head)) is not None:
            return self.party(parsed, counted, article, speaker=speaker)
        agent = next((lemma for lemma in parsed.lemmas(head, "noun") if lemma in self._agents), None)
        if agent is not None and not self._is_surname(parsed, head):
            return self._agent(parsed, head, self._agents[agent], article, speaker)
        if head.tag_ in ("NNP", "NNPS"):
            return self._proper(parsed, head, article)
        return self._loose(parsed, head) or self._owned(parsed, head, article, speaker)

    def _is_surname(self, parsed: Parsed, head: Token) -> bool:
        """Whether a noun such as King or Pope ends a person's name: a name stands before it that is no title."""
        before = [t for t in head.lefts if t.dep_ == "compound" and t.tag_ == "NNP" and t.i not in parsed.name_of]
        return head.tag_ == "NNP" and any(parsed.lower[t.i] not in self._title_words for t in before)

    def _counted(self, parsed: Parsed, head: Token) -> Token | None:
        """Those whom a word only counts or gathers: "activists" in "dozens of activists", "a coalition of farmers"."""
        words = {*parsed.lemmas(head, "noun"), parsed.lower[head.i]}
        counts = head.tag_ == "CD" or not words.isdisjoint(self._quantities)
        if not counts and words.isdisjoint(self._gatherings):
            return None
        inner = next(prepositional(parsed, head, "of"), None)
        follows = inner is None or counts or not self._agents.keys().isdisjoint(parsed.lemmas(inner, "noun"))
        return inner if follows else None

    def _pronoun(self, parsed: Parsed, head: Token, word: str, article: Article, speaker: Party | None) -> Party | None:
        if word in self._speaker:
            known = speaker
        elif word in self._person:
            known = article.person
        elif word in self._thing:
            known = article.group
        else:
            known = None
        if known is None:
            return None
        start, end = parsed.start(head), parsed.end(head)
        return replace(known, start=start, end=end, text=parsed.cut(start, end), how="pronoun")

    def _named(self, parsed: Parsed, head: Token, name: Name) -> Party:
        entry = name.entry
        start, end = self._span(parsed, head)
        start, end = min(start, name.start), max(end, name.end)
        how = "known" if entry.form == INTRODUCED else "name"
        party = self._party(parsed, start, end, entry.name, entry.country, entry.sector, how, entry.kind, entry.role)
        if entry.kind == "person" and self._is_former(parsed, head):
            return replace(party, sector="ELI", role="")
        if entry.sector in _OF_EVERY_STATE and entry.kind != "person":
            owner = self._owner(parsed, head, ())
            if owner is not None and owner.entry.kind == "country" and owner.entry.country != entry.country:
                return replace(party, name=parsed.cut(start, end), country=owner.entry.country)
        return replace(party, tied_to=entry.tied_to) if entry.kind == "place" else party

    def _agent(self, parsed: Parsed, head: Token, sector: str, article: Article, speaker: Party | None = None) -> Party:
        start, end = self._span(parsed, head)
        text = parsed.cut(start, end)
        owner = self._owner(parsed, head)
        if self._is_former(parsed, head):
            sector = "ELI"
        appositive = next((c for c in head.children if c.dep_ == "appos" and c.i in parsed.name_of), None)
        if appositive is not None and parsed.name_of[appositive.i].entry.kind == "person":
            named = self._named(parsed, appositive, parsed.name_of[appositive.i])
            return replace(named, start=start, end=max(end, named.end), text=parsed.cut(start, named.end))
        if owner is None:
            person = article.person
            if person is not None and holds(person, parsed.lower[head.i], self._premiers):
                return replace(person, start=start, end=end, text=text, how="known")
            owner = self._told_before(parsed, head)
            if owner is None:
                return self._unnamed(parsed, head, text, sector, article, speaker)
        entry = owner.entry
        is_before = entry.kind == "country" and entry.form in _STATES and owner.start < parsed.start(head)
        if is_before and not self._others.isdisjoint(parsed.lemmas(head, "noun")):
            return self._party(parsed, start, end, text, "", sector, "alone", OTHERS)
        if entry.tied_to and entry.kind == "place" and sector in _HOLDING:
            return self._party(parsed, start, end, text, entry.tied_to, sector, "agent", "group")
        name = text if entry.form != "name" or entry.kind in ("country", "place") else entry.name
        if not entry.country:
            seat = town(owner.text, frozenset()) if sector in _OF_TOWNS else None
            if seat is not None:
                return self._party(parsed, start, end, text, seat.country, sector, "agent", "group")
            return self._party(parsed, start, end, entry.name, "", entry.sector or sector, "agent", entry.kind)
        if entry.kind == "group" and entry.sector in ("REB", "IMG"):
            sector = entry.sector
        abroad = entry.kind == "country" and not self._abroad.isdisjoint(parsed.lemmas(head, "noun"))
        return replace(self._party(parsed, start, end, name, entry.country, sector, "agent", "group"), abroad=abroad)

    def _told_before(self, parsed: Parsed, head: Token) -> Name | None:
        """Whose "the court" is by what the sentence has said before: "a Moscow court met, but the court adjourned"."""
        before = list(head.lefts)
        if len(before) != 1 or parsed.lower[before[0].i] not in self._definite:
            return None
        owners = [self._owner(parsed, t) for t in parsed.tokens[: head.i] if parsed.lower[t.i] == parsed.lower[head.i]]
        known = {owner.entry.country for owner in owners if owner is not None}
        return owners[-1] if len(known) == 1 and None not in owners else None

    def _unnamed(
        self, parsed: Parsed, head: Token, text: str, sector: str, article: Article, speaker: Party | None
    ) -> Party:
        """An agent with no name beside it: of the country of the pronoun before it ("his country"), else the article's.

        Those of many countries ("world leaders", "foreign governments"), "32 nations", "an Arab country", "a foreign
        student", "a migrant", "an unidentified gunman", "the bloc" and "a neighbour" have none.
        """
        start, end = self._span(parsed, head)
        before = self._before(parsed, head)
        for token in before:
            if token.tag_ == "PRP$" and token.head.i == head.i:
                whose = self._pronoun(parsed, token, parsed.lower[token.i], article, speaker)
                if whose is not None and whose.country:
                    others = self._others if whose.kind == "country" else self._neighbours
                    if whose.kind != "person" and not others.isdisjoint(parsed.lemmas(head, "noun")):
                        return self._party(parsed, start, end, text, "", sector, "alone", OTHERS)
                    return self._party(parsed, start, end, text, whose.country, sector, "pronoun", "group")
        many = [t for t in before if parsed.lower[t.i] in self._worldwide]
        if sector == _STATE:
            many = [t for t in many if parsed.lower[t.i + 1] not in self._charges]  # "the foreign minister"
        lemmas = parsed.lemmas(head, "noun")
        stranger = not self._strangers.isdisjoint(lemmas)
        told = {parsed.lower[t.i] for t in (*before, *head.lefts)}
        stranger = stranger or not told.isdisjoint(self._nameless)
        if not self._states.isdisjoint(lemmas):
            some = head.tag_ == "NNS" and told.isdisjoint(self._definite)
            some = some or not told.isdisjoint(self._indefinite)
            stranger = stranger or (some and told.isdisjoint(self._within_a_state))
        if stranger or (sector in PRIVATE and any(parsed.lower[t.i] in self._strange for t in many)):
            return self._party(parsed, start, end, text, "", sector, "alone", OTHERS)
        if (home := self._towns.town(parsed, head, sector, sorted(self._countries(parsed, article)))) is not None:
            return self._party(parsed, start, end, text, home.country, sector, "agent", "group")
        if sector == _STATE and any(parsed.lower[t.i] in self._everywhere for t in many):
            return self._party(parsed, start, end, text, "", sector, "alone", OTHERS)
        of_many = bool(many)
        of_many = of_many or self._is_only_served(parsed, article.country)
        of_many = of_many or not self._others.isdisjoint(parsed.lemmas(head, "noun"))
        return self._party(parsed, start, end, text, "" if of_many else article.country, sector, "alone", "group")

    @staticmethod
    def _is_only_served(parsed: Parsed, country: str) -> bool:
        """Whether a sentence names a country only as one that somebody is said to serve ("a clerk spied for Laos")."""
        tokens = [i for i, name in parsed.name_of.items() if name.entry.country == country]
        return bool(country and tokens) and served(parsed).issuperset(tokens)

    def _proper(self, parsed: Parsed, head: Token, article: Article) -> Party:
        """A proper name that the codebook lacks: by its title ("Defence Minister Suren Papikyan"), or known before."""
        start, end = self._span(parsed, head)
        known = article.people.get(parsed.cut(parsed.start(head), end))
        titles = [t for t in self._before(parsed, head) if any(x in self._agents for x in parsed.lemmas(t, "noun"))]
        owner = self._owner(parsed, head)
        if titles:
            title = titles[-1]
            sector = next(self._agents[x] for x in parsed.lemmas(title, "noun") if x in self._agents)
            if self._is_former(parsed, head):
                sector = "ELI"
            name = parsed.cut(parsed.end(title), end).strip(" ,'’")
            role = parsed.cut(parsed.start(self._first_of_title(parsed, title)), parsed.end(title))
            countries = sorted(self._countries(parsed, article))
            home = self._towns.town(parsed, title, sector, countries) if owner is None else None
            country = owner.entry.country if owner else home.country if home else article.country
            how = "agent" if owner or home else "alone"
            return self._party(parsed, start, end, name, country, sector, how, "person", role)
        if known is not None and not self._is_other(parsed, head, known):
            return replace(known, start=start, end=end, text=parsed.cut(start, end))
        if owner is not None and owner.entry.kind in ("country", "organisation", "group"):
            name = parsed.cut(start, end)
            return self._party(parsed, start, end, name, owner.entry.country, owner.entry.sector, "loose", "")
        text = parsed.cut(start, end)
        if (
            not self._goes_on(parsed, head)
            and text not in self._not_towns
            and (place := town(text, self._countries(parsed, article))) is not None
        ):
            return self._party(parsed, start, end, place.name, place.country, "", "loose", "place")
        return self._party(parsed, start, end, text, "", "", "unknown", "")

    @staticmethod
    def _goes_on(parsed: Parsed, head: Token) -> bool:
        """Whether a name goes on behind a word: "Adam" in "Adam Bandt", "Hurricane" in "Hurricane Idalia"."""
        behind = parsed.tokens[head.i + 1] if head.i + 1 < len(parsed.tokens) else head
        return behind.i != head.i and behind.tag_ in ("NNP", "NNPS") and behind.i not in parsed.name_of

    def _is_other(self, parsed: Parsed, head: Token, known: Party) -> bool:
        """Whether a surname has a first name before it that is not the known person's."""
        first_names = (t for t in head.lefts if t.dep_ == "compound" and t.tag_ == "NNP" and t.i not in parsed.name_of)
        words = known.name.split(" ")
        return any(t.text not in words and parsed.lower[t.i].rstrip(".") not in self._titles for t in first_names)

    @staticmethod
    def _countries(parsed: Parsed, article: Article) -> frozenset[str]:
        """The countries that a sentence and its article speak of."""
        named = {name.entry.country for name in parsed.names}
        return frozenset(named | {article.country}) - {""}

    def _first_of_title(self, parsed: Parsed, title: Token) -> Token:
        first = title
        for left in reversed(list(title.lefts)):
            if left.dep_ in ("compound", "amod") and left.i not in parsed.name_of and left.i == first.i - 1:
                first = left
        if first.i == title.i and title.i and parsed.tokens[title.i - 1].tag_ in ("NNP", "JJ"):
            before = parsed.tokens[title.i - 1]
            first = title if before.i in parsed.name_of else before
        return first

    def _loose(self, parsed: Parsed, head: Token) -> Party | None:
        """Any noun with a country before or behind it: "Russian missiles", "the decision of Turkey"."""
        if not parsed.is_noun(head) or not self._no_parties.isdisjoint(parsed.words(head)):
            return None
        owner = self._owner(parsed, head, _THING_PREPOSITIONS)
        if owner is None:
            return None
        start, end = self._span(parsed, head)
        instrument = any(lemma in self._instruments for lemma in parsed.lemmas(head, "noun"))
        entry = owner.entry
        sector = entry.sector or ("MIL" if instrument and entry.country else "")
        how = "agent" if instrument else "loose"
        party = self._party(parsed, start, end, entry.name, entry.country, sector, how, entry.kind)
        return replace(party, tied_to=entry.tied_to) if entry.kind == "place" else party

    def _owned(self, parsed: Parsed, head: Token, article: Article, speaker: Party | None) -> Party | None:
        """A noun with a pronoun before it: "its positions", "their leader"."""
        for child in head.lefts:
            if child.dep_ == "poss" and child.tag_ == "PRP$":
                owner = self._pronoun(parsed, child, parsed.lower[child.i], article, speaker)
                if owner is not None:
                    return replace(owner, end=parsed.end(head), text=parsed.cut(owner.start, parsed.end(head)))
        return None

    def _before(self, parsed: Parsed, head: Token) -> list[Token]:
        """The modifiers to the left of a head, nested ones too, in text order."""
        found = [t for child in head.lefts if child.dep_ in MODIFIERS for t in (*self._before(parsed, child), child)]
        return sorted(found, key=lambda t: t.i)

    def _owner(self, parsed: Parsed, head: Token, prepositions: Sequence[str] = _AGENT_PREPOSITIONS) -> Name | None:
        """The name that a noun belongs to: before it, or in a phrase with one of the prepositions."""
        for label in _PREFERRED:
            for child in reversed(list(head.lefts)):
                if child.dep_ != label:
                    continue
                for token in (child, *reversed(self._before(parsed, child))):
                    name = parsed.name_of.get(token.i)
                    if name is not None and self._can_own(name):
                        return name
        for preposition in prepositions:
            for child in head.rights:
                holds = child.dep_ == "prep" and parsed.lower[child.i] == preposition
                if holds and (name := self._name_in(parsed, child)) is not None:
                    return name
        return None

    def _name_in(self, parsed: Parsed, preposition: Token) -> Name | None:
        for child in preposition.children:
            if child.dep_ != "pobj":
                continue
            for token in conjuncts(child):
                name = parsed.name_of.get(token.i)
                if name is not None and self._can_own(name):
                    return None if token.i in served(parsed) else name
                if (inner := self._owner(parsed, token)) is not None:
                    return None if self._is_only_served(parsed, inner.entry.country) else inner
        return None

    @staticmethod
    def _can_own(name: Name) -> bool:
        return bool(name.entry.country or name.entry.sector)

    def _is_former(self, parsed: Parsed, head: Token) -> bool:
        return any(parsed.lower[token.i] in self._former for token in self._before(parsed, head))

    def _span(self, parsed: Parsed, head: Token) -> tuple[int, int]:
        """The noun phrase up to its head, without article and opening marks."""
        first = head
        for left in reversed(list(head.lefts)):
            is_hyphen = left.dep_ == "punct" and left.text in "-–"
            if not is_hyphen and left.dep_ not in _BEFORE_HEAD:
                break
            first = left.left_edge
        while first.i < head.i and first.dep_ in ("det", "punct", "cc", "prep", "predet"):
            first = parsed.tokens[first.i + 1]
        return parsed.start(first), parsed.end(head)

    def _party(
        self,
        parsed: Parsed,
        start: int,
        end: int,
        name: str,
        country: str,
        sector: str,
        how: str,
        kind: str,
        role: str = "",
    ) -> Party:
        text = parsed.cut(start, end)
        return Party(start, end, text, name or text, country, sector, role, how, kind)


def names_in(parsed: Parsed, start: int, end: int) -> Iterator[Name]:
    """The names of a sentence that lie in [start, end) of the body."""
    return (name for name in parsed.names if start <= name.start and name.end <= end)
