"""Edits of policies that would close what violates a property: proposed from one sign-in, proved for all, offered and never applied."""
