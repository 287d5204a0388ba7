"""Readers of reference data, one a data set."""
