"""What the coder knows of an article before it parses a sentence."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from tasks.transform.coding.home import HomeFinder
from tasks.transform.coding.introductions import Introduction
from tasks.transform.coding.names import Name, title_words
from tasks.transform.coding.parties import main_country
from tasks.transform.coding.sentences import Sentence


@dataclass
class Prepared:
    """An article with its names and sentences, as they are found before anything is parsed."""

    row: Mapping[str, Any]
    homes: HomeFinder
    names: list[Name]
    known: list[Name]
    """The names of the codebook, and those of the people whom the article introduces."""
    shared: frozenset[str]
    """Surnames that several people of the article have."""
    introductions: list[Introduction]
    title_names: list[Name]
    sentences: list[Sentence]
    chosen: list[Sentence]
    error: str = ""

    @property
    def published(self) -> date | None:
        """The day of publication."""
        day: date | None = self.row.get("published_date")
        return day

    @property
    def is_alone(self) -> bool:
        """Whether it is one sentence without a title: somebody picked it, so that it is likelier to tell an event."""
        return len(self.sentences) == 1 and not self.row.get("title")

    @cached_property
    def title(self) -> frozenset[str]:
        """The words of the title without names."""
        return title_words(self.row.get("title") or "", self.title_names)

    @cached_property
    def country(self) -> str:
        """The country that title and body name most often, if it stands out; if they name none, that of their towns."""
        if self.countries:
            return main_country([*self.title_names, *self.names])
        return self.homes.country(self.row.get("title") or "", self.row["body"])

    @cached_property
    def second(self) -> str:
        """The country that title and body name most often besides the main one; "" where they name no other."""
        return next((country for country in self.countries if country != self.country), "")

    @cached_property
    def countries(self) -> list[str]:
        """The countries that title and body name, those named most often first."""
        counts = Counter(n.entry.country for n in (*self.title_names, *self.names) if n.entry.country)
        return [country for country, _ in counts.most_common()]
