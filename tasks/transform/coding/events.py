"""Codes the events of one parsed sentence: trigger, actor, recipient, type and modality."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from tasks.transform.coding.actors import ActorFinder
from tasks.transform.coding.clauses import Parsed, conjuncts, direct_objects, prepositional, says_what
from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.coded import Coded, first_confidence, without_repeats
from tasks.transform.coding.grammar import Grammar
from tasks.transform.coding.outer_words import OuterWords
from tasks.transform.coding.parties import Article, Party, among, of_a_meeting
from tasks.transform.coding.private_life import is_private
from tasks.transform.coding.sides import CONTENT_PREPOSITIONS, Scene, Sides
from tasks.transform.coding.tokens import Token
from tasks.transform.coding.triggers import Trigger, find_triggers

_SPEECH_ACTS: Final = frozenset({"REQUEST", "ACCUSE", "THREATEN", "REJECT", "AGREE"})
"""Types whose content is told, but not as a fact: what is demanded, charged, threatened, refused or promised."""
_BY_DECREE: Final = frozenset({"ACCUSE", "REJECT", "SANCTION", "CONCEDE", "COERCE"})
"""Types of acts that are mostly done by deciding them: "decided to ban", "the decision to open an inquiry"."""
_GIVEN: Final = frozenset({"AID", "COOPERATE"})
"""Types of help and cooperation, which to end is SANCTION: "stopped sending weapons"."""
_OBLIGATION_CONFIDENCE: Final = 0.8
_BARE_CONFIDENCE: Final = 0.7
_ADDRESSED: Final = ("to", "with", "for", "against", "on", "from")
"""Prepositions behind an act that name to whom it would be done."""
_WIDEST_TRIGGER: Final = 6
"""Tokens that a trigger of two words may span ("failed last week to defend"); wider ones keep the outer word."""


class EventCoder:
    """Codes sentences by the rules of one codebook."""

    def __init__(self, codebook: Codebook) -> None:
        self._codebook = codebook
        self._grammar = Grammar(codebook)
        self._actors = ActorFinder(codebook)
        clauses: Mapping[str, Any] = codebook.language["clauses"]
        self._sides = Sides(codebook, self._grammar, self._actors)
        self._outer = OuterWords(codebook)
        self._reporting = frozenset(clauses["reporting"])
        self._idle = frozenset(clauses["idle"])
        modality: Mapping[str, list[str]] = codebook.language["modality"]
        self._not_yet = frozenset(x for key in ("wanted", "feared", "averted", "doubted") for x in modality[key])

    @property
    def actors(self) -> ActorFinder:
        """The finder of parties that this coder uses."""
        return self._actors

    @property
    def grammar(self) -> Grammar:
        """The grammar that this coder uses."""
        return self._grammar

    def code(self, parsed: Parsed, article: Article, speaker: Party | None = None) -> list[Coded]:
        """The events of a sentence, in text order. `speaker` is who "we" means, inside a quotation."""
        scene = Scene(parsed, article, speaker)
        self._remember_subjects(scene)
        fitting = list(find_triggers(parsed, self._codebook))
        acts = {some[0].token.i for some in fitting}
        # "agreed to send aid": the act under an outer word is coded first, since it knows to whom.
        fitting.sort(key=lambda some: self._outer.rules_an_act(parsed, some[0].token, acts))
        events = list(self._obligations(scene))
        for some in fitting:
            if some[0].token.i in scene.used or some[0].token.i in scene.silent:
                continue
            for trigger in some:
                event = self._event(scene, trigger)
                if event is not None:
                    events.append(event)
                    self._silence(scene, trigger.token, event)
                    break
        events.extend(self._bare_outer_words(scene))
        return sorted(without_repeats(events), key=lambda e: (e.trigger_start, e.event_type))

    def suggest(self, parsed: Parsed, trigger: Trigger, article: Article, speaker: Party | None = None) -> Coded | None:
        """The event of a trigger when its sense's `needs` are waived; None where no party is known even so.

        What is only wanted or feared counts as well: its modality tells.
        """
        waived = replace(trigger, sense=replace(trigger.sense, needs=frozenset()))
        return self._event(Scene(parsed, article, speaker), waived, asked=True)

    def _obligations(self, scene: Scene) -> Iterator[Coded]:
        """What somebody says that another must do: a demand ("Paris said Baku must withdraw")."""
        parsed = scene.parsed
        for verb in parsed.tokens:
            saying = verb.head
            if verb.dep_ != "ccomp" or not set(parsed.lemmas(saying, "verb")) & self._reporting:
                continue
            if not self._grammar.is_demanded(parsed, verb) or self._grammar.modality(parsed, saying) == "conditional":
                continue
            actors = self._sides.known(scene, self._grammar.subjects(parsed, saying))
            own = [c for c in verb.children if c.dep_ in ("nsubj", "nsubjpass")]
            recipients = self._actors.parties(parsed, [t for c in own for t in conjuncts(c)], scene.article)
            recipients = [p for p in recipients if p.is_known and p.how != "pronoun" and not among(p, actors)]
            if not actors or not recipients:
                continue
            rule = self._codebook.rule("REQUEST", "")
            event = Coded(
                "REQUEST", "", rule.cameo, self._grammar.modality(parsed, saying), tuple(actors), tuple(recipients),
                False, saying, parsed.start(saying), parsed.end(saying), (), _OBLIGATION_CONFIDENCE,
                (f"language.toml obligation {parsed.lower[saying.i]}",),
            )  # fmt: skip
            self._silence(scene, saying, event)
            yield event

    def _bare_outer_words(self, scene: Scene) -> Iterator[Coded]:
        """Refusals, threats and promises of acts that are no events themselves: "Minsk refused to respond to Kyiv"."""
        parsed = scene.parsed
        for token in parsed.tokens:
            if token.i in scene.used or token.i in scene.silent or not parsed.is_verb(token):
                continue
            outer = self._outer.of(parsed, token, "verb")
            if outer is None or outer.effect != "becomes":
                continue
            for act in token.children:
                if act.dep_ != "xcomp" or not parsed.is_verb(act) or parsed.lower[act.i] in self._idle:
                    continue
                actors = self._sides.known(scene, self._grammar.subjects(parsed, token))
                heads = [*direct_objects(act), *(t for w in _ADDRESSED for t in prepositional(parsed, act, w))]
                recipients = [p for p in self._sides.known(scene, heads) if not among(p, actors)]
                if actors and not is_private(outer.event_type, actors, [*actors, *recipients]):
                    if outer.event_type == "AGREE" and self._grammar.is_negated(parsed, act):
                        outer = self._outer.promised_not(outer, conflict=False)
                    rule = self._codebook.rule(outer.event_type, outer.mode)
                    yield Coded(
                        outer.event_type, outer.mode, outer.cameo or rule.cameo,
                        self._grammar.modality(parsed, token), tuple(actors), tuple(recipients), False, token,
                        parsed.start(token), parsed.end(token), (), _BARE_CONFIDENCE, (f"outer {outer.lemma} (bare)",),
                    )  # fmt: skip

    def _remember_subjects(self, scene: Scene) -> None:
        """Let subjects of this sentence be what "it" and "he" mean in its later clauses and the next sentence."""
        for token in scene.parsed.tokens:
            if token.dep_ == "nsubj" and token.head.dep_ in ("ROOT", "ccomp", "relcl", "acl"):
                party = self._actors.party(scene.parsed, token, scene.article, speaker=scene.speaker)
                if party is not None and (token.head.dep_ == "ROOT" or party.kind == "person"):
                    scene.article.remember(party, one=token.tag_ == "NN")

    def _event(self, scene: Scene, trigger: Trigger, *, asked: bool = False) -> Coded | None:
        parsed, token, sense = scene.parsed, trigger.token, trigger.sense
        if sense.pos == "noun" and not asked and self._only_asked_for(parsed, token):
            return None
        sides = self._sides.of(scene, trigger)
        if sides is None:
            return None
        actors, recipients = sides
        modality = self._grammar.modality(parsed, token)
        event_type, mode, cameo = sense.event_type, sense.mode, sense.cameo
        why = [f"{sense.where.rsplit('/', 1)[-1]} {sense.trigger}"]
        first = last = token
        ruling: list[int] = []
        below = token
        for above, outer in self._outer.over(parsed, token, sense.event_type):
            if outer.effect == "silent":
                return None
            why.append(f"outer {outer.lemma} ({outer.effect})")
            if outer.effect == "becomes":
                conflict = self._codebook.rule(event_type, mode).is_conflict
                if outer.event_type == "AGREE" and self._grammar.is_negated(parsed, below):
                    outer = self._outer.promised_not(outer, conflict=conflict)
                modality = self._grammar.modality(parsed, above)
                becomes = outer.type_if_conflict if conflict else outer.event_type
                if becomes == "THREATEN" and event_type == "MOBILIZE" and not recipients:
                    modality = _ruled("actual", "intended", modality)  # "vowed to send troops": nobody is threatened
                else:
                    event_type, mode, cameo = becomes, outer.mode, outer.cameo
            else:
                effect, own = outer.effect, self._grammar.modality(parsed, above)
                if effect == "ended":
                    effect = "negated"
                    if event_type in _GIVEN and own != "negated":
                        event_type, mode, cameo = outer.event_type, outer.mode, outer.cameo
                        modality, effect = "actual", "same"
                if effect in ("decided", "begun"):
                    effect = "intended"
                    if event_type in _BY_DECREE or (outer.effect == "begun" and event_type == "ASSAULT"):
                        effect = "same"
                        modality = "negated" if modality == "negated" else "actual"  # "voted not to ban"
                modality = _ruled(modality, effect, own)
                if effect == own == "negated" and modality == "actual" and self._grammar.lies_ahead(parsed, above):
                    modality = "intended"  # "will not hesitate to strike"
            if outer.effect in ("becomes", "negated", "ended"):
                first, last = min(first, above, key=lambda t: t.i), max(last, above, key=lambda t: t.i)
            ruling.append(above.i)
            below = above
        if modality == "intended" and self._grammar.is_conditional(parsed, token):
            modality = "conditional"
        known = [p for p in (*actors, *recipients) if p.is_known]
        if not known or is_private(event_type, actors, known):
            return None
        together = sense.reciprocal and event_type == sense.event_type  # "offered to meet" is one side's word
        reciprocal = bool(together or (event_type in ("AGREE", "CONSULT") and not recipients))
        if reciprocal and len({p.code for p in known}) > 1 and len(known) == len(actors) + len(recipients):
            actors, recipients = of_a_meeting([*actors, *recipients]), []
        else:
            reciprocal = False
        scene.used.update(ruling)
        if trigger.object is not None:
            scene.used.add(trigger.object.i)
        if last.i - first.i > _WIDEST_TRIGGER:
            last = first
        rule = self._codebook.rule(event_type, mode)
        return Coded(
            event_type=event_type,
            mode=mode,
            cameo=cameo or rule.cameo,
            modality=modality,
            actors=tuple(actors),
            recipients=tuple(recipients),
            reciprocal=reciprocal,
            trigger=token,
            trigger_start=parsed.start(first),
            trigger_end=parsed.end(last),
            contexts=sense.contexts,
            confidence=first_confidence(sense, actors, recipients),
            why=tuple(why),
        )

    def _only_asked_for(self, parsed: Parsed, noun: Token) -> bool:
        """Whether an event noun is only wanted, feared or planned: "called for talks", "fear of an attack"."""
        above = noun.head
        if noun.dep_ == "pobj":
            above = above.head
        elif noun.dep_ not in ("dobj", "nsubjpass", "compound"):
            return False
        lemmas = {*parsed.lemmas(above, "verb"), *parsed.lemmas(above, "noun")}
        return bool(lemmas & self._not_yet)

    def _silence(self, scene: Scene, token: Token, event: Coded) -> None:
        """Mark what an event has used, and what stands under a demand, charge or threat: told, but not as a fact."""
        parsed = scene.parsed
        scene.used.add(token.i)
        if event.event_type not in _SPEECH_ACTS:
            return
        for child in token.children:
            told = child.dep_ in ("xcomp", "ccomp", "pcomp") or (
                event.event_type == "REQUEST" and child.dep_ == "advcl" and says_what(parsed, child)
            )
            told = told or (child.dep_ == "prep" and parsed.lower[child.i] in CONTENT_PREPOSITIONS)
            told = told or (child.dep_ == "dobj" and event.event_type != "ACCUSE")
            if told:
                scene.silent.update(t.i for t in child.subtree)


def _ruled(modality: str, effect: str, own: str) -> str:
    """The modality of an act under an outer word: by its effect, and by what the text says of the outer word (`own`).

    A "not" is one also over "begin", and two make none: "has not begun bombing", "did not stop shelling".
    """
    if effect == "negated":
        return modality if own == "negated" else effect
    if effect in ("intended", "conditional"):
        return own if own in ("negated", "conditional") else effect
    if own == "negated":
        return "actual" if modality == "negated" else own
    return own if modality == "actual" else modality
