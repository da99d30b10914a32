"""CSV files into the intake."""
from __future__ import annotations
class CsvFile:
    form=""
    def __init__(self,*a): ...
    def read(self, b):
        return iter(())
