"""Rewrite the golden texts: python tests/golden/update.py. Read the difference before it is kept: it is what people see.

<example>.<language>.txt: the summary of an example. <example>-explained.<language>.txt: the derivation of every item.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]
sys.path.insert(0, str(ROOT))

import perfscore  # noqa: E402
from perfscore.scoring.telling import summary  # noqa: E402

EXAMPLES = ("minimal", "street-office-2024", "liwan-justice-2024")


def texts() -> Iterator[tuple[str, str]]:
    """Name of the file -> its text."""
    for name in EXAMPLES:
        result = perfscore.score(perfscore.load(f"examples/{name}"), ROOT / "examples" / name / "outcomes.yaml")
        for language in ("zh", "en"):
            yield f"{name}.{language}.txt", summary(result, language) + "\n"
            yield f"{name}-explained.{language}.txt", result.explain(language) + "\n"


def main() -> None:
    for name, text in texts():
        file = FOLDER / name
        if not file.exists() or file.read_text("utf-8") != text:
            file.write_text(text, "utf-8")
            print(file.relative_to(ROOT))


if __name__ == "__main__":
    main()
