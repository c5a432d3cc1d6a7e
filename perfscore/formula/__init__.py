"""The formula language: text -> one checked tree with places; tests (`>= 90%`) are formulas about a subject.

Called by methods, ruleset and readings. Knows nothing of rule files, steps or outcomes.
"""
