from pathlib import Path

import perfscore

# 20,000 characters and more: too long to be kept as a file.
text = Path("rules.yaml").read_text("utf-8")
perfscore.loads(text.replace("示例", "示例" * 10_001))
