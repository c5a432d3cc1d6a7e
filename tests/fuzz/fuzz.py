"""Fuzzing of everything that reads: rule files, formulas, tests, quantities, outcomes, and scoring itself.

    PYTHONPATH=. python tests/fuzz/fuzz.py --minutes 60 --seed 1 [--jobs 1] [--into FOLDER] [--target loader_tokens …]

Only RuleError and OutcomeError may come out of the library (Unreadable of a reader of one text); every finding has a
known code, a place, and words in both languages; no call takes longer than a second of processor time or much memory.
Whatever else happens is written with its input to FOLDER and counted. Prints counts by target, and `RESULT {json}`;
exit 1 if anything was written. The same seed makes the same inputs (as many as the minutes allow, or `--runs`).
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import multiprocessing
import pickle
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))
sys.path.append(str(ROOT))

import mutate  # noqa: E402

import perfscore  # noqa: E402
from perfscore.finding import Finding, OutcomeError, Problems, RuleError, Unreadable  # noqa: E402
from perfscore.formula.parse import parse  # noqa: E402
from perfscore.formula.test import looks_like_test, parse_test  # noqa: E402
from perfscore.numbers.date import read_date  # noqa: E402
from perfscore.numbers.number import read_number, to_number  # noqa: E402
from perfscore.numbers.unit import read_unit  # noqa: E402
from perfscore.numbers.written import read_quantity, read_yes_no  # noqa: E402
from perfscore.ruleset import show  # noqa: E402
from perfscore.ruleset.load import from_bytes  # noqa: E402
from perfscore.scoring import telling  # noqa: E402
from perfscore.scoring.outcomes import Content  # noqa: E402

SEVERITIES = dict(line.split() for line in (ROOT / "tests/golden/codes.txt").read_text("utf-8").splitlines())
CODES = frozenset(SEVERITIES)
ERRORS = frozenset(code for code, severity in SEVERITIES.items() if severity == "error")
SECONDS = 1.0  # of processor time
HANGS = 20.0
MEGABYTES = 200
ADDRESSES = 4_000 * 2**20
TOLD = 2_000_000  # characters of all findings of one call


class Hang(BaseException):
    """A call that does not end: no library code may catch it."""


class Broken(AssertionError):
    """A promise that was not kept."""


# --- what is promised of every call ---------------------------------------------------------------------------------


def check_findings(findings: tuple[Finding, ...], *, file: str | None = None) -> None:
    """A known code, a place and words in both languages, all of which can be printed and sent as JSON."""
    told = 0
    for one in findings:
        if one.code not in CODES:
            raise Broken(f"the code {one.code} is not among the frozen ones")
        if file is not None and one.place.line is None and one.place.path is None:
            raise Broken(f"{one.code} has no place: {one.place!r}")
        for language in ("zh", "en"):
            words = one.tell(language)  # type: ignore[arg-type]
            told += len(words)
            words.encode("utf-8")
            json.dumps(one.to_dict(language))  # type: ignore[arg-type]
            if "{" in one.kind.en and "{found}" in words:
                raise Broken(f"{one.code} tells its template")
            if "Node(" in words or "Both(" in words:
                raise Broken(f"{one.code} tells our own objects in Python's words")
    if told > TOLD:
        raise Broken(f"{told} characters of findings")


def check_time(began: float) -> None:
    if (took := time.process_time() - began) > SECONDS:
        raise Broken(f"slow: {took:.1f} s")


def documented(call: Callable[[], Any], file: str | None = None, *, error: type[Problems] = RuleError) -> tuple[Any, tuple[str, ...]]:
    """What a call gives, or the codes of its documented error; anything else is let through."""
    began = time.process_time()
    try:
        given = call()
        check_time(began)
        return given, ()
    except Problems as problems:
        check_time(began)
        if type(problems) is not error and {one.code for one in problems.problems} != {"open-rules"}:
            raise Broken(f"{type(problems).__name__} where {error.__name__} is documented") from problems
        if not problems.problems:
            raise Broken("an error without a finding") from problems
        check_findings(problems.problems, file=file)
        str(problems)
        return None, tuple(one.code for one in problems.problems)


def readable(read: Callable[[str], Any], text: str) -> tuple[Any, tuple[str, ...]]:
    """The same for a reader of one text, which does not know its place."""
    try:
        return read(text), ()
    except Unreadable as problem:
        if not 0 <= problem.offset <= len(text):
            raise Broken(f"{problem.kind.code} stands at {problem.offset} of {len(text)}") from problem
        check_findings((problem.at(perfscore.Place("f", 1, 1)),), file="f")
        return None, (problem.kind.code,)


def check_rules(rules: perfscore.RuleSet) -> None:
    """Everything that can be asked of a rule set; its resolved content and text are the same rules."""
    check_findings(rules.warnings)
    for language in ("zh", "en"):
        show.tree_table(rules, language)  # type: ignore[arg-type]
        show.inputs_table(rules, language)  # type: ignore[arg-type]
        show.not_expressed(rules, language)  # type: ignore[arg-type]
    json.dumps(show.inputs_json(rules))
    again = (perfscore.RuleSet.from_dict(rules.to_dict()), perfscore.loads(show.resolved_text(rules.document)))
    if {one.digest for one in again} != {rules.digest}:
        raise Broken("the resolved rules are other rules")


def without_places(told: dict[str, Any]) -> dict[str, Any]:
    """Warnings stand at other places when the outcomes are given as plain data."""
    items = [{**item, "warnings": len(item["warnings"])} for item in told["items"]]
    return {**told, "items": items, "warnings": len(told["warnings"])}


def check_assessment(result: perfscore.Assessment) -> tuple[str, ...]:
    """Everything that can be asked of a result. Gives the codes of its warnings."""
    check_findings(result.warnings)
    for language in ("zh", "en"):
        told = result.to_dict(language)  # type: ignore[arg-type]
        json.dumps(told, ensure_ascii=False).encode("utf-8")
        result.explain(language)  # type: ignore[arg-type]
        result.lines(language)  # type: ignore[arg-type]
        telling.summary(result, language)  # type: ignore[arg-type]
    json.dumps(result.brief())
    result._repr_html_()
    if without_places(perfscore.Assessment.from_dict(told, result.rules).to_dict("en")) != without_places(told):
        raise Broken("the result that was told is another one")
    return tuple(one.code for one in result.warnings)


# --- what is mutated ------------------------------------------------------------------------------------------------


@cache
def rule_files() -> list[tuple[str, bytes]]:
    """Every rule file of the repository, good and bad, the small ones first."""
    found = []
    for folder in ("rules", "examples", "tests"):
        for path in sorted((ROOT / folder).rglob("*.yaml")):
            content = path.read_bytes()
            if b"indicators:" in content and len(content) < 60_000:
                found.append((str(path.relative_to(ROOT)), content))
    return sorted(found, key=lambda one: len(one[1]))


@cache
def plain_rules() -> list[dict[str, Any]]:
    """The good ones as plain data."""
    found = []
    for name, content in rule_files():
        with suppress(Problems):
            found.append(from_bytes(content, str(ROOT / name)).to_dict())
    return found


@dataclass(frozen=True)
class Pair:
    """Rules with an outcome file and its plain data."""

    rules: perfscore.RuleSet
    name: str
    content: bytes
    plain: dict[str, Any]


@cache
def pairs() -> list[Pair]:
    """Rules with outcomes: the worked examples, the folders of findings."""
    from perfscore.ruleset.places import read_nodes

    found = []
    places = [(path, ROOT / "rules/examples" / f"{path.parent.name}.yaml") for path in sorted((ROOT / "examples").glob("*/outcomes.yaml"))]
    for folder in sorted((ROOT / "tests/findings").iterdir()):
        if (folder / "rules.yaml").exists():
            places += [(path, folder / "rules.yaml") for path in sorted(folder.glob("*[od].*")) if path.suffix in (".yaml", ".csv")]
    for path, rules in places:
        with suppress(Problems, OSError):
            node, _ = read_nodes(path.read_bytes(), None)
            plain = node.plain() if node is not None and path.suffix == ".yaml" else {}
            found.append(Pair(perfscore.load(rules), path.name, path.read_bytes(), plain if isinstance(plain, dict) else {}))
    return found


def chosen(rng: random.Random, listed: list[Any]) -> Any:
    """One of a list, the first ones more often."""
    return listed[int(len(listed) * rng.random() ** 2)]


def drawn_outcomes(rng: random.Random, rules: perfscore.RuleSet) -> dict[str, Any]:
    """Outcomes for every input, near enough to what is asked that most of them can be read."""
    found: dict[str, Any] = {}
    for one in rules.inputs:
        match one.type:
            case "choice":
                value: Any = rng.choice([code for code, _ in one.values]) if one.values else "x"
            case "yes_no":
                value = rng.choice(["是", "否", True, False])
            case "date":
                value = rng.choice(mutate.DATES[:2])
            case "table":
                value = [
                    {column.id: rng.choice(["1", "60", "80", *(code for code, _ in column.values)]) for column in one.columns}
                    for _ in range(rng.randrange(4))
                ]
            case _:
                value = rng.choice(["0", "1", "45", "95", "100", "-3", "0.5", "1/3", "12000", 7, 2.5])
        if rng.random() < 0.05:
            value = mutate.value(rng)
        found[one.id] = {"value": value, "by": "某人", "because": "某因"} if one.judged and not isinstance(value, dict) else value
    return found


def score(rng: random.Random, rules: perfscore.RuleSet) -> tuple[str, ...]:
    given = drawn_outcomes(rng, rules)
    result, codes = documented(lambda: perfscore.score(rules, given), error=OutcomeError)
    return codes if result is None else check_assessment(result)


def loaded(rng: random.Random, rules: perfscore.RuleSet) -> tuple[str, ...]:
    """A rule set that was loaded after all: asked and scored."""
    check_rules(rules)
    return score(rng, rules)


# --- targets: one input each; the input itself comes first, so that it can be kept ------------------------------------

Made = tuple[Any, Callable[[], tuple[str, ...]]]


def of_rules(rng: random.Random, content: bytes, name: str) -> Made:
    seed = rng.randrange(2**32)

    def call() -> tuple[str, ...]:
        rules, codes = documented(lambda: from_bytes(content, name), name)
        return codes if rules is None else loaded(random.Random(seed), rules)

    return content, call


def loader_bytes(rng: random.Random) -> Made:
    name, content = chosen(rng, rule_files())
    return of_rules(rng, mutate.of_bytes(rng, content), str(ROOT / name))


def loader_tokens(rng: random.Random) -> Made:
    name, content = chosen(rng, rule_files())
    text = mutate.of_tokens(rng, content.decode("utf-8", "replace"))
    return of_rules(rng, text.encode("utf-8", "surrogatepass"), str(ROOT / name))


def loader_plain(rng: random.Random) -> Made:
    plain = mutate.of_plain(rng, chosen(rng, plain_rules()))
    seed = rng.randrange(2**32)

    def call() -> tuple[str, ...]:
        if not isinstance(plain, dict):
            return ()
        rules, codes = documented(lambda: perfscore.RuleSet.from_dict(plain), "plain")
        return codes if rules is None else loaded(random.Random(seed), rules)

    return plain, call


def without_halves(text: str) -> str:
    """No reader of one text is given halves of characters: files and plain data are rid of them before."""
    return text.encode("utf-8", "replace").decode("utf-8")


def formulas(rng: random.Random) -> Made:
    text = mutate.formula(rng) if rng.random() < 0.5 else mutate.soup(rng)
    text = mutate.of_text(rng, text) if rng.random() < 0.5 else text
    text = without_halves(text)
    return text, lambda: readable(parse, text)[1]


FORMULA_RULES: dict[str, Any] = {
    "perfscore": 1, "id": "fuzz", "total": 100, "rounding": {"item": 2, "rate": 4},
    "inputs": {
        "x": {}, "budget": {"unit": "万元"}, "spent": {"unit": "万元"}, "region": {"type": "choice", "values": ["east", "west"]},
        "audited": {"type": "yes_no"}, "finished": {"type": "date"}, "ballots": {"type": "table", "columns": ["甲", "乙"]},
    },
    "let": {"execution": "spent / budget"},
    "indicators": [
        {"id": "visits", "weight": 60, "unit": "家", "target": ">= 50", "method": {"type": "ratio", "above": "cap"}},
        {"id": "a", "weight": 40, "floor": 0, "cap": "weight", "method": {"type": "formula", "points": "1"}},
    ],
    "rating": [{"id": "passed", "is": ">= 60"}, {"id": "failed", "is": "< 60"}],
}  # fmt: skip


def formulas_scored(rng: random.Random) -> Made:
    """A formula at one of the places of a rule file where formulas stand."""
    text = mutate.formula(rng)
    rules = mutate.copy.deepcopy(FORMULA_RULES)
    item = rules["indicators"][1]
    match rng.randrange(6):
        case 0 | 1:
            item["method"]["points"] = text
        case 2:
            rules["let"]["more"], item["method"]["points"] = text, "more"
        case 3:
            rules["gates"] = [{"id": "g", "when": text, rng.choice(["points", "at_most"]): mutate.formula(rng, 3)}]
        case 4:
            item["method"] = {"type": "formula", "cases": [{"when": text, "points": mutate.formula(rng, 2)}], "otherwise": "0"}
        case _:
            rules["flags"] = [{"id": "f", "when": text, "for": {"id": "visits"}}]
    seed = rng.randrange(2**32)

    def call() -> tuple[str, ...]:
        made, codes = documented(lambda: perfscore.RuleSet.from_dict(rules), "plain")
        return codes if made is None else score(random.Random(seed), made)

    return rules, call


def tests(rng: random.Random) -> Made:
    text = rng.choice(mutate.TESTS) if rng.random() < 0.6 else mutate.token(rng)
    text = mutate.of_text(rng, text) if rng.random() < 0.7 else text

    text = without_halves(text)

    def call() -> tuple[str, ...]:
        looks_like_test(text)
        return readable(parse_test, text)[1]

    return text, call


def texts(rng: random.Random) -> Made:
    """Numbers, quantities, dates, units, yes and no."""
    read = rng.choice([read_number, read_quantity, read_date, read_unit, read_yes_no, to_number])
    text = rng.choice(rng.choice((mutate.NUMBERS, mutate.QUANTITIES, mutate.DATES, mutate.WORDS)))
    text = mutate.of_text(rng, text) if rng.random() < 0.8 else mutate.soup(rng, 12)
    text = without_halves(text)
    return (read.__name__, text), lambda: readable(read, text)[1]


def of_outcomes(pair: Pair, content: bytes, file: str) -> Made:
    def call() -> tuple[str, ...]:
        result, codes = documented(lambda: perfscore.score(pair.rules, Content(content, file)), error=OutcomeError)
        return codes if result is None else check_assessment(result)

    return (pair.rules.id, file, content), call


def outcomes_text(rng: random.Random) -> Made:
    """YAML or CSV, by bytes or by tokens."""
    pair = chosen(rng, pairs())
    if rng.random() < 0.5:
        content = mutate.of_bytes(rng, pair.content)
    else:
        content = mutate.of_tokens(rng, pair.content.decode("utf-8", "replace")).encode("utf-8", "surrogatepass")
    return of_outcomes(pair, content, pair.name)


def outcomes_json(rng: random.Random) -> Made:
    pair = chosen(rng, [one for one in pairs() if one.plain])
    changed, ascii = mutate.of_plain(rng, pair.plain), rng.random() < 0.5
    try:
        text = json.dumps(changed, ensure_ascii=ascii, default=lambda one: repr(one)[:50], skipkeys=True)
    except ValueError:  # it holds itself
        text = json.dumps(pair.plain)
    text = mutate.of_text(rng, text) if rng.random() < 0.3 else text
    return of_outcomes(pair, text.encode("utf-8", "surrogatepass"), "o.json")


def outcomes_csv(rng: random.Random) -> Made:
    """A table made of what was reported, long or wide."""
    pair = chosen(rng, [one for one in pairs() if one.plain])
    given = pair.plain.get("outcomes", pair.plain)
    rows = [(str(id), one if isinstance(one, str) else mutate.token(rng)) for id, one in given.items()] if isinstance(given, dict) else []
    cells = [["id", "value"], *rows] if rng.random() < 0.6 else [[id for id, _ in rows], [one for _, one in rows]]
    quoted = rng.random() < 0.5
    text = "\n".join(",".join('"' + cell.replace('"', '""') + '"' if quoted else cell for cell in row) for row in cells)
    return of_outcomes(pair, mutate.of_text(rng, text).encode("utf-8", "surrogatepass"), "o.csv")


def outcomes_plain(rng: random.Random) -> Made:
    pair = chosen(rng, pairs())
    given = mutate.of_plain(rng, pair.plain or drawn_outcomes(rng, pair.rules))

    def call() -> tuple[str, ...]:
        if not isinstance(given, dict):
            return ()
        result, codes = documented(lambda: perfscore.score(pair.rules, given), error=OutcomeError)
        return codes if result is None else check_assessment(result)

    return (pair.rules.id, given), call


def results(rng: random.Random) -> Made:
    """A told result, changed: the same one again, or a ValueError."""
    pair = chosen(rng, [one for one in pairs() if one.plain])
    result, _ = documented(lambda: perfscore.score(pair.rules, pair.plain), error=OutcomeError)
    told = mutate.of_plain(rng, result.to_dict("zh")) if result is not None else {}

    def call() -> tuple[str, ...]:
        if isinstance(told, dict):
            with suppress(ValueError):
                documented(lambda: perfscore.Assessment.from_dict(told, pair.rules), error=OutcomeError)
        return ()

    return (pair.rules.id, told), call


def scoring(rng: random.Random) -> Made:
    """Good rules, drawn outcomes."""
    pair = chosen(rng, pairs())
    seed = rng.randrange(2**32)
    return (pair.rules.id, seed), lambda: score(random.Random(seed), pair.rules)


_LISTED = (loader_bytes, loader_tokens, loader_plain, formulas, formulas_scored, tests, texts)
_LISTED += (outcomes_text, outcomes_json, outcomes_csv, outcomes_plain, results, scoring)
TARGETS: dict[str, Callable[[random.Random], Made]] = {target.__name__: target for target in _LISTED}


# --- running --------------------------------------------------------------------------------------------------------


@dataclass
class Counts:
    """What came out of one target. `broken`: by what went wrong, how often."""

    runs: int = 0
    good: int = 0
    slowest: float = 0.0
    codes: Counter[str] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)

    def add(self, other: Counts) -> None:
        self.runs, self.good = self.runs + other.runs, self.good + other.good
        self.slowest = max(self.slowest, other.slowest)
        self.codes += other.codes
        self.broken += other.broken


@contextmanager
def ending() -> Iterator[None]:
    """What does not end within its processor time is told as a hang."""

    def hangs(*_: object) -> None:
        raise Hang

    before = signal.signal(signal.SIGVTALRM, hangs)
    signal.setitimer(signal.ITIMER_VIRTUAL, HANGS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def attempt(target: str, seed: str, counts: Counts, into: Path | None) -> None:
    """One input: made, called, counted; kept with its trace where a promise was broken."""
    given, call = TARGETS[target](random.Random(seed))
    if into is not None:  # what ended the process is the last one that was begun
        (into / "running.txt").write_text(f"{target} {seed}\n")
    began, memory = time.process_time(), peak()
    wrong, trace = "", ""
    counts.runs += 1
    try:
        with ending():
            codes = call()
        counts.codes.update(set(codes))
        counts.good += ERRORS.isdisjoint(codes)
    except Hang:
        wrong, trace = "hang", traceback.format_exc()
    except Exception as trouble:
        last = traceback.extract_tb(trouble.__traceback__)[-1]
        wrong = f"{type(trouble).__name__} {Path(last.filename).name}:{last.name}"
        if isinstance(trouble, Broken):
            wrong = str(trouble)[:60]
        trace = traceback.format_exc()
    took = time.process_time() - began
    counts.slowest = max(counts.slowest, took)
    if not wrong and peak() - memory > MEGABYTES:
        wrong = "memory"
    if wrong:
        counts.broken[wrong] += 1
        if into is not None and counts.broken[wrong] <= 3:
            keep(into, target, seed, given, f"{wrong}, {took:.2f} s\n{trace}", counts.broken[wrong])


def keep(into: Path, target: str, seed: str, given: Any, told: str, number: int) -> None:
    name = "".join(sign if sign.isalnum() else "-" for sign in f"{target}-{told.split(',')[0]}")[:100] + f"-{number}"
    into.mkdir(parents=True, exist_ok=True)
    (into / f"{name}.txt").write_text(f"{target} {seed}\n{told}\n{given!r}"[:200_000], "utf-8", "backslashreplace")
    with suppress(Exception):
        (into / f"{name}.pickle").write_bytes(pickle.dumps(given))


def fuzz(
    seed: int, minutes: float, runs: int | None, targets: list[str], into: Path | None, *, progress: bool = False
) -> dict[str, Counts]:
    """All targets in turn, until the time is over or each had its runs."""
    faulthandler.enable()
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
    if into is not None:
        into.mkdir(parents=True, exist_ok=True)
    counts = {target: Counts() for target in targets}
    ends, k, told = time.monotonic() + 60 * minutes, 0, time.monotonic()
    while (k < runs) if runs is not None else time.monotonic() < ends:
        for target in targets:
            attempt(target, f"{seed}/{k}", counts[target], into)
        k += 1
        if progress and time.monotonic() - told > 60:
            told = time.monotonic()
            broken = sum(sum(one.broken.values()) for one in counts.values())
            print(f"{time.strftime('%H:%M:%S')} {k} rounds, {broken} broken, {peak():.0f} MB", flush=True)
    return counts


def table(counts: dict[str, Counts]) -> str:
    lines = [f"{'target':<16}{'runs':>9}{'good':>9}{'codes':>7}{'slowest':>9}  broken"]
    for target, one in counts.items():
        broken = ", ".join(f"{wrong} ×{n}" for wrong, n in one.broken.most_common()) or "–"
        lines.append(f"{target:<16}{one.runs:>9}{one.good:>9}{len(one.codes):>7}{one.slowest:>8.2f}s  {broken}")
        lines.append("    " + ", ".join(f"{code} {n}" for code, n in one.codes.most_common(12)))
    return "\n".join(lines)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--minutes", type=float, default=1)
    options.add_argument("--runs", type=int, help="of each target and job, instead of a time")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--jobs", type=int, default=1)
    options.add_argument("--into", type=Path, help="where broken inputs are kept (default: a new folder)")
    options.add_argument("--target", nargs="*", choices=list(TARGETS), default=list(TARGETS))
    given = options.parse_args()
    into = given.into or Path(tempfile.mkdtemp(prefix="perfscore-fuzz-"))
    began = time.monotonic()
    jobs = [(given.seed * 1000 + job, given.minutes, given.runs, given.target, into) for job in range(given.jobs)]
    if given.jobs == 1:
        parts = [fuzz(*jobs[0], progress=True)]
    else:
        with multiprocessing.Pool(given.jobs) as pool:
            parts = pool.starmap(fuzz, jobs)
    counts = {target: Counts() for target in given.target}
    for part in parts:
        for target, one in part.items():
            counts[target].add(one)
    broken = sum(sum(one.broken.values()) for one in counts.values())
    never = sorted(CODES - {code for one in counts.values() for code in one.codes})
    print(table(counts))
    print(f"codes that never came up: {', '.join(never) or 'none'}")
    print(f"{broken} broken" + (f", kept in {into}" if broken else ""))
    result = {
        "seed": given.seed,
        "minutes": round((time.monotonic() - began) / 60, 2),
        "runs": sum(one.runs for one in counts.values()),
        "broken": broken,
        "slowest": round(max(one.slowest for one in counts.values()), 2),
        "peak_mb": round(peak()),
        "codes": len(CODES) - len(never),
        "targets": {target: one.runs for target, one in counts.items()},
    }
    print("RESULT " + json.dumps(result))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
