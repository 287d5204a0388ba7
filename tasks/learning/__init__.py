"""Trains the coder's small models on gold sentences."""
