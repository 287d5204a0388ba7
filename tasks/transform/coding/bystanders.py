"""Tells names that only say where something happens or whom somebody serves: they are no party of it."""

from collections.abc import Mapping, Sequence
from typing import Final

from tasks.transform.coding.clauses import MODIFIERS, SUBJECTS, Parsed
from tasks.transform.coding.tokens import Token

_OF_STATES: Final = "IGO"
"""The sector of bodies that meet: one is "at the United Nations"."""
_WANTED: Final = ("ccomp", "xcomp", "advcl", "pcomp")
"""Labels of the clause that says what is wanted."""


def is_venue(parsed: Parsed, token: Token) -> bool:
    """Whether a name only tells the occasion or place: "at the G20", "on the sidelines of the UN General Assembly"."""
    words = parsed.codebook.language["bystanders"]
    name = parsed.name_of.get(token.i)
    if name is not None and name.entry.kind == "person":
        return False
    noun = token
    while noun.dep_ in MODIFIERS and noun.head.i > noun.i and parsed.is_noun(noun.head):
        noun = noun.head
    is_edge = parsed.lower[noun.i] in words["edges"]
    is_occasion = is_edge or not set(words["occasions"]).isdisjoint(
        (parsed.lower[noun.i], *parsed.lemmas(noun, "noun"))
    )
    if noun.i != token.i and not is_occasion:
        return _is_site(parsed, noun)
    above = noun.head
    if noun.dep_ == "dobj":
        return is_occasion and parsed.lower[above.i] in words["before"]
    if noun.dep_ != "pobj":
        return False
    preposition, ruling = parsed.lower[above.i], above.head
    if preposition == "with":
        return not set(words["coinciding"]).isdisjoint(parsed.lemmas(ruling, "verb"))
    if preposition == "of":
        return parsed.lower[ruling.i] in words["edges"]
    if parsed.lower[ruling.i] == "part":
        return False  # "took part in the General Assembly" says with whom
    if is_edge:
        return True
    meets = name is not None and name.entry.sector == _OF_STATES
    return (meets and preposition in words["at"]) or (is_occasion and preposition in words["before"])


def _is_site(parsed: Parsed, noun: Token) -> bool:
    """Whether a noun is a place at which it happens, whosever it is: "met at Rome's airport", "met in Rome's capital";
    not "shelled homes in Rome's capital".
    """
    words = parsed.codebook.language["bystanders"]
    if noun.dep_ != "pobj" or parsed.lower[noun.head.i] not in ("at", "in", "near"):
        return False
    meets = not set(words["meeting"]).isdisjoint(parsed.lemmas(noun.head.head, "verb"))
    return parsed.lower[noun.i] in words["sites"] or (meets and parsed.lower[noun.i] in words["towns"])


def is_at_edge(parsed: Parsed, token: Token) -> bool:
    """Whether a name only tells along whose edge something is done: "on the Thai border", "off the coast of Yemen"."""
    words = parsed.codebook.language["bystanders"]
    noun = token
    while noun.dep_ in MODIFIERS and noun.head.i > noun.i:
        noun = noun.head
    if noun.dep_ == "pobj" and parsed.lower[noun.head.i] in ("of", "with"):
        noun = noun.head.head
    if noun.dep_ != "pobj" or parsed.lower[noun.i] not in words["lines"]:
        return False
    return parsed.lower[noun.head.i] in words["along"]


def is_said_to_be(parsed: Parsed, trigger: Token, token: Token) -> bool:
    """Whether a noun is what an act is said to be, or hangs on it with "of": "the raid is a relic of Soviet law".

    Who stands there with "by" has done something.
    """
    below = predicate = token
    while predicate.dep_ != "attr":
        if predicate.head.i == predicate.i or parsed.lower[predicate.i] == "by":
            return False
        below, predicate = predicate, predicate.head
    if below.i != predicate.i and below.dep_ not in ("conj", *MODIFIERS) and parsed.lower[below.i] != "of":
        return False
    act = trigger
    while act.dep_ not in SUBJECTS and act.head.i != act.i:
        act = act.head
    return act.dep_ in SUBJECTS and act.head.i == predicate.head.i


def is_beside(parsed: Parsed, trigger: Token, token: Token) -> bool:
    """Whether a noun only stands near an act: in another clause than it ("protests after the cabinet raised taxes"), as
    who speaks of it ("Ann Lee said the trial was over"), or as where it is ("a protest at the New York headquarters").
    """
    return _is_in_other_clause(parsed, trigger, token) or _is_located(parsed, token)


