"""Writes the lake out for other programs: in the columns of other data sets, as plain rows, as a data package."""
