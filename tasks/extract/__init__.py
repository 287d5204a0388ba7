"""Extract: from raw files to staged batches of articles."""
