"""`pytest rules/`: every rule file is a test file, every embedded example and every inferred property an item.

    rules/department.yaml::example[走访45家]     an example of the file
    rules/department.yaml::gap                  passes where `perfscore.check` finds no gap
    rules/department.yaml::load                 only where the file cannot be loaded; fails with all its problems

A rule file is a .yaml or .yml file with a top-level key `perfscore`; outcome files and other YAML are left alone. A file with
an open group is checked on the rows of its examples. pytest loads this module in every run, so it imports pytest and the
standard library alone; the rest of perfscore is loaded when the first rule file is met.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from perfscore.finding import Finding
    from perfscore.ruleset.ruleset import RuleSet

HEAD = 65_536  # bytes in which the key must begin
_BLOCK = re.compile(rb"^(?:perfscore|\"perfscore\"|'perfscore')[ \t]*:", re.M)
_FLOW = re.compile(rb"\A\s*\{\s*[\"']?perfscore[\"']?\s*:")
_BOM = b"\xef\xbb\xbf"

# What `check` proves of a rule file, one item each; the second list only where remarks fail too.
PROPERTIES = (
    "gap",
    "out-of-range",
    "zero-denominator",
    "shadowed-case",
    "edge-claimed-twice",
    "not-monotone",
    "full-unreachable",
    "rating-cliff",
    "rating-unreachable",
    "gate-never",
    "gate-always",
    "polluted-literal",
    "waiver-unused",
)
REMARKS = ("zero-unreachable", "cliff", "total-unreachable", "not-decided")
OTHER = "other"  # findings of any other code: nothing that is found is left untold
SEVERITIES = ("info", "warning", "error")


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of rule files."""
    group = parser.getgroup("perfscore", "rule files of perfscore")
    group.addoption(
        "--perfscore-fail-on",
        choices=SEVERITIES,
        default="error",
        help="findings of a rule file that fail its properties: this severity and above (default: error)",
    )
    group.addoption("--perfscore-lang", choices=("zh", "en"), default="zh", help="language in which findings are told (default: zh)")
    group.addoption("--perfscore-seed", type=int, metavar="N", help="seed of the searches where a property cannot be decided")


def pytest_configure(config: pytest.Config) -> None:
    """The marks by which rule files are chosen: `-m perfscore_example`."""
    config.addinivalue_line("markers", "perfscore_example: an embedded example of a rule file")
    config.addinivalue_line("markers", "perfscore_property: an inferred property of a rule file")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A rule file is a test file."""
    if file_path.suffix in (".yaml", ".yml") and is_rule_file(file_path):
        return RuleFile.from_parent(parent, path=file_path)
    return None


def is_rule_file(path: Path) -> bool:
    """Whether a YAML file has the key `perfscore` on its top level; looks at its beginning and reads nothing else."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD).removeprefix(_BOM)
    except OSError:
        return False
    return _BLOCK.search(head) is not None or _FLOW.match(head) is not None


class Found(Exception):
    """What fails an item: the findings."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(self.findings)


class RuleFile(pytest.File):
    """A rule file: it is loaded when it is collected, and checked once, when the first property is asked for."""

    def collect(self) -> Iterator[pytest.Item]:
        from perfscore.finding import RuleError
        from perfscore.ruleset.load import load

        try:
            self.rules: RuleSet = load(_shown(self.path))
        except RuleError as error:
            yield Load.from_parent(self, name="load", found=Found(error.problems))
            return
        for k in range(len(self.rules.model.examples)):
            yield Example.from_parent(self, name=f"example[{_name(self.rules, k)}]", k=k)
        remarks = REMARKS if self.config.getoption("--perfscore-fail-on") == "info" else ()
        for code in (*PROPERTIES, *remarks, OTHER):
            yield Property.from_parent(self, name=code)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What `perfscore.check` finds, the examples left out: they are items of their own."""
        from perfscore.checks.check import check
        from perfscore.checks.examples import run_examples

        seed = self.config.getoption("--perfscore-seed")
        found = check(self.rules) if seed is None else check(self.rules, seed=seed)
        examples = {(one.place, one.code) for one in run_examples(self.rules)}
        return tuple(one for one in found if (one.place, one.code) not in examples)


class RuleItem(pytest.Item):
    """An item of a rule file; its failure is told in findings, without a traceback of ours."""

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, Found):
            return self.told(excinfo.value.findings)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, self.name

    def told(self, findings: Iterable[Finding]) -> str:
        """The findings in the language that was asked for, one below the other."""
        return "\n".join(finding.tell(self.config.getoption("--perfscore-lang")) for finding in findings)


class Load(RuleItem):
    """The one item of a rule file that cannot be loaded."""

    def __init__(self, *, found: Found, **own: Any) -> None:
        super().__init__(**own)
        self.found = found

    def runtest(self) -> None:
        raise self.found


class Example(RuleItem):
    """An embedded example: it passes where everything that it expects comes out."""

    def __init__(self, *, k: int, **own: Any) -> None:
        super().__init__(**own)
        self.k = k
        self.add_marker("perfscore_example")

    def runtest(self) -> None:
        from perfscore.checks.examples import run_example

        found = run_example(_file(self).rules, self.k)
        if found:
            raise Found(found)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        from perfscore.ruleset.origin import origin

        line = origin(_file(self).rules.document, ("examples", self.k)).line
        return self.path, None if line is None else line - 1, self.name


class Property(RuleItem):
    """A property: it passes where `check` finds nothing of this code that is grave enough. What is less grave stands in the report."""

    def __init__(self, **own: Any) -> None:
        super().__init__(**own)
        self.add_marker("perfscore_property")

    def runtest(self) -> None:
        known = (*PROPERTIES, *REMARKS)
        found = [one for one in _file(self).findings if (one.code == self.name if self.name != OTHER else one.code not in known)]
        least = SEVERITIES.index(self.config.getoption("--perfscore-fail-on"))
        grave = [one for one in found if SEVERITIES.index(one.severity) >= least]
        if grave:
            raise Found(grave)
        if found:
            self.add_report_section("call", "perfscore", self.told(found))


def _file(item: RuleItem) -> RuleFile:
    assert isinstance(item.parent, RuleFile)
    return item.parent


def _name(rules: RuleSet, k: int) -> str:
    """The name of an example on one line; `::` would divide the id of an item."""
    return " ".join((rules.model.examples[k].name or "").split()).replace("::", "：：")


def _shown(path: Path) -> Path:
    """The path as findings tell it: from the working directory, where it lies below."""
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path
