import perfscore

perfscore.score(perfscore.load("rules.yaml"), {"组织培训": "9场"})
