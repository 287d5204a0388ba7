"""How well pages from the web are read, beside plain calls of trafilatura: text, title, date, author, outlet, speed.

    python tests/benchmarks/html_pages.py

Text is measured as the article extraction benchmark of Scrapinghub does: a text is the multiset of its runs of 4 words;
precision and recall of these are taken for each page and averaged, F1 is that of the averages. Its pages come in two
halves, by their ids: mistakes were read in pages of the first half only. The second is no clean hold-out all the same:
its scores were in sight when the thresholds of the reader were chosen. What Readability expects as text is the output
of that program, with captions and links to other stories, and 11 pages are few.

Of the metadata, what the pages of Readability expect is gold, where they state it: title and outlet in the same letters
(case and blanks aside), the same names of authors ("By" aside), the same day. The pages of Scrapinghub have no such
gold: there, what the publisher states as JSON-LD is taken for it, and is taken out of the pages that are read.
"""

import gzip
import json
import logging
import re
import statistics
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import trafilatura

from tasks.extract.drafts import Draft, Rejected
from tasks.extract.web import html_pages
from tasks.extract.web.json_ld import article_node, first_text, nodes_of, resolved, texts
from tasks.settings import Settings, path_source
from tasks.transform.articles import clean_text
from tasks.transform.dates import published

_SOURCE = path_source(Path("pages"))
_WORD = re.compile(r"\w+")
_JSON_LD = re.compile(rb"<script[^>]*ld\+json[^>]*>(.*?)</script>", re.IGNORECASE | re.DOTALL)
_BETWEEN_NAMES = re.compile(r"\s*[,;&]\s*|\s+and\s+")
_FIELDS = ("title", "date", "author", "outlet")


@dataclass(frozen=True)
class Page:
    """A page with what it should give; a field that the gold does not state is missing from `stated`."""

    name: str
    data: bytes
    text: str
    stated: Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    text: str = ""
    title: str = ""
    date: str = ""
    author: str = ""
    outlet: str = ""
    rejected: str = ""


def ours(data: bytes) -> Answer:
    (found,) = (item for item in html_pages.read(data, _SOURCE) if isinstance(item, Draft | Rejected))
    if isinstance(found, Rejected):
        return Answer(rejected=f"{found.reason}: {found.detail}")
    return Answer(found.body, found.title, found.date, found.author, found.outlet)


def plain(**options: bool) -> Callable[[bytes], Answer]:
    def read(data: bytes) -> Answer:
        found = trafilatura.bare_extraction(data, with_metadata=True, **options)
        if found is None:
            return Answer()
        return Answer(found.text or "", found.title or "", found.date or "", found.author or "", found.sitename or "")

    return read


READERS: Mapping[str, Callable[[bytes], Answer]] = {
    "this reader": ours,
    "trafilatura": plain(),
    "trafilatura, no comments": plain(include_comments=False),
    "trafilatura, fast": plain(fast=True, include_comments=False),
    "trafilatura, favor_precision": plain(favor_precision=True, include_comments=False),
    "trafilatura, favor_recall": plain(favor_recall=True, include_comments=False),
}


def scrapinghub(folder: Path) -> Iterator[Page]:
    gold = json.loads((folder / "scrapinghub_ground_truth.json").read_text(encoding="utf-8"))
    with zipfile.ZipFile(folder / "scrapinghub_benchmark_html.zip") as pages:
        for name in sorted(pages.namelist()):
            page = gzip.decompress(pages.read(name))
            identity = name.rsplit("/", 1)[-1].split(".")[0]
            yield Page(identity, page, gold[identity]["articleBody"], {})


def readability(folder: Path) -> Iterator[Page]:
    with zipfile.ZipFile(folder / "readability_news_pages.zip") as pages:
        for name in sorted(n for n in pages.namelist() if n.endswith("/source.html")):
            expected = json.loads(pages.read(name.replace("source.html", "expected-metadata.json")))
            text = clean_text(pages.read(name.replace("source.html", "expected.html")).decode("utf-8"))
            stated = {
                "title": expected.get("title"),
                "date": expected.get("publishedTime"),
                "author": expected.get("byline"),
                "outlet": expected.get("siteName"),
            }
            yield Page(name, pages.read(name), text, {field: value for field, value in stated.items() if value})


