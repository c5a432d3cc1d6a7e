"""Exact numbers: texts as people write them -> Fraction, Unit, Rounding, Day, Quantity; and back to text.

Called by every layer above. Knows findings only: nothing of formulas, rule files or outcomes.
"""
