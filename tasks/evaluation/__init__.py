"""Measures the coder against gold sets."""
