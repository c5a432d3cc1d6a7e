from pathlib import Path

import perfscore

text = Path("rules.yaml").read_text("utf-8")
perfscore.loads(text.replace("示例", "示例" * 10))
