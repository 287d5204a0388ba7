"""Answers questions asked of the lake: a locked DuckDB, and SQL files for reports and checks."""
