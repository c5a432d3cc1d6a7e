"""Scoring methods 评分方法: each turns its parameters into named quantities and ordered cases, in one file.

Called by ruleset. No method knows how its cases are read; no reading knows a method.
"""
