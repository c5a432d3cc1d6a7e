"""outcomes: complete outcomes of a rule set at random, by the grid, within the ranges, and mostly at edges.

Never refused for their form. The rules themselves may refuse them, where they leave a hole (`no-case`), divide by 0, refuse by a
case or a gate, claim points that do not hold (`points-out-of-range`), or find nothing left that a weight could move to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from perfscore.readings.exact import MISSING, Evaluation, Value
from perfscore.ruleset.ruleset import RuleSet
from perfscore.testing.domain import MOST_ROWS, QUARTERS, Domain, Entry, Values, domain_of, with_changes
from perfscore.testing.extra import SearchStrategy, st

Draw = Callable[[SearchStrategy[Any]], Any]
SELDOM = 12  # one in so many is absent, does not apply, or is set by a person


def outcomes(rules: RuleSet, *, edges: bool = True) -> SearchStrategy[dict[str, Any]]:
    """Complete valid outcomes of a rule set, as `perfscore.score` takes them: id -> text, or mapping where more is to be said.

    Numbers and dates lie on their grid and in their range; most of them (`edges`; else none on purpose) at, one step below or one
    step above a value with which the rules compare them, given what was drawn before: 59.99万元 spent of a budget of 100万元 where a
    gate asks for 60 %. Without a `grid` the step is 0.01 % for ratios, 0.01 for money, 1 for what is counted, else 0.01; without
    a `range` numbers are 0 or more, unless the rules compare them with something below 0. Choices are codes; tables have rows;
    judgements have `by` and `because`. About one outcome in twelve is absent or does not apply, where the rules allow it.

    Outcomes are never refused for their form. The rules may refuse them: `no-case`, `division-by-zero`, `points-out-of-range`,
    `nothing-left`, a `refuse` of their own. Raises RuleError for a rule set with open groups.
    """
    domain = domain_of(rules)
    return values_of(domain, edges).map(domain.written)


@st.composite
def values_of(draw: Draw, domain: Domain, edges: bool = True) -> Values:
    """The same as values of inputs, by id."""
    values: Values = {}
    gone: set[str] = set()
    for entry in domain.entries:
        if entry.owner in gone:
            gone.add(entry.key)
            continue
        if entry.asks_peers:
            values[entry.peer_mean] = _part_of_weight(draw, domain, entry)
        if entry.policy is not None and _seldom(draw):
            gone.add(entry.key)
            values[entry.absent] = True
            if entry.policy == "peer_mean":
                values[entry.peer_mean] = _part_of_weight(draw, domain, entry)
        elif not (entry.may_lack and _seldom(draw)):
            for name in entry.inputs:
                drawn = draw_value(draw, domain, name, values, edges)
                if drawn is not MISSING:
                    values[name] = drawn
    for entry in domain.entries:
        if entry.override is not None and entry.key not in gone and _seldom(draw):
            values.update(_set_by_person(draw, domain, entry, values))
    return values


def draw_value(draw: Draw, domain: Domain, name: str, values: Values, edges: bool) -> Value:
    """A value of one input, or MISSING where it may be left out; `values`: what was drawn before."""
    variable = domain.variables[name]
    if variable.declared.missing is not None and _seldom(draw):
        return MISSING
    if domain.beside_grade(name) and not domain.needs_share(name, values):
        return MISSING
    if variable.declared.type == "table":
        return _table(draw, domain, name, values, edges)
    options = domain.candidates(name, values) if edges or not variable.counted else ()
    if not variable.counted:
        return _pick(draw, options)
    spans = domain.spans(name, values)
    at = draw(st.integers(0, len(options) + len(options) // 4 if spans else len(options) - 1)) if options else 0
    if at < len(options):
        return options[at]
    if not spans:
        return draw(st.nothing())
    further = draw(st.integers(0, sum(high - low + 1 for low, high in spans) - 1))
    for low, high in spans:
        if further <= high - low:
            return variable.value(low + further)
        further -= high - low + 1
    raise AssertionError


def _pick(draw: Draw, options: Sequence[Any]) -> Any:
    """One of several; the first is the plainest."""
    return options[draw(st.integers(0, len(options) - 1))] if options else draw(st.nothing())


def _table(draw: Draw, domain: Domain, table: str, values: Values, edges: bool) -> tuple[tuple[Value, ...], ...]:
    """Rows, each cell drawn with those before it in mind; groups that the rules tell apart have a row each."""
    covering = domain.covering(table)
    least = max(domain.least_rows(table), len(covering))
    rows = []
    for k in range(draw(st.integers(least, max(least, min(least + 4, MOST_ROWS))))):
        known, row = dict(values), []
        for at, column in enumerate(domain.variables[table].declared.columns):
            name = f"{table}.{column.id}"
            if k < len(covering) and covering[k][0] == at:
                known[name] = covering[k][1]
            else:
                known[name] = draw_value(draw, domain, name, known, edges)
            row.append(known[name])
        rows.append(tuple(row))
    return tuple(rows)


def _seldom(draw: Draw) -> bool:
    return bool(draw(st.integers(0, SELDOM - 1)) == SELDOM - 1)


def _part_of_weight(draw: Draw, domain: Domain, entry: Entry) -> Fraction:
    return domain.rules.scored(entry.key).weight * Fraction(_pick(draw, QUARTERS), 4)


def _set_by_person(draw: Draw, domain: Domain, entry: Entry, values: Values) -> Values:
    """Points that a person sets, where the rules allow it here, and within their range."""
    weight, scored = domain.rules.scored(entry.key).weight, Evaluation(domain.program, dict(values)).value(f"{entry.key}:scored")
    options = [weight * Fraction(part, 4) for part in QUARTERS] + ([scored] if isinstance(scored, Fraction) else [])
    name = f"{entry.key}:overridden"
    allowed = [one for one in options if _is_number(Evaluation(domain.program, {**values, entry.overridden: one}).value(name))]
    return {entry.overridden: _pick(draw, allowed)} if allowed else {}


def _is_number(value: Value) -> bool:
    return isinstance(value, Fraction)


@st.composite
def pairs_of(draw: Draw, domain: Domain, keys: tuple[str, ...]) -> tuple[tuple[Values, Values], str]:
    """Two sets of values that differ in one outcome, and its key: one of these."""
    values = draw(values_of(domain))
    entries = [domain.by_key[key] for key in keys]
    entry = _pick(draw, [one for one in entries if one.inputs or values.get(one.absent) is not True])
    changed = with_changes(values, {entry.absent: MISSING})
    if entry.inputs and not any(name in values for name in entry.inputs):
        for name in entry.inputs:
            changed[name] = draw_value(draw, domain, name, changed, True)
        return (values, with_changes(changed, {})), entry.key
    changes = [one for changes in domain.changes(entry, values) for one in changes]
    changed = with_changes(values, _pick(draw, changes) if changes else {})
    return ((values, changed), entry.key) if changed != values else draw(st.nothing())
