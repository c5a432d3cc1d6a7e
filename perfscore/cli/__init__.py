"""The command line: one file a verb; each parses, calls and prints. Nothing below this layer prints.

Exit codes: 0 clean, 1 findings at or above --fail-on, 2 unusable input, rules or usage, 3 internal error.
"""
