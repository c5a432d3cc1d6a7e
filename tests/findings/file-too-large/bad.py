import perfscore

# 2 MB and more: too long to be kept as a file.
perfscore.loads("perfscore: 1\n" + "# 数据\n" * 300_000)
