"""The coder: articles in, rows of events, quotes, claims, mentions and introductions out."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from functools import partial
from itertools import islice, tee
from typing import Any, Final

from spacy.tokens import Doc

from tasks.learning.confidence import is_too_doubtful, signs_of, with_confidence
from tasks.learning.event_choice import EventChooser, is_told_anyhow
from tasks.learning.linear_model import LinearModel
from tasks.learning.party_choice import PartyChooser, nouns_of
from tasks.learning.party_features import About, Noun, about_article
from tasks.learning.watch import Watch
from tasks.learning.worth import Worth
from tasks.staging import content_id
from tasks.transform.coding.at_home import at_home
from tasks.transform.coding.bodies import Bodies
from tasks.transform.coding.claims import ClaimFinder
from tasks.transform.coding.clauses import Parsed
from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.coded import Coded
from tasks.transform.coding.contexts import ContextFinder
from tasks.transform.coding.date_binding import DateBinder
from tasks.transform.coding.events import EventCoder
from tasks.transform.coding.explain import Explainer
from tasks.transform.coding.headlines import Headlines
from tasks.transform.coding.home import HomeFinder
from tasks.transform.coding.introduced import Introduced
from tasks.transform.coding.introductions import IntroductionFinder
from tasks.transform.coding.names import NameFinder, within
from tasks.transform.coding.namesakes import Namesakes
from tasks.transform.coding.parser import parse
from tasks.transform.coding.parties import Article, Party, known_from
from tasks.transform.coding.places import PlaceFinder
from tasks.transform.coding.prepared import Prepared
from tasks.transform.coding.private_life import OrdinaryCrimes, is_domestic_trip
from tasks.transform.coding.quote_marks import marked
from tasks.transform.coding.quotes import Quote, QuoteFinder
from tasks.transform.coding.rows import (
    Row,
    by_key,
    claim_row,
    introduction_row,
    mention_row,
    pairs,
    party_columns,
    quote_row,
)
from tasks.transform.coding.sentences import Candidates, Sentence, Splitter

_CLOCKS_DIFFER: Final = timedelta(days=1)
"""A day may begin earlier where it happened than where it was published."""
_AT_ONCE: Final = 128
"""Articles whose sentences are parsed together: enough to fill the parser's batches, few enough to stay in memory."""
_LOOKED_AT: Final = 256
"""Sentences whose headlines get their second look together."""


@dataclass(slots=True)
class CodedArticle:
    """What one article gave: rows of the coded tables, and how many of its sentences were parsed.

    `error` says what went wrong when the article could not be coded; it has no rows then.
    """

    article_id: str
    events: list[Row] = field(default_factory=list)
    quotes: list[Row] = field(default_factory=list)
    claims: list[Row] = field(default_factory=list)
    mentions: list[Row] = field(default_factory=list)
    introductions: list[Row] = field(default_factory=list)
    sentences: int = 0
    parsed: int = 0
    error: str = ""