def is_scene(parsed: Parsed, trigger: Token, token: Token) -> bool:
    """Whether a noun is only where something else happens, told in another clause: "he was blamed after rebels in Gao
    laid down their arms".
    """
    return _is_located(parsed, token) and _is_in_other_clause(parsed, trigger, token)


def _is_in_other_clause(parsed: Parsed, trigger: Token, token: Token) -> bool:
    conjunctions = parsed.codebook.language["bystanders"]["aside"]
    saying = parsed.codebook.language["clauses"]["saying"]
    above = {trigger.i, *(t.i for t in trigger.ancestors)}
    below = token
    while below.i not in above and below.head.i != below.i:
        if below.dep_ in SUBJECTS and not set(saying).isdisjoint(parsed.lemmas(below.head, "verb")):
            return below.head.i != trigger.i and below.head.i in above
        below = below.head
        if below.i not in above and _opens_with(parsed, below, conjunctions):
            return True
    clause = trigger
    while clause.i != below.i and clause.head.i != clause.i:
        if clause.i not in {token.i, *(t.i for t in token.ancestors)} and _opens_with(parsed, clause, conjunctions):
            return True
        clause = clause.head
    return False


def _opens_with(parsed: Parsed, verb: Token, conjunctions: Sequence[str]) -> bool:
    """Whether a clause has a subject of its own, and begins with one of some conjunctions."""
    if verb.dep_ == "advcl":
        opening = [t for t in verb.lefts if t.dep_ in ("mark", "advmod")]
    else:
        opening = [verb.head] if verb.dep_ == "pcomp" else []
    return any(parsed.lower[t.i] in conjunctions for t in opening) and any(c.dep_ in SUBJECTS for c in verb.lefts)


def _is_located(parsed: Parsed, token: Token) -> bool:
    """Whether a noun is a place or state behind a preposition of place, or before a building."""
    name = parsed.name_of.get(token.i)
    if name is None or name.entry.kind not in ("country", "place") or name.entry.form == "adjective":
        return False
    while token.dep_ in MODIFIERS and parsed.name_of.get(token.head.i) is name:
        token = token.head
    if token.dep_ == "pobj":
        return parsed.lower[token.head.i] in parsed.codebook.language["places"]["locative"]
    words = parsed.codebook.language["bystanders"]
    return token.dep_ in MODIFIERS and token.dep_ != "poss" and parsed.lower[token.head.i] in words["occasions"]


def is_sayer(parsed: Parsed, token: Token) -> bool:
    """Whether a noun that the parser joined to those before it says all that: "a deal between A and B, C and D say"."""
    top = token
    while top.dep_ == "conj":
        top = top.head
    if top.i == token.i or top.dep_ != "pobj":
        return False
    first, last = token.left_edge.i, token.i + 1
    while parsed.tokens[first - 1].dep_ in ("cc", "conj", "compound", "det") and first > 1:
        first -= 1
    while last < len(parsed.tokens) and parsed.tokens[last].dep_ in ("cc", "conj", "compound", "det"):
        last += 1
    before = parsed.tokens[top.i : first]
    if last == len(parsed.tokens) or before[-1:] == [] or before[-1].text != "," or all(t.dep_ != "cc" for t in before):
        return False  # "Chad, Kenya and Niger" is one list: the sayers follow one that has its "and"
    verb = parsed.tokens[last]
    return (
        parsed.is_verb(verb)
        and all(child.left_edge.i <= top.i < last for child in verb.children if child.dep_ in SUBJECTS)
        and not set(parsed.codebook.language["clauses"]["saying"]).isdisjoint(parsed.lemmas(verb, "verb"))
    )


def is_source(parsed: Parsed, trigger: Token, token: Token) -> bool:
    """Whether a noun is part of the subject that says what happened: "a report by UN agencies says that ..."."""
    saying = parsed.codebook.language["clauses"]["saying"]
    above = {t.i for t in trigger.ancestors}
    below = token
    while below.dep_ not in SUBJECTS and below.head.i != below.i:
        below = below.head
    verb = below.head
    return (
        below.dep_ in SUBJECTS
        and verb.i in above
        and below.i not in above
        and not set(saying).isdisjoint(parsed.lemmas(verb, "verb"))
    )


