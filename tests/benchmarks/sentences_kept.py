"""Prints what the model of sentences costs: `python tests/benchmarks/sentences_kept.py [ARCHIVE ...]`.

The articles are coded twice, with it and without it. Without archives it takes three days of feeds that training leaves
out. Bars: 98 percent of the events and of the quotations are kept.
"""

import argparse
from pathlib import Path

from real_articles import NEWS, english_articles

from tasks.learning.linear_model import SENTENCES, load_coding
from tasks.settings import Settings, shipped
from tasks.transform.coding.codebook import load
from tasks.transform.coding.coder import Coder

_NOT_TRAINED_ON = ("2023-09-19", "2023-09-20", "2023-09-21")


def main() -> None:
    """Code twice and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archives", nargs="*", type=Path, help="files or folders of news")
    given = parser.parse_args()
    settings = Settings.load()
    feeds = settings.real_data / NEWS / "rss_linkdb_2023"
    articles = list(english_articles(*(given.archives or [feeds / f"{day}_json.zip" for day in _NOT_TRAINED_ON])))
    models = load_coding(shipped("data/models"))
    rules = load(settings.codebook.resolve())
    without = {name: model for name, model in models.items() if name != SENTENCES}
    every, chosen = (list(Coder(rules, "kept", some).code(articles)) for some in (without, models))
    print(f"{len(articles)} articles, {sum(a.sentences for a in every)} sentences; parsed without the model "
          f"{sum(a.parsed for a in every)}, with it {sum(a.parsed for a in chosen)}")  # fmt: skip
    for what, key in (("events", "event_id"), ("quotes", "quote_id")):
        before, after = ({row[key] for a in coded for row in getattr(a, what)} for coded in (every, chosen))
        print(f"{what}: {len(before)} without the model; {len(before & after) / len(before):.1%} of these with it, "
              f"and {len(after - before)} others")  # fmt: skip


if __name__ == "__main__":
    main()
