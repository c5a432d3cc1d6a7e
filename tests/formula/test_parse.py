"""Formulas as rule authors write them -> trees; what is refused is told at the author's own column."""

from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfscore.finding import Place, Unreadable
from perfscore.formula import tree
from perfscore.formula.parse import canonical, parse
from perfscore.formula.tree import Arithmetic, Call, Choose, Compare, Date, Logic, Member, Name, Negate, Not, Number, Text, Tree
from perfscore.numbers.date import Day, read_date

A, B, C, D = Name("a"), Name("b"), Name("c"), Name("d")


def number(text: str) -> Number:
    return Number(F(text))


ONE, TWO, THREE = number("1"), number("2"), number("3")


@pytest.mark.parametrize(
    "text, value",
    [
        ("1200", "1200"),
        ("0.95", "19/20"),  # a float would be 0.9499…
        ("0.1", "1/10"),
        ("95%", "19/20"),
        ("95 %", "19/20"),
        ("95.5%", "191/200"),
        ("3‰", "3/1000"),
        ("１２８４", "1284"),  # full width
        ("1e3", "1000"),
        ("2.5e-2", "1/40"),
        ("007", "7"),
    ],
)
def test_literals_are_exact_from_their_text(text: str, value: str) -> None:
    assert parse(text) == Number(F(value))


@pytest.mark.parametrize(
    "text, expected",
    [
        ("spent / budget", Arithmetic("/", Name("spent"), Name("budget"))),
        ("预算执行率", Name("预算执行率")),
        ("ａ１", Name("a1")),  # full-width letters are the same name
        ("ﬁn", Name("fin")),  # NFKC: a ligature is two letters
        ("a + b * c", Arithmetic("+", A, Arithmetic("*", B, C))),
        ("(a + b) * c", Arithmetic("*", Arithmetic("+", A, B), C)),
        ("a - b - c", Arithmetic("-", Arithmetic("-", A, B), C)),  # from the left
        ("a / b / c", Arithmetic("/", Arithmetic("/", A, B), C)),
        ("a / b * c", Arithmetic("*", Arithmetic("/", A, B), C)),
        ("-a ** 2", Negate(Arithmetic("**", A, TWO))),  # as in Python: -(a²)
        ("(-a) ** 2", Arithmetic("**", Negate(A), TWO)),
        ("-a * b", Arithmetic("*", Negate(A), B)),
        ("a * -b", Arithmetic("*", A, Negate(B))),
        ("- - a", Negate(Negate(A))),
        ("+a", A),
        ("+a ** 2", Arithmetic("**", A, TWO)),
        ("a * b ** 2", Arithmetic("*", A, Arithmetic("**", B, TWO))),
        ("a ** 0", Arithmetic("**", A, number("0"))),
        ("a ** 16", Arithmetic("**", A, number("16"))),
        ("a = b", Compare(A, (("=", B),))),
        ("a == b", Compare(A, (("=", B),))),
        ("a != b", Compare(A, (("!=", B),))),
        ("a ≠ b", Compare(A, (("!=", B),))),
        ("a ≥ b", Compare(A, ((">=", B),))),
        ("a ≤ b", Compare(A, (("<=", B),))),
        ("1 < a <= 3", Compare(ONE, (("<", A), ("<=", THREE)))),  # a chain, as in Python
        ("a + 1 < b * 2", Compare(Arithmetic("+", A, ONE), (("<", Arithmetic("*", B, TWO)),))),
        ("a and b or c and d", Logic("or", (Logic("and", (A, B)), Logic("and", (C, D))))),
        ("a and b and c", Logic("and", (A, B, C))),
        ("a or b or c", Logic("or", (A, B, C))),
        ("not a and b", Logic("and", (Not(A), B))),
        ("not a = b", Not(Compare(A, (("=", B),)))),  # as in Python: not (a = b)
        ("not not a", Not(Not(A))),
        ("a 且 b 或 非 c", Logic("or", (Logic("and", (A, B)), Not(C)))),
        ("a × b ÷ c", Arithmetic("/", Arithmetic("*", A, B), C)),
        ("a − b", Arithmetic("-", A, B)),  # the mathematical minus
        ("（a ＋ b）＊ c", Arithmetic("*", Arithmetic("+", A, B), C)),
        ("a if b else c", Choose(B, A, C)),
        ("a if b else c if d else 1", Choose(B, A, Choose(D, C, ONE))),
        ("a or b if c else d", Choose(C, Logic("or", (A, B)), D)),
        ("1 + a if b else c", Choose(B, Arithmetic("+", ONE, A), C)),
        ("a if b or c else d", Choose(Logic("or", (B, C)), A, D)),
        ("region = 'east'", Compare(Name("region"), (("=", Text("east")),))),
        ('region = "east"', Compare(Name("region"), (("=", Text("east")),))),
        ("region in ['east', 'west']", Member(Name("region"), (Text("east"), Text("west")))),
        ("region not in ['east']", Not(Member(Name("region"), (Text("east"),)))),
        ("a in []", Member(A, ())),
        ("a in [1] and b", Logic("and", (Member(A, (ONE,)), B))),
        ("min(a, b + 1)", Call("min", (A, Arithmetic("+", B, ONE)))),
        ("ｍｉｎ（a，b）", Call("min", (A, B))),  # full width all over
        ("round(a)", Call("round", (A,))),
        ("round(a, 2)", Call("round", (A, TWO))),
        ("clamp(a, 1, 2)", Call("clamp", (A, ONE, TWO))),
        ("points(a)", Call("points", (A,))),
        ("missing(a)", Call("missing", (A,))),
        ("且慢", Name("且慢")),  # 且 only as a word of its own
        ("min", Name("min")),  # no call: a name, which the scope refuses
    ],
)  # fmt: skip
def test_trees(text: str, expected: Tree) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    "text, first, last",
    [
        ("2024-12-31", (2024, 12, 31), (2024, 12, 31)),
        ("2024年9月", (2024, 9, 1), (2024, 9, 30)),
        ("2024年2月", (2024, 2, 1), (2024, 2, 29)),  # a leap year
        ("2024年", (2024, 1, 1), (2024, 12, 31)),
        ("2024年9月5日", (2024, 9, 5), (2024, 9, 5)),
    ],
)
def test_a_written_month_is_a_span_of_days(text: str, first: tuple[int, int, int], last: tuple[int, int, int]) -> None:
    import datetime

    assert parse(text) == Date(Day.of(datetime.date(*first)), Day.of(datetime.date(*last)))


