"""Codes each distinct text of gold sets once, over worker processes where there are many."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

from tasks.evaluation.gold import GoldSentence
from tasks.settings import Settings
from tasks.workers import Workers

Event = Mapping[str, Any]
"""An event as `dotterel code --explain` prints it: one object a trigger, with `actors` and `recipients` as lists."""

_CHUNK: Final = 200
"""Texts that a worker gets at once: enough to fill the parser's batches, few enough to keep all workers busy."""
_FEW: Final = 300
"""So many texts are coded before a second process has loaded its model (about 5 s on 2 cores)."""

_Key = tuple[str, str, str]
_Item = TypeVar("_Item")
_Answer = TypeVar("_Answer")


class CodedTexts:
    """The coder's events for texts."""

    def __init__(self, events: Mapping[_Key, Sequence[Event]]) -> None:
        self._events = events

    def __len__(self) -> int:
        return len(self._events)

    def events(self, sentence: GoldSentence) -> Sequence[Event]:
        """The events of a sentence, none where nothing is coded. Raises KeyError for a text that was not coded."""
        return self._events[_key(sentence)]


def code_texts(sentences: Iterable[GoldSentence], settings: Settings) -> CodedTexts:
    """Code the texts of the sentences; what has the same text, date and title is coded once.

    Over worker processes, as `over_workers` has it. Raises UsageError for a text that cannot be coded.
    """
    keys = list(dict.fromkeys(map(_key, sentences)))
    return CodedTexts(dict(zip(keys, over_workers(code_chunk, keys, settings), strict=True)))


def over_workers(
    work: Callable[[Sequence[_Item], Settings], list[_Answer]], items: Sequence[_Item], settings: Settings
) -> list[_Answer]:
    """What `work`, a function of a module, gives for each item, in order; it gets a part of them at a time.

    Over `settings.processes` worker processes where there are more than some hundred items, which end with the call.
    Raises WorkFailed and WorkerDied as the workers do.
    """
    chunks = [items[i : i + _CHUNK] for i in range(0, len(items), _CHUNK)]
    if settings.processes == 1 or len(items) <= _FEW:
        return [answer for chunk in chunks for answer in work(chunk, settings)]
    workers, name = Workers(settings.processes), f"{work.__module__}:{work.__name__}"
    try:
        with ThreadPoolExecutor(settings.processes) as threads:
            found = list(threads.map(lambda chunk: workers.call(name, chunk, settings), chunks))
    finally:
        workers.close()
    return [answer for some in found for answer in some]


def code_chunk(keys: Sequence[_Key], settings: Settings) -> list[Sequence[Event]]:
    """The events of each text, in order; what a worker does. A key is text, date, title."""
    from tasks.transform.code_text import code_records  # spaCy is loaded in the workers alone

    names = ("text", "date", "title")
    lines = (json.dumps({"id": i, **dict(zip(names, key, strict=True))}) for i, key in enumerate(keys))
    events: list[list[Event]] = [[] for _ in keys]
    for event in code_records(lines, settings, ("events",), explain=True):
        events[event["id"]].append(event)
    return list(events)


def _key(sentence: GoldSentence) -> _Key:
    return sentence.text, sentence.date, sentence.title
