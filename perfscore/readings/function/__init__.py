"""Writing the code reading's function: drafts of lines, formulas, case lists, steps, and what the function calls when it runs.

Called by `readings/code.py` alone. Each class builds on the one before: Draft, Arithmetic, Branches, Formulas, Writer.
"""
