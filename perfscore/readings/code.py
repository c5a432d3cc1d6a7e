"""The code reading: steps -> one generated Python function that computes with integers only, on (numerator, denominator).

    compiled = compile_steps(steps, wanted, fired)     # None where no useful function can be made
    result = compiled.run(values)                      # values by input, as for the exact reading; or raises Elsewhere
    result.value(k), result.pair(k), result.cases      # the k-th wanted value; the case of each step of `fired`

Whenever `run` returns, its values and cases equal those of the exact reading, and that has no problem to tell. Whatever is
out of the ordinary raises Elsewhere, and the exact reading decides and words it: a needed outcome that is absent, a zero
divisor, a refusal, no case, a root or a logarithm, numbers wider than `compiled.bits`.

The shortest way in: `compiled.function(*flat)`, where `compiled.parameters` names what each argument is: numerator and
denominator of a number (in any terms, the denominator above 0), else a truth, a code or the ordinal of a day; None for what is
absent; for a step of `compiled.lists` (a list over the rows of a table) the values that the exact reading gives it. The
function raises Elsewhere by itself; it does not look at the width of numbers. It gives one tuple; `compiled.result(found)`
reads it, and `compiled.places` says where each wanted value stands.

How the function is made. A number is a polynomial with whole coefficients over local names, divided by a whole number and
local names that are above zero; so weights, percentages and rounding steps are folded away before anything runs. A step
is written where it is first needed: a step that only one branch needs stands in that branch. What a branch knows
(`x >= 1200` did not hold) decides later conditions. Steps that only one step reads are carried on inside the branches, so that
the usual item ends as one `if` with one rounding in each branch.

`function/` writes it, each file on top of the next: writer.py, formulas.py, branches.py, arithmetic.py, draft.py, polynomial.py. What it
calls as it runs stands in runtime.py. Other packages import from here only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from perfscore.numbers.date import Day
from perfscore.readings.exact import BROKEN, MAX_BITS, MISSING, Value
from perfscore.readings.function.draft import Dead, Lines, TooMuch, sanitised
from perfscore.readings.function.polynomial import Code, Expression, Number, Truth
from perfscore.readings.function.runtime import CALLED
from perfscore.readings.function.runtime import Elsewhere as Elsewhere
from perfscore.readings.function.runtime import Pair as Pair
from perfscore.readings.function.writer import Writer
from perfscore.steps import Input, Steps


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a wanted value stands in the function's tuple: its numerator (or the value itself) at `at`; the denominator is
    `den`, or stands at `under`. `at` is None for a value that is always `known`.
    """

    kind: Literal["number", "date", "other"]
    at: int | None = None
    den: int = 1
    under: int | None = None
    known: Value | None = None


class Result:
    """What one run gave. `raw`: the function's tuple."""

    __slots__ = ("compiled", "raw")

    def __init__(self, compiled: Compiled, raw: tuple[Any, ...]) -> None:
        self.compiled = compiled
        self.raw = raw

    def pair(self, k: int) -> Pair:
        """Numerator and denominator (above 0, not always in lowest terms) of the k-th wanted value, a number."""
        place, raw = self.compiled.places[k], self.raw
        if place.at is None:
            assert isinstance(place.known, Fraction)
            return place.known.numerator, place.known.denominator
        return raw[place.at], place.den if place.under is None else raw[place.under]

    def value(self, k: int) -> Value:
        """The k-th wanted value, as the exact reading gives it."""
        place = self.compiled.places[k]
        if place.at is None:
            assert place.known is not None
            return place.known
        if place.kind == "number":
            return Fraction(*self.pair(k))
        found: Value = Day(self.raw[place.at]) if place.kind == "date" else self.raw[place.at]
        return found

    @property
    def numbers(self) -> list[Pair | Value]:
        """Every wanted value in order: a pair for a number, else the truth, code or day."""
        return [self.pair(k) if place.kind == "number" else self.value(k) for k, place in enumerate(self.compiled.places)]

    @property
    def cases(self) -> list[int]:
        """The case that decided, counted from 0, of each step of `fired`."""
        return list(self.raw[self.compiled.first_case :])


