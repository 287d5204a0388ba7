"""The HTML site: a folder of pages over the lake that open from disk, with the sentence behind every number."""
