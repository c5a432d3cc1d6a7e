import perfscore

perfscore.load("examples/minimal")