class Coder:
    """Codes articles by one codebook; holds no state between articles.

    `models` say how likely each event is right, and so which to keep, and who its parties are (`tasks.learning`); None:
    the rules alone.
    """

    def __init__(
        self,
        codebook: Codebook,
        version: str,
        models: Mapping[str, LinearModel] | None = None,
        *,
        explain: bool = False,
        watch: Watch | None = None,
    ) -> None:
        """With `explain`, event rows have `explanation`: the steps by which the event was coded. `watch` is shown what
        the models are asked, for training.
        """
        models = models or {}
        self._version = version
        self._explainer = Explainer(codebook) if explain else None
        self._codebook = codebook
        self._names = NameFinder(codebook)
        self._namesakes = Namesakes(codebook)
        self._homes = HomeFinder(codebook)
        self._introductions = IntroductionFinder(codebook)
        self._bodies = Bodies(codebook)
        self._introduced = Introduced(codebook, self._introductions.people)
        hyphenated = frozenset(form for form in codebook.forms if "-" in form)
        self._splitter = Splitter(codebook.language["sentences"], hyphenated)
        self._candidates = Candidates(codebook)
        self._headlines = Headlines(codebook)
        self._events = EventCoder(codebook)
        self._worth = Worth(models["worth"]) if "worth" in models else None
        self._chooser = EventChooser(models["events"], codebook, self._events) if "events" in models else None
        self._parties = (
            PartyChooser(models["actors"], models["recipients"], models["recipient_choice"])
            if models.keys() >= {"actors", "recipients", "recipient_choice"}
            else None
        )
        self._confidence = models.get("confidence")
        self._watch = watch
        self._asks_of_nouns = self._parties is not None or watch is not None
        self._quotes = QuoteFinder(codebook, self._events.actors, self._events.grammar)
        self._claims = ClaimFinder(codebook)
        self._dates = DateBinder(codebook)
        self._places = PlaceFinder(codebook)
        self._contexts = ContextFinder(codebook)
        self._crimes = OrdinaryCrimes(codebook)

    def code(self, articles: Iterable[Mapping[str, Any]]) -> Iterator[CodedArticle]:
        """One CodedArticle an article, in order. An article is a row of that table; `article_id` and `body` are needed,
        `published_date`, `title`, `outlet` and `url` are used where they are there.
        """
        source = iter(articles)
        while chunk := [self._prepare(article) for article in islice(source, _AT_ONCE)]:
            sentences = self._parsed(shown for p in chunk for shown in self._shown(p, p.chosen))
            for prepared in chunk:
                if prepared.error:
                    yield CodedArticle(prepared.row["article_id"], error=prepared.error)
                    continue
                yield self._coded(prepared, list(islice(sentences, len(prepared.chosen))))

    def read(self, article: Mapping[str, Any]) -> list[tuple[Parsed, list[Coded]]]:
        """Every sentence of an article parsed, with the events that the rules alone code in it; for training.

        Sentences that `code` would not parse are parsed as well, and have no events.
        """
        prepared = self._prepare(article)
        worth = {sentence.start for sentence in prepared.chosen}
        parsed = list(self._parsed(self._shown(prepared, prepared.sentences)))
        chosen = [one for one in parsed if one.sentence.start in worth]
        ruled = self._ruled(prepared, chosen, self._said(prepared, chosen))
        coded = {one.sentence.start: events for one, _, _, events in ruled}
        return [(one, coded.get(one.sentence.start, [])) for one in parsed]

    def _shown(
        self, prepared: Prepared, sentences: Iterable[Sentence]
    ) -> Iterator[tuple[Prepared, Sentence, tuple[str, ...]]]:
        """Sentences with the words that the parser is to see."""
        for one in sentences:
            yield prepared, one, self._headlines.words(one, within(prepared.known, one.start, one.end))

    def _said(self, prepared: Prepared, parsed: Sequence[Parsed]) -> list[Quote]:
        """The quotations of an article."""
        return self._quotes.find(prepared.row["body"], parsed, self._told(prepared), prepared.names)

    @staticmethod
    def _told(prepared: Prepared) -> Article:
        """What is known before the first sentence."""
        return known_from(prepared.title_names, prepared.country, prepared.shared)

    def _ruled(
        self, prepared: Prepared, parsed: Sequence[Parsed], quotes: Sequence[Quote]
    ) -> Iterator[tuple[Parsed, Article, Party | None, list[Coded]]]:
        """Each sentence with the article so far, who speaks, and the events that the rules code in it."""
        article = self._told(prepared)
        for one in parsed:
            speaker = next((q.speaker for q in quotes if q.start <= one.sentence.start < q.end), None)
            speaker = speaker if speaker is not None and speaker.is_known else None
            yield one, article, speaker, self._events.code(one, article, speaker)

    def _parsed(self, wanted: Iterable[tuple[Prepared, Sentence, tuple[str, ...]]]) -> Iterator[Parsed]:
        """The parses of sentences, each shown to the parser as the words with it; a stream.

        A headline in which no clause was found gets a second look, together with others: alone it would cost ten times
        as much.
        """
        shown, given = tee(wanted)
        pairs = zip(given, parse((sentence, words) for _, sentence, words in shown), strict=False)
        while window := list(islice(pairs, _LOOKED_AT)):
            parsed = [self._with_names(prepared, sentence, doc) for (prepared, sentence, _), doc in window]
            past = ((place, self._headlines.in_the_past(one)) for place, one in enumerate(parsed))
            again = [(place, words) for place, words in past if words is not None]
            docs = parse((parsed[place].sentence, words) for place, words in again)
            for (place, _), doc in zip(again, docs, strict=True):
                prepared, sentence, _ = window[place][0]
                parsed[place] = self._with_names(prepared, sentence, doc)
            yield from parsed

    def _with_names(self, prepared: Prepared, sentence: Sentence, doc: Doc) -> Parsed:
        names = within(prepared.known, sentence.start, sentence.end)
        return Parsed(sentence, doc, names, self._codebook, prepared.title)

    def _prepare(self, article: Mapping[str, Any]) -> Prepared:
        """Names and sentences of an article; one that cannot be read has an error and no sentences."""
        prepared = Prepared(article, self._homes, [], [], frozenset(), [], [], [], [])
        try:
            self._read(prepared)
        except Exception as error:  # noqa: BLE001 - one odd article must not cost the batch; it goes to quarantine
            return Prepared(
                article, self._homes, [], [], frozenset(), [], [], [], [], f"{type(error).__name__}: {error}"
            )
        return prepared

    def _read(self, prepared: Prepared) -> None:
        article = prepared.row
        body: str = article["body"]
        names = self._names.find(body, prepared.published)
        title: str = article.get("title") or ""
        title_names = self._names.find(title, prepared.published)
        prepared.names = self._namesakes.told_apart(names, title_names, title, body)
        prepared.title_names = self._namesakes.told_apart(title_names, names, title, body)
        prepared.sentences = list(self._splitter.split(body))
        prepared.introductions = self._introductions.find(body, prepared.sentences, prepared.names)
        known, prepared.shared = self._introduced.names(body, prepared.introductions, prepared.names)
        prepared.known = self._bodies.names(body, known, prepared.title_names)
        told = self._candidates.told_by(prepared.title_names)
        spans = marked(body)
        for sentence in prepared.sentences:
            spoken = any(span.start <= sentence.start < span.end for span in spans)
            worth = self._candidates.worth_parsing(sentence, prepared.known, told, spoken=spoken)
            worth = worth and self._may_tell(prepared, sentence)
            if worth:
                prepared.chosen.append(sentence)
            self._candidates.tell(told, sentence, prepared.known, parsed=worth)
        prepared.chosen = self._candidates.needed(prepared.chosen)

    def _may_tell(self, prepared: Prepared, sentence: Sentence) -> bool:
        """Whether a sentence may tell of an event or hold a quotation; one that stands alone is always read."""
        if self._worth is None or prepared.is_alone:
            return True
        if self._candidates.may_quote(sentence):
            return True
        return self._worth.may_tell(*self._words_and_names(prepared, sentence))

    @staticmethod
    def _words_and_names(prepared: Prepared, sentence: Sentence) -> tuple[list[str], int]:
        """What the model of worth is told of a sentence."""
        names = within(prepared.known, sentence.start, sentence.end)
        return [word.lower() for word in sentence.words], len(names)

    def _coded(self, prepared: Prepared, parsed: Sequence[Parsed]) -> CodedArticle:
        article_id: str = prepared.row["article_id"]
        result = CodedArticle(article_id, sentences=len(prepared.sentences), parsed=len(parsed))
        try:
            self._fill(result, prepared, parsed)
        except Exception as error:  # noqa: BLE001 - one odd article must not cost the batch; it goes to quarantine
            return CodedArticle(article_id, error=f"{type(error).__name__}: {error}")
        return result

    def _fill(self, result: CodedArticle, prepared: Prepared, parsed: Sequence[Parsed]) -> None:
        body: str = prepared.row["body"]
        quotes = self._said(prepared, parsed)
        result.mentions = [mention_row(result.article_id, name) for name in prepared.names]
        introductions = [introduction_row(result.article_id, body, one) for one in prepared.introductions]
        result.introductions = by_key(introductions, "introduction_id")
        quote_rows = [quote_row(result.article_id, body, quote, prepared.names) for quote in quotes]
        result.quotes = by_key(quote_rows, "quote_id")
        country, second = prepared.country, prepared.second
        abouts = [about_article(prepared.title_names, country, second, is_lead=lead) for lead in (False, True)]
        lead = prepared.sentences[0].paragraph if prepared.sentences else 0
        for one, article, speaker, events in self._ruled(prepared, parsed, quotes):
            if self._chooser is not None:
                events = self._chooser.choose(one, events, article, speaker, is_alone=prepared.is_alone)
            nouns = nouns_of(one, self._events.actors, article, speaker) if events and self._asks_of_nouns else []
            about = abouts[one.sentence.paragraph == lead]
            worth = None
            if events and self._worth is not None and not prepared.is_alone:
                worth = self._worth.of(*self._words_and_names(prepared, one.sentence))
            for event in events:
                others = [other for other in events if other is not event]
                signs = partial(signs_of, others=others, worth=worth)
                result.events.extend(self._event_rows(prepared, one, event, nouns, about, signs))
        result.events = by_key(result.events, "event_id")
        claims = [
            claim_row(result.article_id, body, sentence, claim, prepared.names, quotes)
            for sentence in prepared.sentences
            for claim in self._claims.find(body[sentence.start : sentence.end])
        ]
        result.claims = by_key(claims, "claim_id")

    def _event_rows(
        self,
        prepared: Prepared,
        parsed: Parsed,
        event: Coded,
        nouns: Sequence[Noun],
        about: About,
        signs: Callable[[Coded, About], tuple[str, ...]],
    ) -> Iterator[Row]:
        """One row for each pair of actor and recipient, both ways in a reciprocal event. `signs` gives what sentence
        and article tell of it.
        """
        article = prepared.row
        body: str = article["body"]
        rule = self._codebook.rule(event.event_type, event.mode)
        published = prepared.published
        sentence = parsed.sentence
        when = self._dates.when(parsed, event, published)
        if event.modality == "actual" and when and published and when.first > published + _CLOCKS_DIFFER:
            if self._events.grammar.is_over(parsed, event.trigger):
                when = None  # the day of what was promised or put off, and not of the act
            else:
                event = replace(event, modality="intended")  # what is dated after the article has not happened yet
        place = self._places.place(parsed, event, prepared.countries)
        read, event = event, at_home(event, place)
        about = replace(about, place=place.country if place else "")
        if self._watch is not None:
            self._watch.asked(parsed, event, nouns, about)
        if self._parties is not None:
            event = self._parties.fill(parsed, event, nouns, about)
        if not event.actors and not event.recipients:
            return
        event = replace(event, is_alone=prepared.is_alone, signs=signs(event, about))
        if self._watch is not None:
            self._watch.coded(event)
        if self._confidence is not None:
            event = with_confidence(self._confidence, event)
            if is_too_doubtful(event) and not is_told_anyhow(event):
                return
        if self._parties is not None:
            event = self._parties.unnamed(parsed, event, nouns, about)
        if is_domestic_trip(event) or self._crimes.told(event, parsed.lower):
            return
        trigger_id = content_id("trigger", article["article_id"], event.trigger_start, event.trigger_end)
        shared: Row = {
            "dataset": "coded",
            "article_id": article["article_id"],
            "trigger_id": trigger_id,
            "event_date": when.first if when else published,
            "event_end_date": when.last if when and when.last != when.first else None,
            "date_basis": when.basis if when else ("published" if published else None),
            "date_precision": when.precision if when else ("day" if published else None),
            "published_date": published,
            "event_type": event.event_type,
            "event_mode": event.mode or None,
            "contexts": self._contexts.contexts(parsed, event.contexts),
            "cameo_code": event.cameo,
            "quad_class": rule.quad_class,
            "intensity": rule.intensity,
            "modality": event.modality,
            "place_text": place.text if place else None,
            "place_name": place.name if place else None,
            "place_country": (place.country or None) if place else None,
            "place_precision": place.precision if place else None,
            "admin1": (place.admin1 or None) if place else None,
            "latitude": place.latitude if place else None,
            "longitude": place.longitude if place else None,
            "geonames_id": place.geonames_id if place else None,
            "trigger_text": body[event.trigger_start : event.trigger_end],
            "trigger_start": event.trigger_start,
            "trigger_end": event.trigger_end,
            "evidence_start": sentence.start,
            "evidence_end": sentence.end,
            "confidence": event.confidence,
            "coder_version": self._version,
            "source_url": article.get("url"),
            "outlet": article.get("outlet"),
            "rule": " < ".join(event.why),
            "reciprocal": event.reciprocal,
        }
        if self._explainer is not None:
            shared["explanation"] = [asdict(step) for step in self._explainer.steps(parsed, read, event)]
        for actor, recipient in pairs(event):
            key = [(p.start, p.end, p.code) if p else None for p in (actor, recipient)]
            event_id = content_id("event", trigger_id, event.event_type, *key)
            yield {
                "event_id": event_id,
                **shared,
                **party_columns("actor", actor),
                **party_columns("recipient", recipient),
            }
