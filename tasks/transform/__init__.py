"""Transform: from what a reader found to articles, and from articles to coded rows."""
