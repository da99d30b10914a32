"""The faces of results: terminal, JSON, CSV and one self-contained HTML page; and pseudonyms for what leaves the house."""
