"""Says when an event happened: which date of its sentence hangs on it, else the day of publication."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from tasks.transform.coding.act_scope import BEFORE, PAST, ActScope, Sharing, is_verbal, outer_word
from tasks.transform.coding.clauses import MODIFIERS, NOUN_TAGS, SUBJECTS, Parsed
from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.coded import Coded
from tasks.transform.coding.date_phrases import AFTER, AT, BY, FROM, SINCE, UNTIL, Phrase
from tasks.transform.coding.date_phrases import BEFORE as BEFORE_IT
from tasks.transform.coding.event_dates import DateReader, EventDate
from tasks.transform.coding.grammar import Grammar
from tasks.transform.coding.tokens import Token

_INSIDE: Final = MODIFIERS | {"nummod"}
"""How a date hangs on a noun that it is part of: "the 2020 war", "Monday's vote", "a Wednesday hearing"."""
_RECKONED: Final = frozenset({"narrative", "same_day", "day_before", "day_after", "offset"})
"""Kinds of phrases that are reckoned from another day of the sentence."""
_SPEECH_ACTS: Final = frozenset({"REQUEST", "ACCUSE", "THREATEN", "REJECT", "AGREE", "SUPPORT"})
"""Types of which a quotation is the act itself: "We condemn this," the ministry said on Tuesday."""
_EXACTNESS: Final = ("day", "month", "year")


@dataclass(frozen=True, slots=True)
class _Bound:
    """A phrase with the words that it can be said of, the surest first."""

    phrase: Phrase
    top: Token
    holders: Sequence[Token]


class DateBinder:
    """Binds dates to events along the parse of their sentence."""

    def __init__(self, codebook: Codebook) -> None:
        words: Mapping[str, Any] = codebook.language["dates"]
        self._reader = DateReader(codebook)
        self._scope = ActScope(codebook)
        self._grammar = Grammar(codebook)
        self._same_time = frozenset(words["same_time"])
        self._records = frozenset(words["records"])

    def when(self, parsed: Parsed, event: Coded, published: date | None) -> EventDate | None:
        """The date that the sentence gives an event; None where it gives none, and the day of publication stands.

        "Until" and "by" a day give the last day: from the day of publication where the first one is not told.
        """
        phrases = self._reader.phrases(parsed.text)
        if not phrases:
            return None
        bound = [b for phrase in phrases if (b := self._bound(parsed, phrase)) is not None]
        outer = outer_word(parsed, event)
        spoken = event.event_type in _SPEECH_ACTS
        sharing = list(self._scope.sharing(parsed, event.trigger, outer, spoken=spoken))
        found = self._of_act(parsed, event, bound, published, sharing)
        if found is None and len(bound) == 1 and self._is_open(parsed, bound[0]):
            alone = self._read(parsed, bound[0], bound, published, event.modality == "intended")
            found = _settled(alone, event.modality, published) if alone else None
        return found

    def _of_act(
        self,
        parsed: Parsed,
        event: Coded,
        bound: Sequence[_Bound],
        published: date | None,
        sharing: Sequence[Sharing],
    ) -> EventDate | None:
        """The date of the nearest word of the act that has one; a last day is joined to a first one."""
        first: EventDate | None = None
        ends: EventDate | None = None
        for share in sharing:
            held = [(b, self._held(parsed, share, b, bound, published)) for b in bound]
            # "overnight on February 20": the day that is named tells more than "overnight".
            dates = [(_EXACTNESS.index(d.precision), b.phrase.kind == "relative", d.start, d) for b, d in held if d]
            for *_, found in sorted(dates, key=lambda ranked: ranked[:3]):
                if found.relation in (UNTIL, BY):
                    ends = ends or found
                elif found.relation not in (BEFORE_IT, AFTER):
                    first = first or found
            if first is not None:
                break
        settled = [_settled(d, event.modality, published) if d else None for d in (first, ends)]
        if first is None or ends is None or ends.last < first.first or settled[0] is None:
            return settled[0] or settled[1]
        return replace(settled[0], last=ends.last) if ends.relation == UNTIL else settled[0]

    def _held(
        self, parsed: Parsed, share: Sharing, bound: _Bound, others: Sequence[_Bound], published: date | None
    ) -> EventDate | None:
        """The date of a phrase, when it is said of a word of the act in a way that counts for the act."""
        if all(holder.i != share.token.i for holder in bound.holders):
            return None
        if share.what == BEFORE and bound.top.i > share.token.i:
            return None
        if (
            bound.phrase.relation == SINCE
            and bound.top.dep_ not in _INSIDE
            and not self._since_counts(parsed, share.token, bound)
        ):
            return None
        future = is_verbal(parsed, share.token) and self._grammar.modality(parsed, share.token) == "intended"
        found = self._read(parsed, bound, others, published, future)
        if found is None or share.what != PAST:
            return found
        past = found.relation == AT and published is not None and found.last <= published
        return found if past else None

    def _read(
        self, parsed: Parsed, bound: _Bound, others: Sequence[_Bound], published: date | None, future: bool
    ) -> EventDate | None:
        phrase = bound.phrase
        if phrase.kind not in _RECKONED:
            found = self._reader.read(phrase, published, future or phrase.relation in (UNTIL, BY))
            if found is not None and bound.top.dep_ in _INSIDE:
                # What stands before it belongs to the noun: "the run-up to the 2022 invasion" ends with no date.
                return replace(self._reader.known_day(found), relation=AT)
            return found
        anchor = self._anchor(bound, others, published)
        if anchor is None:
            return None
        if phrase.kind == "same_day":
            return EventDate(anchor, anchor, "day", "relative", phrase.start, phrase.end)
        back = phrase.kind == "day_before" or "earlier" in phrase.parts or phrase.parts.get("side") == "after"
        return self._reader.moved(phrase, anchor, -1 if back else 1)

    def _anchor(self, bound: _Bound, others: Sequence[_Bound], published: date | None) -> date | None:
        """The day from which "a day earlier" counts: the one the sentence named last, else that of publication."""
        earlier = [b for b in others if b.phrase.end <= bound.phrase.start and b.phrase.kind not in _RECKONED]
        days = (self._reader.read(b.phrase, published, False) for b in reversed(earlier))
        stated = next((d.first for d in days if d is not None and d.precision == "day"), None)
        if stated is not None:
            return stated
        counts_back = bound.phrase.kind == "offset" or "earlier" in bound.phrase.parts
        return published if counts_back else None

    def _since_counts(self, parsed: Parsed, word: Token, bound: _Bound) -> bool:
        """Whether "since 2014" says when it began: not in "the first visit since 2014", "fell to its lowest since"."""
        before = parsed.lower[: bound.top.i]
        if not self._records.isdisjoint(before[-8:]):
            return False
        if not is_verbal(parsed, word):
            return True
        return word.tag_ in ("VBG", "VBN") or any(c.dep_ in ("aux", "auxpass") for c in word.children)

    def _bound(self, parsed: Parsed, phrase: Phrase) -> _Bound | None:
        offset = parsed.sentence.start
        tokens = [
            t for t in parsed.tokens
            if phrase.start + offset < parsed.end(t) and parsed.start(t) < phrase.end + offset and not t.is_punct
        ]  # fmt: skip
        if not tokens:
            return None
        inside = {t.i for t in tokens}
        if phrase.kind == "offset":
            behind = list(self._of_offset(tokens[-1]))
            return _Bound(phrase, tokens[-1], behind) if behind else None
        tops = [t for t in tokens if t.head.i not in inside or t.head.i == t.i]
        top = next((t for t in tops if t.dep_ not in ("det", "punct", "prep")), tops[0] if tops else tokens[0])
        if phrase.kind == "bare_year" and top.dep_ not in _INSIDE:
            return None
        holders = {h.i: h for t in (top, *tops) for h in self._holders(parsed, t) if h.i not in inside}
        return _Bound(phrase, top, list(holders.values()))

    @staticmethod
    def _of_offset(word: Token) -> Iterator[Token]:
        """What "a day after" is said of: the clause or noun behind it."""
        if word.dep_ == "mark":
            yield word.head
        yield from (c for c in word.children if c.dep_ in ("pobj", "pcomp"))

    def _holders(self, parsed: Parsed, top: Token) -> Iterator[Token]:
        """The words of which a date can be said, going up from it.

        A date inside a noun phrase is the noun's ("the 2020 war"), and so is one behind an event noun ("the vote on
        Sunday"). Behind any other noun the parser has often missed the verb ("shelled a school in Goris on Sunday"):
        such a noun is passed over, but for "of" and for months and years in its "in" ("a report in 2019").
        """
        yield from (c for c in top.rights if c.dep_ == "appos" and c.tag_ in NOUN_TAGS)  # "the Jan. 6, 2021 attack"
        current = top
        while current.head.i != current.i:
            head = current.head
            if current.dep_ in SUBJECTS and top.i > current.i and self._stands_before(parsed, top, head):
                yield head  # "The ministry on Tuesday accused ..."
                return
            if is_verbal(parsed, head) and head.dep_ != "pobj":  # "at 2 am on Sunday": no verb, whatever its tag
                yield head
                return
            if not parsed.is_noun(head) and head.tag_ != "CD":
                current = head
                continue
            inside = current.dep_ in _INSIDE and current.i == top.i
            of_it = parsed.lower[current.i] == "of" and current.dep_ == "prep"
            before_verb = head.dep_ in SUBJECTS and self._stands_before(parsed, top, head.head)
            yield head
            is_event = self._scope.is_event(parsed, head) and current.dep_ != "npadvmod"
            if inside or of_it or (is_event and not before_verb):
                return
            current = head

    @staticmethod
    def _stands_before(parsed: Parsed, top: Token, verb: Token) -> bool:
        """Whether nothing but auxiliaries and adverbs lies between a date and a verb."""
        between = parsed.tokens[top.i + 1 : verb.i]
        return top.i < verb.i and all(t.dep_ in ("aux", "auxpass", "advmod", "neg", "nummod") for t in between)

    def _is_open(self, parsed: Parsed, bound: _Bound) -> bool:
        """Whether a date that is bound to no act can be said of the only one: one verb at most, and no noun owns it."""
        verbs = sum(parsed.is_verb(t) and t.dep_ not in ("aux", "auxpass", "amod", "compound") for t in parsed.tokens)
        owned = bound.top.dep_ in _INSIDE or any(self._scope.is_event(parsed, h) for h in bound.holders)
        return verbs <= 1 and bound.phrase.relation == AT and not owned


def _settled(found: EventDate, modality: str, published: date | None) -> EventDate | None:
    """A date as the event has it: stretches that run on end with the day of publication, deadlines with theirs."""
    done = modality == "actual"
    if found.relation in (SINCE, FROM) and published is not None and found.first <= published:
        return replace(found, last=published)
    if found.relation in (UNTIL, BY):
        if published is None or found.last <= published:
            return replace(found, first=found.last) if found.relation == UNTIL or done else None
        if done and found.relation == BY:
            return None
        return replace(found, first=published, precision="day", basis="published")
    if done and published is not None and found.first <= published < found.last:
        return replace(found, last=published)
    return found
