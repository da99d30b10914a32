"""Results as people and programs want them: terminal tables, JSON, CSV and one self-contained HTML file."""
