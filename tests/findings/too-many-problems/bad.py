import perfscore

# 100 keys that are written twice.
perfscore.loads("perfscore: 1\n" + "title: 示例\n" * 102)
