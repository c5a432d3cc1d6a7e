import perfscore

# The same method for 3 items.
cases = "".join(f"      - {{when: actual = {k}, points: weight}}\n" for k in range(1000))
items = "".join(f"  - {{id: item_{k}, label: 指标{k}, weight: 1, method: ladder}}\n" for k in range(3))
rating = "rating: [{id: any, label: 合格, is: any}]\n"
perfscore.loads(f"perfscore: 1\nid: x\ntotal: 3\nmethods:\n  ladder:\n    cases:\n{cases}indicators:\n{items}{rating}")