@dataclass(frozen=True, slots=True)
class Compiled:
    """The generated function. `bits`: the widest numerator or denominator that it may be given."""

    wanted: tuple[str, ...]
    fired: tuple[str, ...]
    inputs: tuple[str, ...]
    lists: tuple[str, ...]
    parameters: tuple[tuple[str, str], ...]
    places: tuple[Spot, ...]
    first_case: int
    bits: int
    source: str
    function: Callable[..., tuple[Any, ...]]
    types: tuple[tuple[str, str, bool], ...]
    scale: int | None = None

    def flat(self, values: Mapping[str, Value], lists: Mapping[str, Sequence[Value]] | None = None) -> list[Any]:
        """The function's arguments. Raises Elsewhere for what could not be read, and for numbers that do not fit."""
        found: list[Any] = []
        widest, scale, none = self.bits, self.scale, (None,) if self.scale is not None else (None, None)
        for name, type_, replaced in self.types:
            value = values.get(name)
            if type(value) is Fraction and type_ == "number":
                n, d = value.as_integer_ratio()
                if n.bit_length() > widest or d.bit_length() > widest or (scale is not None and scale % d):
                    raise Elsewhere
                found += (n, d) if scale is None else (n * (scale // d),)
            elif value is None or (value is MISSING and not replaced):
                found += none if type_ == "number" else (None,)
            elif value is BROKEN or value is MISSING or type_ == "number":
                raise Elsewhere
            else:
                found.append(value.ordinal if isinstance(value, Day) else value)
        for name in self.lists:
            found.append((lists or {}).get(name))
        return found

    def run(self, values: Mapping[str, Value], lists: Mapping[str, Sequence[Value]] | None = None) -> Result:
        """Values by input (what is absent is missing), and by step of `lists` the list that the exact reading gives."""
        try:
            return Result(self, self.function(*self.flat(values, lists)))
        except (ArithmeticError, TypeError, ValueError, AttributeError):
            raise Elsewhere from None

    def result(self, raw: tuple[Any, ...]) -> Result:
        """What the function gave, to be read."""
        return Result(self, raw)


def source(steps: Steps, wanted: Sequence[str], fired: Sequence[str] = (), *, scale: int | None = None) -> str | None:
    """The text of the generated function, or None."""
    compiled = compile_steps(steps, wanted, fired, scale=scale)
    return None if compiled is None else compiled.source


def compile_steps(steps: Steps, wanted: Sequence[str], fired: Sequence[str] = (), *, scale: int | None = None) -> Compiled | None:
    """The function for the wanted steps, and for the case lists of `fired` the case that decides.

    `scale`: numbers are given as whole numbers over it, and in the function's arguments as one of them (10_000: outcomes with up
    to four decimals; a third faster). None where the function would always raise Elsewhere, or would be too large: then the
    exact reading is used.
    """
    for eager in (False, True):
        try:
            return _compiled(Writer(steps, wanted, fired, scale, eager), steps)
        except TooMuch:
            continue
        except (Dead, RecursionError, MemoryError, SyntaxError):
            return None
    return None


def _compiled(writer: Writer, steps: Steps) -> Compiled | None:
    places: list[Spot] = []
    returned: list[str] = []
    values = [writer.need(name) for name in writer.wanted]
    for name in writer.fired:
        if not writer.done.get(name):
            writer.env.pop(name, None)
            writer.need(name)
    for value in values:
        places.append(_place(writer, value, returned))
    first_case = len(returned)
    returned += writer.fired.values()
    bits = min(((MAX_BITS - b) // a for a, b in writer.widest if a), default=MAX_BITS)
    if bits < 1 or any(b > MAX_BITS for a, b in writer.widest if not a):
        return None
    writer.line(f"return ({''.join(f'{one}, ' for one in returned)})" if returned else "return ()")
    arguments = [(name, part) for name in writer.inputs for part in _parts(steps[name].node, writer.scale)]
    arguments += [(name, "list") for name in writer.lists]
    names = [one for names in writer.inputs.values() for one in names] + list(writer.lists.values())
    about = [f"# {one} = {sanitised(name)}" for name, several in writer.inputs.items() for one in several[:1]]
    text = "\n".join([*about, f"def scored({', '.join(names)}):", *_written(writer.block, 1)]) + "\n"
    namespace: dict[str, Any] = {**CALLED, **writer.constants}
    exec(compile(text, "<scored>", "exec"), namespace)  # names, signs and numbers of ours, and repr() of codes
    inputs = tuple(writer.inputs)
    types = []
    for name in inputs:
        node = steps[name].node
        assert isinstance(node, Input)
        types.append((name, node.type, node.missing is not None))
    return Compiled(
        writer.wanted, tuple(writer.fired), inputs, tuple(writer.lists), tuple(arguments), tuple(places), first_case, bits, text,
        namespace["scored"], tuple(types), writer.scale,
    )  # fmt: skip


def _place(writer: Writer, value: Expression, returned: list[str]) -> Spot:
    match value:
        case Number(poly, den, below, day):
            known = value.known
            if known is not None:
                return Spot("date", known=Day(int(known))) if day else Spot("number", known=known)
            at = _returned(writer.text(poly), returned)
            if not below:
                return Spot("date" if day else "number", at, den)
            return Spot("number", at, under=_returned(writer.text({below: den}), returned))
        case Truth() | Code():
            if value.known is not None:
                return Spot("other", known=value.known)
            return Spot("other", _returned(value.text, returned))
    raise TooMuch


def _parts(node: object, scale: int | None) -> tuple[str, ...]:
    assert isinstance(node, Input)
    return ("value",) if node.type != "number" else ("n", "d") if scale is None else ("n",)


def _returned(text: str, returned: list[str]) -> int:
    if text not in returned:
        returned.append(text)
    return returned.index(text)


def _written(lines: Lines, depth: int) -> Iterator[str]:
    space = "    " * depth
    for line in lines:
        if isinstance(line, str):
            yield space + line
        else:
            header, inner = line
            yield space + header
            yield from _written(inner, depth + 1)
            if all(isinstance(one, str) and one.startswith("#") for one in inner):
                yield f"{space}    pass"
