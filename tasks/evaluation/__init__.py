"""The evaluation: gold files in, precision, recall and F1 of the coder out."""
