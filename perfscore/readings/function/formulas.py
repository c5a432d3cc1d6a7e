"""Formulas of the code reading: every kind of node but a step's own becomes an expression, and functions of lists become loops."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import lcm

from perfscore.formula import tree
from perfscore.formula.tree import Tree
from perfscore.numbers.rounding import Mode
from perfscore.readings.function.arithmetic import LONG_SUM
from perfscore.readings.function.branches import Arm, Branches, Leaf
from perfscore.readings.function.draft import Lines
from perfscore.readings.function.polynomial import (
    HOLDS,
    NO,
    Bits,
    Code,
    Expression,
    List,
    Number,
    Several,
    Truth,
    constant,
    decided,
    scaled,
)
from perfscore.readings.function.runtime import LIST_BITS

_SIGN_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


class Formulas(Branches):
    """What is written of a formula."""

    def __init__(self) -> None:
        super().__init__()
        self.env: dict[str, Expression] = {}

    def need(self, name: str) -> Expression:
        """The value of a step here (writer.py)."""
        raise NotImplementedError

    def missing(self, asked: Tree) -> Truth:
        """Whether an input is absent (writer.py)."""
        raise NotImplementedError

    def split(self, root: Tree, leaf: Leaf) -> None:
        """The value of a formula, given to `leaf` in each branch that it ends in (writer.py)."""
        raise NotImplementedError

    def number_of(self, root: Tree) -> Number:
        return self.as_number(self.value(root))

    def value(self, root: Tree) -> Expression:
        if isinstance(root, tree.Name):
            return self.env.get(root.name) or self.need(root.name)
        if isinstance(root, tree.Number):
            return constant(root.value)
        if isinstance(root, tree.Compare):
            return self.compare(root.first, root.rest)
        if isinstance(root, tree.Arithmetic):
            return self.arithmetic(root)
        match root:
            case tree.Text(code):
                return Code(repr(code), code)
            case tree.Truth(truth):
                return decided(truth)
            case tree.Date(_, last):
                return Number({(): last.ordinal}, day=True)
            case tree.Negate(operand):
                found = self.number_of(operand)
                return Number(scaled(found.poly, -1), found.den, found.below)
            case tree.Not(operand):
                return self.negated(self.truth(operand))
            case tree.Logic(op, parts):
                return self.logic(op, [lambda part=part: self.truth(part) for part in parts])  # type: ignore[misc]
            case tree.Choose():
                return self.joined(lambda leaf: self.split(root, leaf))
            case tree.Member(subject, options):
                return self.member(subject, options)
            case tree.Call():
                return self.call(root)
            case tree.Listing(elements):
                return self.listing(elements)
        self.dead()

    def arithmetic(self, root: tree.Arithmetic) -> Number:
        if root.op in "+-":
            terms = list(_terms(root, 1))
            found = [(self.number_of(term), factor) for term, factor in terms]
            if sum(factor for value, factor in found if value.day):
                self.dead()  # a day and not the days between two
            return self.add([value for value, _ in found], [factor for _, factor in found])
        left = self.number_of(root.left)
        if root.op == "**":
            if not isinstance(root.right, tree.Number) or root.right.value.denominator != 1 or not 0 <= root.right.value <= tree.MAX_POWER:
                self.dead()
            return self.power(left, int(root.right.value))
        right = self.number_of(root.right)
        return self.multiply(left, right) if root.op == "*" else self.divide(left, right)

    def compare(self, first: Tree, rest: Sequence[tuple[str, Tree]]) -> Expression:
        left = self.value(first)
        if len(rest) == 1:
            op, right = rest[0]
            return self.against(left, op, self.value(right))
        values = [left]

        def part(k: int) -> Truth:
            op, right = rest[k]
            if isinstance(values[k], Number):
                values[k] = self.simple(self.as_number(values[k]))
            values.append(self.value(right))
            found = self.against(values[k], op, values[k + 1])
            if not isinstance(found, Truth):
                self.dead()
            return found

        return self.logic("and", [lambda k=k: part(k) for k in range(len(rest))])  # type: ignore[misc]

    def against(self, a: Expression, op: str, b: Expression) -> Expression:
        """a op b, of whatever they are; of a list a list of truths."""
        match a, b:
            case (Several(elements), _):
                return Several(tuple(self.against(one, op, b) for one in elements))
            case (_, Several(elements)):
                return Several(tuple(self.against(a, op, one) for one in elements))
            case (List(), Number()):
                return self._list_against(a, op, b)
            case (Number(), List()):
                return self._list_against(b, _SIGN_TURNED[op], a)
            case (Number(), Number()):
                return self.comparison(self.difference(a, b), HOLDS[op])
            case (Code(), Code()) if op in ("=", "!="):
                if a.known is not None and b.known is not None:
                    return decided((a.known == b.known) == (op == "="))
                found = self.flagged(Truth(f"{a.text} == {b.text}"))
                return found if op == "=" else self.negated(found)
            case (Truth(), Truth()) if op in ("=", "!="):
                if a.known is not None and b.known is not None:
                    return decided((a.known == b.known) == (op == "="))
                return self.flagged(Truth(f"{a.inside} {'==' if op == '=' else '!='} {b.inside}"))
        self.dead()

    def member(self, subject: Tree, options: Sequence[Tree]) -> Truth:
        if not options:
            return NO
        found = self.value(subject)
        if isinstance(found, Number):
            found = self.simple(found)
        if isinstance(found, Code) and found.known is None and all(isinstance(option, tree.Text) for option in options):
            codes = ", ".join(repr(option.value) for option in options if isinstance(option, tree.Text))
            return self.flagged(Truth(f"{found.text} in ({codes},)"))

        def part(option: Tree) -> Truth:
            equal = self.against(found, "=", self.value(option))
            if not isinstance(equal, Truth):
                self.dead()
            return equal

        return self.logic("or", [lambda option=option: part(option) for option in options])  # type: ignore[misc]

    def call(self, root: tree.Call) -> Expression:
        arguments = root.arguments
        match root.function:
            case "missing":
                return self.missing(arguments[0])
            case "round" | "floor" | "ceil" as function:
                return self.to_digits(function, arguments)
            case "abs":
                value = self.simple(self.number_of(arguments[0]))
                if value.known is not None:
                    return constant(abs(value.known))
                minus = Number(scaled(value.poly, -1), value.den, value.below)
                return self.joined(lambda leaf: self.either("max", value, minus, leaf))
            case "clamp":
                x, low, high = (self.number_of(one) for one in arguments)
                raised = self.joined(lambda leaf: self.either("max", x, low, leaf))
                return self.joined(lambda leaf: self.either("min", raised, high, leaf))
            case "months":
                first, second = (self.number_of(one) for one in arguments)
                name = self.assigned(f"months({self.text(first.poly)}, {self.text(second.poly)})", (0, 20))
                return Number({(name,): 1})
            case "sum" | "mean" | "median" | "min" | "max" | "count" | "any" | "all" | "trimmed_mean":
                return self.reduced(root.function, arguments)
        self.dead()

    def to_digits(self, function: str, arguments: Sequence[Tree]) -> Number:
        digits = self.number_of(arguments[1]).known if len(arguments) > 1 else Fraction(0)
        if digits is None or digits.denominator != 1 or not -30 <= digits <= 30:
            self.dead()
        mode: Mode = "half-up" if function == "round" else function  # type: ignore[assignment]
        return self.rounded(self.number_of(arguments[0]), Fraction(10) ** -int(digits), mode)

    # --- lists

    def listing(self, elements: Sequence[tuple[Tree | None, Tree]]) -> Expression:
        if all(condition is None for condition, _ in elements):
            return Several(tuple(self._element(element) for _, element in elements))
        name = self.fresh("l")
        self.line(f"{name} = []")
        found: list[tuple[Lines, Expression]] = []

        for condition, element in elements:

            def one(arm: Arm) -> None:
                if arm.points is not None:
                    found.append((self.block, self._element(arm.points)))

            arms = [Arm(condition, element, 0)] + ([] if condition is None else [Arm(None, tree.Truth(True), 1)])

            def leaf(arm: Arm) -> None:
                if arm.case == 0:
                    one(arm)

            self.cases(arms, leaf)
        values = [value for _, value in found]
        if all(isinstance(value, Truth) for value in values):
            for lines, value in found:
                assert isinstance(value, Truth)
                with self.ending(lines):
                    self.line(f"{name}.append({value.text})")
            return List(name, "truths")
        den = lcm(*(value.den for value in values if isinstance(value, Number)))
        whole = not any(value.below for value in values if isinstance(value, Number))
        for lines, value in found:
            if not isinstance(value, Number) or value.day:
                self.dead()
            with self.ending(lines):
                if whole:
                    self.line(f"{name}.append({self.text(scaled(value.poly, den // value.den))})")
                else:
                    self.line(f"{name}.append(({self.text(value.poly)}, {self.text({value.below: value.den})}))")
        self.bits[name] = self._widest_of([value for value in values if isinstance(value, Number)])
        return List(name, "whole" if whole else "pairs", den)

    def _element(self, root: Tree) -> Expression:
        found = self.value(root)
        if isinstance(found, (Several, List)):
            self.dead()
        return self.simple(found) if isinstance(found, Number) else found

    def _widest_of(self, values: Sequence[Number]) -> Bits:
        widths = [self.width(value.poly) for value in values] + [self.width({value.below: value.den}) for value in values]
        return max((a for a, _ in widths), default=0), max((b for _, b in widths), default=0)

    def _as_pairs(self, of: List) -> str:
        """A name that holds the list as pairs."""
        if of.holds == "pairs":
            return of.name
        if of.holds == "truths":
            self.dead()
        name = self.fresh("l")
        self.line(
            f"{name} = pairs({of.name})" if of.holds == "either" else f"{name} = [(one, {self.literal(of.den)}) for one in {of.name}]"
        )
        return name

    def _list_against(self, of: List, op: str, number: Number) -> List:
        pairs, number = self._as_pairs(of), self.simple(number)
        sign = "==" if op == "=" else op
        above, under = self.operand(number.poly), self.operand({number.below: number.den})
        name = self.fresh("l")
        self.line(f"{name} = [n*{under} {sign} d*{above} for n, d in {pairs}]")
        return List(name, "truths")

    def reduced(self, function: str, arguments: Sequence[Tree]) -> Expression:
        trim: Number | None = None
        if function == "trimmed_mean":
            arguments, trim = arguments[:1], self.number_of(arguments[1])
        values = [self.value(argument) for argument in arguments]
        if len(values) == 1 and isinstance(values[0], List):
            return self._reduced_list(function, values[0], trim)
        if len(values) == 1 and isinstance(values[0], Several):
            values = list(values[0].elements)
        if any(isinstance(value, (List, Several)) for value in values):
            self.dead()
        if values and all(isinstance(value, Truth) for value in values):
            return self._reduced_truths(function, values)  # type: ignore[arg-type]
        if not values and function in ("any", "all"):
            return decided(function == "all")
        if function == "count":
            return constant(Fraction(len(values)))
        return self._reduced_numbers(function, [self.as_number(value) for value in values], trim)

    def _reduced_truths(self, function: str, truths: Sequence[Truth]) -> Expression:
        if function in ("any", "all"):
            return self.combined("or" if function == "any" else "and", truths)
        if function != "count":
            self.dead()
        sure = sum(1 for truth in truths if truth.known)
        asked = [truth for truth in truths if truth.known is None]
        if not asked:
            return constant(Fraction(sure))
        total = ""
        for k in range(0, len(asked), LONG_SUM):
            part = " + ".join(f"({truth.text})" for truth in asked[k : k + LONG_SUM])
            total = self.assigned(f"{total + ' + ' if total else ''}{part}", (0, len(truths).bit_length()))
        self.note_name(total, HOLDS[">="])
        return self.add([Number({(total,): 1}), constant(Fraction(sure))])

    def _reduced_numbers(self, function: str, numbers: Sequence[Number], trim: Number | None) -> Number:
        if function == "sum":
            return self.add(numbers)
        if not numbers:
            self.dead()
        if function == "mean":
            return self.multiply(self.add(numbers), constant(Fraction(1, len(numbers))))
        if function in ("min", "max"):
            found = numbers[0]
            for number in numbers[1:]:
                joined = self.joined(lambda leaf, a=found, b=number: self.either(function, a, b, leaf))  # type: ignore[misc]
                found = self.as_number(joined)
            return found
        if function not in ("median", "trimmed_mean"):
            self.dead()
        name = self.fresh("l")
        pairs = ", ".join(f"({self.text(one.poly)}, {self.text({one.below: one.den})})" for one in map(self.simple, numbers))
        self.line(f"{name} = [{pairs}]")
        return self._reduced_pairs(function, name, trim)

    def _reduced_list(self, function: str, of: List, trim: Number | None) -> Expression:
        if function in ("any", "all"):
            return self.flagged(Truth(f"{function}({of.name})"))
        if function == "count":
            text = f"list_count({of.name})"
            name = self.assigned(text, (0, 32))
            self.note_name(name, HOLDS[">="])
            return Number({(name,): 1})
        return self._reduced_pairs(function, self._as_pairs(of), trim)

    def _reduced_pairs(self, function: str, pairs: str, trim: Number | None) -> Number:
        above, under = self.fresh("n"), self.fresh("d")
        self.bits[above] = self.bits[under] = (0, LIST_BITS + 40)
        self.put(self.positive, under, True)
        if function == "mean":
            self.line(f"if not {pairs}: raise E")
            self.line(f"{above}, {under} = list_sum({pairs})")
            self.line(f"{under} *= len({pairs})")
        elif function == "trimmed_mean":
            assert trim is not None
            trimmed = f"{self.text(trim.poly)}, {self.text({trim.below: trim.den})}"
            self.line(f"{above}, {under} = list_trimmed_mean({pairs}, {trimmed})")
        else:
            self.line(f"{above}, {under} = list_{function}({pairs})")
        return self.wide(Number({(above,): 1}, 1, (under,)))


def _terms(root: Tree, factor: int) -> Iterator[tuple[Tree, int]]:
    """The terms of a sum, in order."""
    if isinstance(root, tree.Arithmetic) and root.op in "+-":
        yield from _terms(root.left, factor)
        yield from _terms(root.right, factor if root.op == "+" else -factor)
    else:
        yield root, factor
