"""What can be shown of a rule set alone: proofs, embedded examples, mutants, differences. One function, one kind of finding.

Called by testing, the edges and the command line; nothing here prints.
"""
