import perfscore

rules = perfscore.load("rules.yaml")
perfscore.score(rules, "outcomes.yaml")
