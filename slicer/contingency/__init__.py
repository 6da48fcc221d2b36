"""Contingency tables of columns that are codes: rows by the levels of one column or of several, and by outcome."""
