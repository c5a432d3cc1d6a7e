"""Rule files: text with places -> model -> steps. `load`, `loads` and `RuleSet` are what the layers above call.

Nothing here knows an outcome.
"""
