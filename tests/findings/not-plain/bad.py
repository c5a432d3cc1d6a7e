import perfscore

rules = perfscore.load("rules.yaml")
perfscore.score(rules, {"visits": {"45家"}})
