"""Writes the lake: partitions, quarantine and runs, each file replaced whole."""