def without_json_ld(page: Page) -> Page:
    """The page without its JSON-LD, which is the gold."""
    nodes = nodes_of(script.decode("utf-8", "replace") for script in _JSON_LD.findall(page.data))
    node = article_node(nodes, ())
    stated = {
        "title": first_text(node.get("headline")),
        "date": first_text(node.get("datePublished")),
        "author": ", ".join(texts(resolved(node.get("author"), nodes))),
        "outlet": first_text(resolved(node.get("publisher"), nodes)),
    }
    if published(stated["date"]).day is None:
        stated["date"] = ""
    return Page(
        page.name, _JSON_LD.sub(b"", page.data), page.text, {field: value for field, value in stated.items() if value}
    )


def shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    return Counter(run for start in range(max(1, len(words) - 3)) if (run := tuple(words[start : start + 4])))


def text_scores(pairs: list[tuple[str, str]]) -> tuple[float, float, float]:
    """Precision, recall and F1 of (gold, found) texts."""
    precisions, recalls = [], []
    for gold, found in pairs:
        right, answer = shingles(gold), shingles(found)
        shared = (right & answer).total()
        if answer:
            precisions.append(shared / answer.total())
        if right:
            recalls.append(shared / right.total())
    precision, recall = statistics.mean(precisions), statistics.mean(recalls)
    return precision, recall, 2 * precision * recall / (precision + recall)


def is_same(field: str, gold: str, found: str) -> bool:
    if field == "date":
        return published(gold).day == published(found).day
    if field == "author":
        return _people(gold) == _people(found)
    return _plain(gold) == _plain(found)


def _people(text: str) -> set[str]:
    return set(_BETWEEN_NAMES.split(_plain(text).removeprefix("by ")))


def _plain(text: str) -> str:
    return " ".join(unescape(text).split()).casefold()


def main() -> None:
    logging.disable(logging.CRITICAL)
    folder = Settings.load().real_data / "data" / "html"
    benchmark, expected = list(scrapinghub(folder)), list(readability(folder))
    sets = {
        "Readability": expected,
        "Scrapinghub, JSON-LD as gold": [without_json_ld(page) for page in benchmark],
    }
    halves = {
        "all pages": [*benchmark, *expected],
        "Scrapinghub": benchmark,
        "Scrapinghub, half whose mistakes were read": [page for page in benchmark if int(page.name[0], 16) % 2 == 0],
        "Scrapinghub, the other half": [page for page in benchmark if int(page.name[0], 16) % 2],
        "Readability": expected,
    }
    answers: dict[str, dict[str, Answer]] = {}
    for read in READERS.values():
        read(benchmark[0].data)  # loads what is loaded once
    for name, read in READERS.items():
        begun = time.process_time()
        answers[name] = {page.name: read(page.data) for page in benchmark}
        seconds = time.process_time() - begun
        answers[name] |= {page.name: read(page.data) for page in expected}
        print(f"{name:30} {len(benchmark) / seconds:5.1f} pages/s")
    rejected = {name: answer.rejected for name, answer in answers["this reader"].items() if answer.rejected}
    print(f"\narticle pages rejected: {len(rejected)} of {len(benchmark) + len(expected)} {rejected or ''}")
    for title, pages in halves.items():
        print(f"\ntext, {title} ({len(pages)} pages)      precision recall F1")
        for name in READERS:
            scores = text_scores([(page.text, answers[name][page.name].text) for page in pages])
            print(f"  {name:30} {scores[0]:.4f} {scores[1]:.4f} {scores[2]:.4f}")
    for title, pages in sets.items():
        counts = {field: sum(field in page.stated for page in pages) for field in _FIELDS}
        print(f"\nright answers, {title}      " + "  ".join(f"{field} of {counts[field]}" for field in _FIELDS))
        for name in ("this reader", "trafilatura"):
            found = answers[name] if pages is expected else {page.name: READERS[name](page.data) for page in pages}
            right = {
                field: sum(
                    is_same(field, page.stated[field], getattr(found[page.name], field))
                    for page in pages
                    if field in page.stated
                )
                for field in _FIELDS
            }
            print(f"  {name:30} " + "  ".join(f"{field} {right[field]}" for field in _FIELDS))


if __name__ == "__main__":
    main()
