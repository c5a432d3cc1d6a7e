"""Readings of the steps: each turns the same steps into something else (numbers, one function, pieces, words …), in one file.

Called by ruleset and the layers above. A reading names the kinds of nodes and nothing else: no method, group or gate.
`function/` holds how the code reading writes its function.
"""