def test_a_date_inside_of_a_comparison() -> None:
    written = read_date("2024-09-30")
    assert parse("finished <= 2024-09-30") == Compare(Name("finished"), (("<=", Date(written.first, written.last)),))
    assert parse("due - finished") == Arithmetic("-", Name("due"), Name("finished"))


@pytest.mark.parametrize(
    "text, code, offset, word",
    [  # offset: characters before the trouble
        ("", "formula-syntax", 0, "too early"),
        ("   ", "formula-syntax", 3, "too early"),
        ("a +", "formula-syntax", 3, "too early"),
        ("a + * b", "formula-syntax", 4, "“*”"),
        ("a b", "formula-syntax", 2, "“b”"),
        ("预算 + ", "formula-syntax", 5, "too early"),  # counted in characters, not bytes
        ("(a + b", "formula-syntax", 6, "“)” is missing at the end"),
        ("(a b)", "formula-syntax", 3, "“)” expected before “b”"),
        ("a)", "formula-syntax", 1, "“)”"),
        ("min(a b)", "formula-syntax", 6, "“,” expected before “b”"),
        ("min(a", "formula-syntax", 5, "“,” is missing"),
        ("a if b", "formula-syntax", 6, "“else” is missing"),
        ("a in b", "formula-syntax", 5, "“[” expected before “b”"),
        ("a not b", "formula-syntax", 2, "“not”"),
        ("a not in b", "formula-syntax", 9, "“[” expected before “b”"),
        ("a & b", "formula-syntax", 2, "“&”"),
        ("a.b", "formula-syntax", 1, "“.”"),  # no attributes
        ("a % b", "formula-syntax", 2, "“%”"),  # % is no operator
        ("lambda: 1", "formula-syntax", 6, "“:”"),
        ("lambda", "formula-syntax", 0, "“lambda”"),
        ("None", "formula-syntax", 0, "“None”"),
        ("True", "formula-syntax", 0, "“True”"),
        ("a is b", "formula-syntax", 2, "“is”"),
        ("a for b", "formula-syntax", 2, "“for”"),
        ("a[0]", "formula-syntax", 1, "“[”"),
        ("[a, b]", "formula-syntax", 0, "“[”"),  # lists only behind `in`
        ("'east", "formula-syntax", 0, "“'”"),
        ("a = 'x' 'y'", "formula-syntax", 8, "“'y'”"),
        ("a := 1", "formula-syntax", 2, "“:”"),
        ("a ** b", "formula-syntax", 5, "whole number from 0 to 16"),
        ("a ** 0.5", "formula-syntax", 5, "whole number from 0 to 16"),
        ("a ** 17", "formula-syntax", 5, "whole number from 0 to 16"),
        ("a ** -1", "formula-syntax", 5, "whole number from 0 to 16"),
        ("2 ** 3 ** 2", "formula-syntax", 5, "whole number from 0 to 16"),  # the exponent is no plain number
        ("90万元", "formula-syntax", 2, "“万元”"),  # no unit literals
        ("1.2.3", "bad-number", 3, "1.2.3"),
        ("a + 5.", "bad-number", 5, "5."),
        (".5", "formula-syntax", 0, "“.”"),
        ("1e999", "bad-number", 1, "1e999"),
        ("2024-13-01", "bad-date", 5, "2024-13-01"),  # at the month
        ("a > 2024-02-30", "bad-date", 12, "2024-02-30"),  # at the day
        ("avg(a)", "unknown-function", 0, "avg"),
        ("a + eval(b)", "unknown-function", 4, "eval"),
        ("__import__('os')", "unknown-function", 0, "__import__"),
        ("abs(a, b)", "wrong-arguments", 0, "abs takes 1 argument; written: 2"),
        ("clamp(a, b)", "wrong-arguments", 0, "clamp takes 3 arguments; written: 2"),
        ("round(a, 1, 2)", "wrong-arguments", 0, "round takes 1 to 2 arguments; written: 3"),
        ("min(a,)", "formula-syntax", 6, "“)”"),
        ("min(,a)", "formula-syntax", 4, "“,”"),
        ("1,234", "formula-syntax", 1, "“,”"),  # no separators in formulas: two arguments look the same
        ("min()", "wrong-arguments", 0, "min takes at least 1 argument; written: 0"),
        ("1 + points(a, b)", "wrong-arguments", 4, "points takes 1 argument; written: 2"),
    ],
)  # fmt: skip
def test_mistakes_at_their_column(text: str, code: str, offset: int, word: str) -> None:
    with pytest.raises(Unreadable) as raised:
        parse(text)
    assert raised.value.kind.code == code
    assert word in str(raised.value)
    found = raised.value.at(Place("a.yaml", 7, 10))
    assert str(found.place) == f"a.yaml:7:{10 + offset}"


