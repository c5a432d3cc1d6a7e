import perfscore

rules = perfscore.load("rules.yaml").bind([{"label": "组织培训", "unit": "场", "target": ">= 10", "weight": 100}])
perfscore.score(rules, {"组织培训": "9场"})
