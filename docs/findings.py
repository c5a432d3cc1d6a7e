"""Write docs/findings/: one page a finding code, from the declared kinds and the folders of tests/findings.

    python docs/findings.py

The words come from the kind, the inputs and the message from the folder; the tests hold both against the library.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
CASES = HERE.parent / "tests" / "findings"
sys.path.insert(0, str(HERE.parent))

import perfscore  # noqa: E402
from perfscore.finding import Kind, catalogue  # noqa: E402

WRITTEN = "<!-- Written by docs/findings.py. -->"
FENCES = {".yaml": "yaml", ".py": "python", ".csv": "text"}
SEVERITIES = {
    "error": "error: nothing is scored, exit code 2",
    "warning": "warning: it is scored, and the warning stands in the result",
    "info": "info",
}
CHECKED = {
    "error": "error, found by `check`: exit code 1",
    "warning": "warning, found by `check`: exit code 1 with `--fail-on warning`",
    "info": "info, found by `check`",
}
BY_CHECK = {
    "shadowed-case", "edge-claimed-twice", "not-monotone", "out-of-range", "full-unreachable", "zero-unreachable", "cliff", "rating-cliff",
    "rating-unreachable", "total-unreachable", "gate-never", "gate-always", "zero-denominator", "polluted-literal", "waiver-unused",
    "example-failed", "not-decided",
}  # fmt: skip


def kinds() -> tuple[Kind, ...]:
    """Every kind that any module of the library declares, in order of code."""
    for module in pkgutil.walk_packages(perfscore.__path__, "perfscore."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    return catalogue()


def pages() -> dict[str, str]:
    """File name in docs/findings/ -> its text."""
    found = {f"{kind.code}.md": page(kind) for kind in kinds()}
    return {"README.md": index(), **found}


def index() -> str:
    rows = [f"| [{kind.code}]({kind.code}.md) | {kind.severity} | {_cell(kind.en)} | {_cell(kind.zh)} |" for kind in kinds()]
    return "\n".join(
        [
            WRITTEN,
            "# Findings 问题清单",
            "",
            "Everything that perfscore finds has a code. A code never changes its meaning and is never removed; new ones may come.",
            "Each message begins with the place, then the code: `rules.yaml:14:13  weights-group: …`. All problems are told at once.",
            "In the texts below `{…}` stands for what is told of the case at hand.",
            "",
            "| code | severity | message | 中文 |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _severity(kind: Kind) -> str:
    told = (CHECKED if kind.code in BY_CHECK else SEVERITIES)[kind.severity]
    return f"{told[0].upper()}{told[1:]}."


def page(kind: Kind) -> str:
    folder = CASES / kind.code
    rules = folder / "rules.yaml"
    message = (folder / "message.txt").read_text("utf-8").rstrip("\n")
    parts = [
        WRITTEN,
        f"# {kind.code}",
        "",
        _severity(kind),
        "",
        f"- {_code(kind.en)}",
        f"- {_code(kind.zh)}",
        "",
        *(["## Rules", "", *_block(rules)] if rules.exists() else []),
        *(["## Files", "", *_others(folder)] if _others(folder) else []),
        "## Bad",
        "",
        *_block(_input(folder, "bad")),
        "```text",
        message,
        "```",
        "",
        "## Good",
        "",
        *_block(_input(folder, "good")),
        "## Why",
        "",
        kind.why,
        "",
        "## Fix",
        "",
        kind.fix,
        "",
    ]
    return "\n".join(parts)


def _input(folder: Path, name: str) -> Path:
    return next(path for path in sorted(folder.glob(f"{name}.*")) if path.suffix in FENCES)


def _others(folder: Path) -> list[str]:
    """Files that the inputs name, beside the rules."""
    known = {"rules.yaml", "message.txt", _input(folder, "bad").name, _input(folder, "good").name}
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name not in known and "__pycache__" not in path.parts)
    return [line for path in files for line in _block(path, folder)]


def _block(path: Path, folder: Path | None = None) -> list[str]:
    """A file with its name. What is not UTF-8 is shown with �, what is invisible as an escape."""
    text = path.read_bytes().decode("utf-8", "replace")
    shown = "".join(sign if sign == "\n" or sign.isprintable() else f"<U+{ord(sign):04X}>" for sign in text)
    name = path.relative_to(folder).as_posix() if folder is not None else path.name
    return [f"`{name}`", "", f"```{FENCES[path.suffix]}", shown.rstrip("\n"), "```", ""]


def _code(template: str) -> str:
    return f"`{_plain(template)}`"


def _cell(template: str) -> str:
    return _plain(template).replace("|", "\\|")


def _plain(template: str) -> str:
    """A template as it is told: doubled braces are one, and a guess is optional."""
    return template.replace("{guess_en}", "").replace("{guess_zh}", "").replace("{{", "{").replace("}}", "}")


def main() -> None:
    folder = HERE / "findings"
    folder.mkdir(exist_ok=True)
    found = pages()
    for old in folder.glob("*.md"):
        if old.name not in found:
            old.unlink()
    for name, text in found.items():
        (folder / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
