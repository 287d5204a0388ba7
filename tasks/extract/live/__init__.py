"""Fetches live sources over HTTP, and keeps every response as a raw file."""
