"""Reads what comes from the web: feeds, pages and crawls."""
