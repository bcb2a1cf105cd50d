"""Clients of external movie providers."""