@pytest.mark.parametrize(
    "text, hint",
    [
        ("90 + a %", "% belongs directly behind a number"),
        ("a.b", "formulas have no attributes"),
        ("a & b", ""),
    ],
)
def test_hints(text: str, hint: str) -> None:
    with pytest.raises(Unreadable) as raised:
        parse(text)
    told = raised.value.at(Place()).hint("en")
    assert (hint in told) and bool(told) == bool(hint)


def test_every_node_keeps_its_column() -> None:
    root = parse("预算 + min(a, 3)", Place("a.yaml", 1, 5))
    columns = {type(node).__name__ + str(getattr(node, "name", "")): node.place.column for node in tree.walk(root)}
    assert columns == {"Arithmetic": 8, "Name预算": 5, "Call": 10, "Namea": 14, "Number": 17}


def test_two_texts_that_say_the_same_are_one_tree() -> None:
    assert parse("a≥90％") == parse("a >= 0.9", Place("b", 3, 3))
    assert parse("a >= 0.9") != parse("a > 0.9")


@pytest.mark.parametrize(
    "text, found, limit",
    [
        ("1" * 2001, "2001 characters", "2000"),
        ("(" * 80 + "a" + ")" * 80, "nested 65 levels deep", "64"),
        ("-" * 80 + "a", "nested 65 levels deep", "64"),
        ("not " * 80 + "a", "nested 65 levels deep", "64"),
        ("+".join(["a"] * 301), "601 operations and numbers", "600"),  # 301 names and 300 sums
        ("+".join(["a"] * 80), "nested 80 levels deep", "64"),  # a sum leans to the left
    ],
)
def test_limits(text: str, found: str, limit: str) -> None:
    with pytest.raises(Unreadable) as raised:
        parse(text)
    assert raised.value.kind.code == "formula-too-long"
    assert str(raised.value) == f"formula is too long or too deep: {found}, at most {limit}"