def is_judge(parsed: Parsed, trigger: Token, token: Token) -> bool:
    """Whether a noun is the subject that calls an act something, or says of it what it is: "Oslo said it was wrong"."""
    saying, naming = parsed.codebook.language["clauses"]["saying"], parsed.codebook.language["quotes"]["naming"]
    below = token
    while below.dep_ not in SUBJECTS and below.head.i != below.i:
        below = below.head
    verb, act = below.head, trigger
    while act.head.i not in (verb.i, act.i):
        act = act.head
    if below.dep_ not in SUBJECTS or act.head.i != verb.i or act.i == below.i or verb.i == act.i:
        return False
    lemmas = set(parsed.lemmas(verb, "verb"))
    is_opinion = act.dep_ == "ccomp" and any(child.dep_ in ("attr", "acomp") for child in act.children)
    return not lemmas.isdisjoint(naming) or (is_opinion and not lemmas.isdisjoint(saying))


def is_circumstance(parsed: Parsed, trigger: Token, token: Token) -> bool:
    """Whether a name below an act only tells whose was what happened before: "refused to go after the Irish win".

    Not those who are there themselves: "took the village after a fight with Irish troops".
    """
    words = parsed.codebook.language["bystanders"]["circumstances"]
    if token.dep_ not in MODIFIERS or any(x in parsed.codebook.agents for x in parsed.lemmas(token.head, "noun")):
        return False
    below = token
    while below.i != trigger.i and below.head.i != below.i:
        if below.dep_ in ("prep", "mark") and parsed.lower[below.i] in words:
            return True
        below = below.head
    return False


def served(parsed: Parsed) -> frozenset[int]:
    """The tokens of names whom somebody is said to serve: "spying for China", "on behalf of Iran", "a Syrian spy ring".

    To be asked of arrests and trials alone.
    """
    words = parsed.codebook.language["bystanders"]
    return frozenset(i for i in parsed.name_of if _is_served(parsed, parsed.tokens[i], words))


def _is_served(parsed: Parsed, token: Token, words: Mapping[str, Sequence[str]]) -> bool:
    kind = parsed.name_of[token.i].entry.kind
    if kind in ("person", "place"):
        return False
    noun = token
    while noun.dep_ in ("conj", *MODIFIERS) and (parsed.is_noun(noun.head) or noun.head.i in parsed.name_of):
        noun = noun.head
        if kind == "country" and any(parsed.lower[t.i] in words["secret"] for t in (noun, *noun.lefts)):
            return True
    first = noun.left_edge.i  # by the words before it: the parser hangs "spying for China" in many ways
    serving = {"for": "serving", "of": "service"}.get(parsed.lower[first - 1]) if first > 1 else None
    return serving is not None and parsed.lower[first - 2] in words[serving]


def is_acted_on(parsed: Parsed, trigger: Token, token: Token) -> bool:
    """Whether others are asked to do something to somebody, or to give him something: "called for Russia to be
    expelled", "demanded that the envoy be freed", "called for arms for Kyiv"; not "asked Rome to be admitted".
    """
    while token.dep_ == "conj":
        token = token.head
    above = token.head
    if token.dep_ == "nsubjpass":
        return above.i != trigger.i and trigger in above.ancestors and above.dep_ in _WANTED
    behind = [*above.children, *token.children]
    if token.dep_ == "pobj" and parsed.lower[above.i] == "for":
        if trigger in above.head.ancestors:
            return parsed.is_noun(above.head)
        behind += trigger.children
    elif token.dep_ != "dobj" or not set(parsed.lemmas(above, "verb")).isdisjoint(_addressing(parsed)):
        return False
    return any(v.i > token.i and v.dep_ in (*_WANTED, "acl") and _is_passive_infinitive(parsed, v) for v in behind)


def _addressing(parsed: Parsed) -> Sequence[str]:
    """Verbs whose object is asked."""
    words: Sequence[str] = parsed.codebook.language["bystanders"]["addressing"]
    return words


def is_no_addressee(parsed: Parsed, trigger: Token, token: Token) -> bool:
    """Whether somebody is acted on, or is to have what is asked for before him: "demanded money for Ukraine"."""
    if is_acted_on(parsed, trigger, token):
        return True
    while token.dep_ == "conj":
        token = token.head
    above = token.head
    if token.dep_ != "pobj" or parsed.lower[above.i] != "for" or above.head.i != trigger.i:
        return False
    return any(c.i < above.i and (c.dep_ == "dobj" or parsed.lower[c.i] == "for") for c in trigger.rights)


def _is_passive_infinitive(parsed: Parsed, verb: Token) -> bool:
    """Whether a verb has the form "to be done", and no subject of its own."""
    labels = {child.dep_ for child in verb.children}
    to = any(child.dep_ == "aux" and parsed.lower[child.i] == "to" for child in verb.children)
    return to and "auxpass" in labels and labels.isdisjoint(SUBJECTS)
