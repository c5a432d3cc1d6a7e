"""Score from Python: load a rule file, score outcomes, read the result, and read what is wrong with outcomes.

Run it from anywhere: python examples/from_python.py
"""

import perfscore

# An id of a rule file that ships with the library; a text that ends in .yaml or starts with . or / is a path.
rules = perfscore.load("examples/minimal")

# Outcomes as people write them. A bare number is in the declared unit: 92 against % is 92 %.
result = perfscore.score(rules, {"visits": "45家", "satisfaction": 92})

# Points are fractions.Fraction: exact, and rounded only where the rule file says so.
print(result.total, result.rating.label)  # 94 合格
print(result["visits"].points)  # 54, that is 60 × 45/50
print(result.explain("zh"))

# Wrong outcomes are told all at once: here one is in another unit, and one is absent.
try:
    perfscore.score(rules, {"visits": "45人"})
except perfscore.OutcomeError as error:
    for problem in error.problems:
        print(problem.tell("zh"))
