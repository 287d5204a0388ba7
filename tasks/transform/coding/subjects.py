"""Finds who does what a verb says, also where the verb itself has no subject."""

from tasks.transform.coding.clauses import ADJ_TAGS, SUBJECTS, Parsed, conjuncts, direct_objects
from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.tokens import Token


class Subjects:
    """Finds subjects, with the small words of the codebook's `language.toml`."""

    def __init__(self, codebook: Codebook) -> None:
        self._object_control = frozenset(codebook.language["clauses"]["object_control"])
        self._relative = frozenset(codebook.language["pronouns"]["relative"])

    def of(self, parsed: Parsed, verb: Token, depth: int = 0) -> list[Token]:
        """The heads of the subject of a verb, passive or not; taken from the clause above where it has none."""
        own = [child for child in verb.children if child.dep_ in SUBJECTS]
        if own:
            return self._antecedents(parsed, verb, own)
        if depth > 6:
            return []
        head = verb.head
        if head.i == verb.i:
            # In a short headline the parser may hang the subject on the verb as something else: "Qatar armed rebels".
            return [c for c in verb.lefts if c.dep_ in ("npadvmod", "dep", "compound") and c.i in parsed.name_of]
        if verb.dep_ == "conj" and (parsed.is_verb(head) or head.tag_ in ADJ_TAGS or head.dep_ == "ROOT"):
            return self.of(parsed, head, depth + 1)
        if verb.dep_ == "xcomp":
            if set(parsed.lemmas(head, "verb")) & self._object_control and (objects := direct_objects(head)):
                return objects
            return self.of(parsed, head, depth + 1)
        if verb.dep_ == "advcl" and verb.tag_ in ("VBG", "VBN", "VB"):
            return self.of(parsed, head, depth + 1)
        if verb.dep_ == "acl":
            if verb.tag_ == "VB":
                return self._holders(parsed, head, depth)
            return [head]
        if verb.dep_ == "pcomp":
            return self._of_preposition(parsed, head, depth)
        if verb.dep_ == "relcl":
            return self._holders(parsed, head, depth) if verb.tag_ == "VB" else [head]
        if verb.dep_ in ("attr", "acomp"):
            return self.of(parsed, head, depth + 1)
        return []

    def _antecedents(self, parsed: Parsed, verb: Token, own: list[Token]) -> list[Token]:
        """Subjects with conjuncts, a relative pronoun replaced by the noun that it stands for."""
        found: list[Token] = []
        for subject in own:
            if parsed.lower[subject.i] in self._relative and subject.tag_ in ("WDT", "WP", "IN", "DT"):
                clause = verb
                while clause.dep_ == "conj":
                    clause = clause.head
                if clause.dep_ == "relcl":
                    found.append(self._antecedent(parsed, subject, clause.head))
                    continue
            found.extend(conjuncts(subject))
            found.extend(self._beside(parsed, subject))
        return found

    @staticmethod
    def _antecedent(parsed: Parsed, pronoun: Token, head: Token) -> Token:
        """The noun that "which" stands for: a name right before the comma rather than a noun that the parser chose."""
        before = pronoun.i - 2
        if before > head.i and parsed.tokens[before + 1].text == "," and before in parsed.name_of:
            return parsed.tokens[before]
        if parsed.lower[pronoun.i] == "who":
            while head.dep_ == "pobj" and _is_no_person(parsed, head) and parsed.is_noun(head.head.head):
                head = head.head.head
        return head

    @staticmethod
    def _beside(parsed: Parsed, subject: Token) -> list[Token]:
        """The other country of a headline's "Armenia, Azerbaijan sign deal", however the parser linked the two."""
        if not _is_country(parsed, subject.i):
            return []
        left, right = subject.i - 2, subject.i + 2
        if left == 0 and parsed.tokens[1].text == "," and _is_country(parsed, left):
            return [parsed.tokens[left]]
        closed = right + 1 < len(parsed.tokens) and parsed.tokens[right + 1].text == ","
        if subject.i == 0 and not closed and _is_country(parsed, right) and parsed.tokens[1].text == ",":
            return [parsed.tokens[right]]
        return []

    def _holders(self, parsed: Parsed, noun: Token, depth: int) -> list[Token]:
        """Who is to act in "X's failure to V", "a plan by X to V", "X made a decision to V"."""
        for child in noun.children:
            if child.dep_ == "poss":
                return conjuncts(child)
            if child.dep_ == "prep" and parsed.lower[child.i] in ("by", "of", "between"):
                return [t for p in child.children if p.dep_ == "pobj" for t in conjuncts(p)]
        for child in noun.children:
            if child.dep_ in ("amod", "compound") and child.i in parsed.name_of:
                return [child]
        if noun.dep_ in ("dobj", "pobj", "attr", "nsubjpass"):
            verb = noun.head.head if noun.dep_ == "pobj" else noun.head
            if parsed.is_verb(verb) and noun.dep_ != "nsubjpass":
                return self.of(parsed, verb, depth + 1)
        return []

    def _of_preposition(self, parsed: Parsed, preposition: Token, depth: int) -> list[Token]:
        above = preposition.head
        if parsed.is_verb(above):
            if set(parsed.lemmas(above, "verb")) & self._object_control and (objects := direct_objects(above)):
                return objects
            return self.of(parsed, above, depth + 1)
        if parsed.is_noun(above):
            return self._holders(parsed, above, depth)
        return []


def _is_no_person(parsed: Parsed, noun: Token) -> bool:
    """Whether a noun is a country or place, of which no "who" is said: "activists in the state who sued"."""
    name = parsed.name_of.get(noun.i)
    if name is not None:
        return name.entry.kind == "place" or (name.entry.kind == "country" and name.entry.form in ("name", "seat"))
    return parsed.lower[noun.i] in parsed.codebook.language["pronouns"]["not_who"]


def _is_country(parsed: Parsed, position: int) -> bool:
    name = parsed.name_of.get(position)
    return name is not None and name.entry.kind == "country"