def test_within_the_limits() -> None:
    assert parse("(" * 60 + "a" + ")" * 60) == A
    assert len(list(tree.walk(parse("min(" + ",".join(["a"] * 599) + ")")))) == 600
    assert len(list(tree.names(parse("+".join(["a"] * 64))))) == 64


def test_canonical_names() -> None:
    assert canonical("Ａ指标①") == "A指标1"


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_inside_of_it(text: str) -> None:
    try:
        parse(text)
    except Unreadable as problem:
        assert 0 <= problem.offset <= len(text)


_LEAVES = st.sampled_from(["a", "b", "1", "2.5", "90%"])


def _python(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    two = st.tuples(children, st.sampled_from(["+", "-", "*", "/"]), children).map(" ".join)
    return st.one_of(
        two,
        children.map(lambda x: f"({x})"),
        children.map(lambda x: f"- {x}"),
        st.tuples(children, children).map(lambda p: f"min({p[0]}, {p[1]})"),
    )


@given(st.recursive(_LEAVES, _python, max_leaves=8))
def test_precedence_is_that_of_python(text: str) -> None:
    import ast

    def shown(node: ast.expr) -> str:
        match node:
            case ast.BinOp(left, op, right):
                return f"({shown(left)}{type(op).__name__}{shown(right)})"
            case ast.UnaryOp(_, operand):
                return f"(neg{shown(operand)})"
            case ast.Call(_, arguments):
                return "min" + "".join(shown(one) for one in arguments)
            case ast.Name(name):
                return name
            case ast.Constant(value):
                return str(F(str(value)))
        raise AssertionError(node)

    names = {"+": "Add", "-": "Sub", "*": "Mult", "/": "Div"}

    def ours(node: Tree) -> str:
        match node:
            case Arithmetic(op, left, right):
                return f"({ours(left)}{names[op]}{ours(right)})"
            case Negate(operand):
                return f"(neg{ours(operand)})"
            case Call(_, arguments):
                return "min" + "".join(ours(one) for one in arguments)
            case Name(name):
                return name
            case Number(value):
                return str(value)
        raise AssertionError(node)

    assert ours(parse(text)) == shown(ast.parse(text.replace("90%", "0.9"), mode="eval").body)


# --- trees ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["-a", "not a", "a + b", "a < b <= c", "a and b", "a if b else c", "a in [b, c]", "min(a, b)", "a", "3", "'x'", "2024-01-01"]
)
def test_children_can_be_put_back(text: str) -> None:
    root = parse(text)
    assert tree.with_children(root, tree.children(root)) == root


def test_rewrite_replaces_what_it_is_told_and_leaves_the_rest() -> None:
    root = parse("a + min(b, a) if not a else 1")
    doubled = tree.rewrite(root, lambda node: Name("x") if node == A else None)
    assert doubled == parse("x + min(b, x) if not x else 1")
    assert tree.rewrite(root, lambda node: None) == root


def test_both_of_nothing_is_true() -> None:
    assert tree.both() == tree.Truth(True)
    assert tree.both(A) == A
    assert tree.both(A, B) == Logic("and", (A, B))
