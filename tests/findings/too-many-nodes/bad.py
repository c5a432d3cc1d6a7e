import perfscore

# 50,000 values and more: too long to be kept as a file.
perfscore.loads("perfscore: 1\nnot_expressed: [" + "1," * 50_000 + "]")
