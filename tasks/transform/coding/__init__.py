"""The coder: from the text of an article to events, quotes, claims and mentions."""
