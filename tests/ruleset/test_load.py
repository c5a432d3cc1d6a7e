# ruff: noqa: E501
"""Rule files in: paths and ids, `extends`, JSON, Python data, what is told of a wrong key or value."""

import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import perfscore
from perfscore import RuleError, RuleSet, load, loads
from perfscore.ruleset import builtin
from perfscore.ruleset.load import from_bytes, is_path
from perfscore.ruleset.show import resolved_text

BASE = """\
perfscore: 1
id: base
title: 基础
source: {document: 财预〔2020〕10号, read: full}
rounding: {item: 2, total: 2}
inputs:
  budget: {label: 全年预算数, unit: 万元}
let:
  half: budget / 2
total: 100
indicators:
  - {id: visits, label: 走访企业, unit: 家, target: ">= 50", weight: 60, method: {type: ratio, above: cap}}
  - {id: meetings, label: 组织会议, unit: 场, target: ">= 10", weight: 40, method: pass_fail}
gates:
  - {id: low, when: budget < 5, rating_at_most: failed, because: 预算过低}
rating: [{id: passed, label: 合格, is: ">= 60"}, {id: failed, label: 不合格, is: "< 60"}]
not_expressed: [甲, 乙]
"""


@pytest.fixture
def write(tmp_path: Path) -> Any:
    """write(name, text) -> the path of a new file."""

    def written(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    return written


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A box of built-in rule files of our own."""
    monkeypatch.setattr(builtin, "_root", lambda: tmp_path)
    builtin.builtin_files.cache_clear()

    def put(id: str, text: str) -> None:
        path = tmp_path / f"{id}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    yield put
    builtin.builtin_files.cache_clear()


def problems(text: str, file: str = "r.yaml") -> list[str]:
    with pytest.raises(RuleError) as raised:
        loads(text, file=file)
    return [f"{one.place} {one.code}: {one.message('en')}" for one in raised.value.problems]


def first(text: str) -> Any:
    with pytest.raises(RuleError) as raised:
        loads(text, file="r.yaml")
    return raised.value.problems[0]


# --- paths and ids --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "argument, path",
    [
        ("rules.yaml", True),
        ("rules.yml", True),
        ("rules.json", True),
        ("./rules", True),
        ("/srv/rules", True),
        ("~/rules", True),
        ("dir\\rules", True),
        ("examples/minimal", False),
        ("cn/mof/unit@2020", False),
    ],
)
def test_what_is_a_path(argument: str, path: bool) -> None:
    assert is_path(argument) is path


def test_a_path_may_be_text_or_path(write: Any) -> None:
    path = write("rules.yaml", BASE)
    assert load(path).id == load(str(path)).id == "base"


def test_ids_in_the_box_are_their_paths() -> None:
    ids = builtin.builtin_files()
    assert {"examples/liwan-justice-2024", "examples/minimal", "examples/street-office-2024"} <= set(ids)
    for id in ids:
        assert load(id).id == id


@pytest.mark.parametrize(
    "argument, said",
    [
        ("./nowhere.yaml", "there are no rules “./nowhere.yaml”: the file does not exist"),
        ("examples/minimall", "there are no rules “examples/minimall”, did you mean “examples/minimal”?"),
        ("nothing-like-it", "there are no rules “nothing-like-it”"),
    ],
)
def test_rules_that_are_not_there(argument: str, said: str) -> None:
    with pytest.raises(RuleError) as raised:
        load(argument)
    assert [(one.code, one.message("en")) for one in raised.value.problems] == [("unknown-rules", said)]


def version(year: str, valid: str) -> str:
    return BASE.replace("id: base", f"id: unit@{year}").replace("title: 基础", f"title: 第{year}版\nvalid: {valid}")


def test_versions_are_chosen_by_name_or_by_day(box: Any) -> None:
    box("cn/unit@2020", version("2020", "{from: 2020-01-01, to: 2022-12-31}"))
    box("cn/unit@2023", version("2023", "{from: 2023年}"))
    box("cn/other@2020", version("2020", "{}"))
    assert builtin.builtin_files() == ("cn/other@2020", "cn/unit@2020", "cn/unit@2023")
    assert load("cn/unit@2020").title == "第2020版"
    assert load("cn/other").title == "第2020版"  # one version: its name alone is enough
    for day, title in [((2020, 1, 1), "第2020版"), ((2022, 12, 31), "第2020版"), ((2023, 1, 1), "第2023版"), ((2099, 1, 1), "第2023版")]:
        assert load("cn/unit", as_of=datetime.date(*day)).title == title


def test_several_versions_and_no_day_is_an_error(box: Any) -> None:
    box("cn/unit@2020", version("2020", "{to: 2022-12-31}"))
    box("cn/unit@2023", version("2023", "{from: 2022-06-01}"))
    for as_of in (None, datetime.date(2022, 7, 1)):  # no day, or a day on which both are in force
        with pytest.raises(RuleError) as raised:
            load("cn/unit", as_of=as_of)
        assert [one.tell("en") for one in raised.value.problems] == [
            "cn/unit  version-open: “cn/unit” has several versions: cn/unit@2020, cn/unit@2023\n    hint: name the version, or a day (as_of; --as-of on the command line)"
        ]


def test_no_version_in_force(box: Any) -> None:
    box("cn/unit@2020", version("2020", "{to: 2020-12-31}"))
    box("cn/unit@2021", version("2021", "{from: 2021-01-01, to: 2021-12-31}"))
    with pytest.raises(RuleError) as raised:
        load("cn/unit", as_of=datetime.date(2030, 1, 1))
    assert [one.code for one in raised.value.problems] == ["unknown-rules"]


def test_a_version_whose_dates_cannot_be_read_is_told_as_such(box: Any) -> None:
    box("cn/unit@2020", version("2020", "{to: 2020-13-31}"))
    box("cn/unit@2021", version("2021", "{from: 2021-01-01}"))
    with pytest.raises(RuleError) as raised:
        load("cn/unit", as_of=datetime.date(2021, 1, 1))
    assert {one.code for one in raised.value.problems} <= {"bad-date", "version-open"}


# --- extends --------------------------------------------------------------------------------------------------------


def test_a_file_over_another(write: Any) -> None:
    write("base.yaml", BASE)
    path = write(
        "year.yaml",
        """\
perfscore: 1
id: year
extends: base.yaml
title: 今年
rounding: {total: {digits: 1}}
inputs:
  budget: {range: "> 0"}
  spent: {unit: 万元}
indicators:
  - id: meetings
    target: ">= 12"
  - {id: visits, weight: 50}
  - {id: reports, label: 报告, target: ">= 5", unit: 篇, weight: 10, method: pass_fail}
gates:
  - {id: high, when: budget > 90, rating_at_least: passed}
rating: [{id: failed, label: 未合格}]
not_expressed: [丙]
""",
    )
    plain = load(path).to_dict()
    assert plain["id"] == "year" and plain["title"] == "今年"
    assert plain["source"] == {"document": "财预〔2020〕10号", "read": "full"}  # not named: stays
    assert plain["rounding"] == {"item": "2", "total": {"digits": "1"}}  # a mapping over a number: replaces it
    assert plain["inputs"] == {"budget": {"label": "全年预算数", "unit": "万元", "range": "> 0"}, "spent": {"unit": "万元"}}
    assert [(one["id"], one["weight"], one["target"]) for one in plain["indicators"]] == [
        ("visits", "50", ">= 50"),  # by id: the base's order and keys, the new values
        ("meetings", "40", ">= 12"),
        ("reports", "10", ">= 5"),
    ]
    assert [one["id"] for one in plain["gates"]] == ["low", "high"]
    assert [(one["id"], one["label"], one["is"]) for one in plain["rating"]] == [("passed", "合格", ">= 60"), ("failed", "未合格", "< 60")]
    assert plain["not_expressed"] == ["丙"]  # a list without ids: replaced


def test_every_key_keeps_its_origin(write: Any) -> None:
    base = write("base.yaml", BASE)
    path = write("year.yaml", "perfscore: 1\nid: year\nextends: base.yaml\nindicators:\n  - {id: visits, target: '>= 70'}\n")
    told = resolved_text(load(path).document).splitlines()
    assert f'    target: ">= 70"  # {path}:5:18' in told
    assert f"    unit: 家  # {base}:12:31" in told
    assert f"id: year  # {path}:2:1" in told
    # A mistake that the base makes is told in the base; one of the file above it in that file.
    write("base.yaml", BASE.replace("half: budget / 2", "half: budgt / 2"))
    path = write("year.yaml", "perfscore: 1\nid: year\nextends: base.yaml\nindicators:\n  - {id: visits, target: '>= limt'}\n")
    with pytest.raises(RuleError) as raised:
        load(path)
    assert sorted((one.code, str(one.place)) for one in raised.value.problems) == [
        ("unknown-name", f"{base}:9:9"),
        ("unknown-name", f"{path}:5:30"),
    ]


def test_the_resolved_text_reads_back_as_the_same_rules(write: Any) -> None:
    write("base.yaml", BASE)
    rules = load(write("year.yaml", 'perfscore: 1\nid: year\nextends: base.yaml\ntitle: "引号 \\" 与: 冒号"\nlet: {third: budget / 3}\n'))
    text = "\n".join(line for line in resolved_text(rules.document).splitlines() if not line.startswith("extends:"))
    again = loads(text)
    assert {**rules.to_dict(), "extends": None} == {**again.to_dict(), "extends": None}


def test_a_chain_of_files_in_folders(write: Any) -> None:
    write("top/base.yaml", BASE)
    write("top/mid/mid.yaml", "extends: ../base.yaml\ntitle: 中间\n")
    path = write("top/mid/low/leaf.yaml", "extends: ../mid.yaml\nid: leaf\n")
    path.write_text("perfscore: 1\n" + path.read_text("utf-8"), "utf-8")
    found = load(path)
    assert (found.id, found.title, list(found.items)) == ("leaf", "中间", ["visits", "meetings"])


def test_a_file_over_a_built_in_id(write: Any) -> None:
    found = load(write("mine.yaml", "perfscore: 1\nid: mine\nextends: examples/minimal\n"))
    assert list(found.items) == ["visits", "satisfaction"] and found.title == "最小示例（虚构）"


@pytest.mark.parametrize(
    "files, found",
    [
        ({"a.yaml": "extends: a.yaml"}, ["a.yaml", "a.yaml"]),
        ({"a.yaml": "extends: b.yaml", "b.yaml": "extends: a.yaml"}, ["a.yaml", "b.yaml", "a.yaml"]),
        ({"a.yaml": "extends: b.yaml", "b.yaml": "extends: c.yaml", "c.yaml": "extends: b.yaml"}, ["a.yaml", "b.yaml", "c.yaml", "b.yaml"]),
    ],
)
def test_extends_in_a_circle(write: Any, files: dict[str, str], found: list[str]) -> None:
    paths = {name: write(name, f"{BASE}{text}\n") for name, text in files.items()}
    with pytest.raises(RuleError) as raised:
        load(paths["a.yaml"])
    (one,) = raised.value.problems
    assert one.code == "extends-cycle"
    assert [Path(name).name for name in one.facts["found"].split(" → ")] == found
    assert one.place.line == BASE.count("\n") + 1


def test_a_base_that_is_not_there_is_told_at_the_word(write: Any) -> None:
    path = write("year.yaml", BASE + "extends: nowhere.yaml\n")
    with pytest.raises(RuleError) as raised:
        load(path)
    (one,) = raised.value.problems
    assert (one.code, one.place.line, one.place.column) == ("unknown-rules", BASE.count("\n") + 1, 10)


def test_a_base_that_cannot_be_read(write: Any) -> None:
    write("broken.yaml", "a: [1\n")
    path = write("year.yaml", BASE + "extends: broken.yaml\n")
    with pytest.raises(RuleError) as raised:
        load(path)
    assert [(one.code, Path(one.place.file or "").name) for one in raised.value.problems] == [("yaml-syntax", "broken.yaml")]
    write("list.yaml", "- 1\n")
    with pytest.raises(RuleError) as raised:
        load(write("year.yaml", BASE + "extends: list.yaml\n"))
    assert [(one.code, Path(one.place.file or "").name) for one in raised.value.problems] == [("not-a-mapping", "list.yaml")]


def test_merging_by_id_is_merging_after_nfkc(write: Any) -> None:
    write("base.yaml", BASE)
    plain = load(write("year.yaml", "perfscore: 1\nextends: base.yaml\nindicators: [{id: ｖｉｓｉｔｓ, label: 走访}]\n")).to_dict()
    assert [one["label"] for one in plain["indicators"]] == ["走访", "组织会议"]


# --- defaults -------------------------------------------------------------------------------------------------------


def test_defaults_are_what_every_leaf_starts_from() -> None:
    text = """\
perfscore: 1
id: t
total: 10
defaults:
  items: {floor: 0, not_applicable: {policy: redistribute, by: proportional, scope: siblings}, method: {type: ratio, above: cap}}
indicators:
  - id: g
    label: 组
    weight: 8
    children:
      - {id: a, weight: 4, target: ">= 1"}
      - {id: b, weight: 4, target: ">= 1", floor: 1, not_applicable: {policy: full}, method: {above: {zero: 200%}}}
  - {id: c, weight: 2, target: ">= 1"}
rating: [{id: one, is: any}]
"""
    a, b, c = (
        loads(text).to_dict()["indicators"][0]["children"][0],
        loads(text).to_dict()["indicators"][0]["children"][1],
        loads(text).to_dict()["indicators"][1],
    )
    policy = {"policy": "redistribute", "by": "proportional", "scope": "siblings"}
    assert a["floor"] == c["floor"] == "0" and a["not_applicable"] == policy
    assert (
        b["floor"] == "1"
        and b["not_applicable"] == {**policy, "policy": "full"}
        and b["method"] == {"type": "ratio", "above": {"zero": "200%"}}
    )
    assert "floor" not in loads(text).to_dict()["indicators"][0]  # a group is no leaf


@pytest.mark.parametrize(
    "more, told", [("indicators: {a: 1}\n", "wrong-type"), ("indicators: [1]\n", "wrong-type"), ("defaults: [1]\n", "wrong-type")]
)
def test_defaults_beside_something_that_is_no_list_of_nodes(more: str, told: str) -> None:
    text = "perfscore: 1\nid: t\ntotal: 10\nrating: [{id: one, is: any}]\n" + more
    text += "" if more.startswith("defaults") else "defaults: {items: {floor: 0}}\n"
    assert told in {one.split(" ")[1].rstrip(":") for one in problems(text)}


def test_a_mistake_in_the_defaults_is_told_once_where_it_stands() -> None:
    text = """\
perfscore: 1
id: t
total: 10
defaults:
  items: {flor: 0}
indicators:
  - {id: a, weight: 5, target: ">= 1", method: pass_fail}
  - {id: b, weight: 5, target: ">= 1", method: pass_fail}
rating: [{id: one, is: any}]
"""
    assert problems(text) == ["r.yaml:5:11 unknown-key: there is no key “flor” here, did you mean “floor”?"]


# --- JSON, Python data, round trip ----------------------------------------------------------------------------------


def test_json_is_read_like_yaml(write: Any) -> None:
    plain = loads(BASE).to_dict()
    path = write("rules.json", json.dumps(plain, ensure_ascii=False, indent=2))
    assert load(path).digest == loads(BASE).digest
    with pytest.raises(RuleError) as raised:
        load(write("rules.json", json.dumps({**plain, "totl": 1}, ensure_ascii=False, indent=2)))
    assert [(one.code, one.place.column) for one in raised.value.problems] == [("unknown-key", 4)]  # behind two spaces and the quote


def test_python_data_with_numbers() -> None:
    plain = loads(BASE).to_dict()
    plain["total"] = 100
    plain["indicators"][0]["weight"] = 60.0  # a float by its shortest text
    found = RuleSet.from_dict(plain)
    assert found.items["visits"].weight == 60 and found.total.weight == 100


def test_places_of_python_data_are_paths_of_keys() -> None:
    plain = loads(BASE).to_dict()
    plain["indicators"][1]["wieght"] = 3
    with pytest.raises(RuleError) as raised:
        RuleSet.from_dict(plain)
    assert [str(one.place) for one in raised.value.problems] == ["indicators[1].wieght"]


@pytest.mark.parametrize("id", builtin.builtin_files())
def test_round_trip(id: str) -> None:
    rules = load(id)
    again = RuleSet.from_dict(rules.to_dict())
    assert again.to_dict() == rules.to_dict()
    assert again.digest == rules.digest
    assert list(again.steps) == list(rules.steps)
    assert [one.id for one in again.inputs] == [one.id for one in rules.inputs]


def test_bytes_and_text_and_a_byte_order_mark() -> None:
    assert from_bytes(BASE.encode()).digest == loads(BASE).digest
    assert from_bytes(b"\xef\xbb\xbf" + BASE.encode()).digest == loads(BASE).digest


# --- the digest -----------------------------------------------------------------------------------------------------


def test_the_digest_is_of_the_content_not_of_the_layout() -> None:
    base = loads(BASE).digest
    assert base.startswith("sha256:") and len(base) == 7 + 64
    laid_out = BASE.replace("rounding: {item: 2, total: 2}", "# a comment\nrounding:\n  total: 2\n  item: '2'")
    assert loads(laid_out).digest == base
    assert loads(BASE.replace("weight: 60", "weight: 59").replace("weight: 40", "weight: 41")).digest != base
    assert loads(BASE.replace("合格", "通过")).digest != base


def test_the_digest_does_not_depend_on_where_a_base_lies(write: Any) -> None:
    write("one/base.yaml", BASE)
    write("two/base.yaml", BASE)
    text = "perfscore: 1\nid: year\nextends: base.yaml\n"
    assert load(write("one/year.yaml", text)).digest == load(write("two/year.yaml", text)).digest


# --- what is wrong --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, found",
    [
        ("", ["r.yaml:1:1 empty-file: the file is empty"]),
        ("- 1\n", ["r.yaml:1:1 not-a-mapping: the file must be a mapping of keys"]),
        ("just words\n", ["r.yaml:1:1 not-a-mapping: the file must be a mapping of keys"]),
        (BASE.replace("perfscore: 1\n", ""), ["r.yaml:1:1 missing-key: “perfscore” is missing in the rule file"]),
        (BASE.replace("perfscore: 1", "perfscore: 2"), ["r.yaml:1:12 unknown-version: rule files of version 2 are not supported"]),
        (BASE.replace("perfscore: 1", 'perfscore: "1.0"'), ["r.yaml:1:13 unknown-version: rule files of version 1.0 are not supported"]),
        (BASE.replace("title: 基础", "titel: 基础"), ["r.yaml:3:1 unknown-key: there is no key “titel” here, did you mean “title”?"]),
        (BASE.replace("title: 基础", "title: [基础]"), ["r.yaml:3:8 wrong-type: “title” cannot be a list"]),
        (BASE.replace("total: 100", "total: [100]"), ["r.yaml:10:8 wrong-type: “total” cannot be a list"]),
        (BASE.replace("total: 100", "total: yes"), ["r.yaml:10:8 bad-number: “yes” is not a number"]),
        (BASE.replace("total: 100", "total: true"), ["r.yaml:10:8 wrong-type: “total” cannot be true"]),
        (BASE.replace("read: full", "read: half"), ["r.yaml:4:39 wrong-type: “read” cannot be half"]),
        (BASE.replace("{item: 2, total: 2}", "{item: 2, total: 2, mode: bankers}"), ["r.yaml:5:37 wrong-type: “mode” cannot be bankers"]),
        (BASE.replace("method: pass_fail", "method: passfail"), ["r.yaml:13:79 unknown-method: there is no method “passfail”, did you mean “pass_fail”?"]),
        (BASE.replace("method: pass_fail", "method: {above: cap}"), ["r.yaml:13:79 unknown-method: there is no method “”"]),
        (BASE.replace("unit: 场, ", "unit: 场, kind: amount, "), ["r.yaml:13:48 wrong-type: “kind” cannot be amount"]),
        (BASE.replace("weight: 40, method: pass_fail", "weight: 40, children: [{id: x, weight: 40, target: any, method: 达标}]").replace("target: \">= 10\", ", "").replace("unit: 场, ", ""), ["r.yaml:13:97 unknown-method: there is no method “达标”"]),
        (BASE.replace("let:\n  half: budget / 2", "let: [half]"), ["r.yaml:8:6 wrong-type: “let” cannot be a list"]),
        (BASE.replace("  half: budget / 2", "  half:"), ["r.yaml:9:8 wrong-type: “half” cannot be empty"]),
        (BASE + "kind: monitoring\n", ["r.yaml:18:7 wrong-type: “kind” cannot be monitoring"]),
        (BASE + "extends: [a, b]\n", ["r.yaml:18:10 wrong-type: “extends” cannot be a list"]),
        (BASE.replace("- {id: low, ", "- {id: low, on: total, "), ["r.yaml:15:19 wrong-type: “on” cannot be total"]),
    ],
)  # fmt: skip
def test_what_is_wrong(text: str, found: list[str]) -> None:
    assert problems(text) == found


def test_many_mistakes_are_told_together() -> None:
    text = (
        BASE.replace("title", "titel")
        .replace("total: 100", "totl: 100")
        .replace("above", "abvoe")
        .replace("rating_at_most", "rating_at_mst")
    )
    found = {one.split(" ")[1] for one in problems(text)}
    assert {"unknown-key:", "unknown-parameter:"} <= found
    assert sum("did you mean" in one for one in problems(text)) == 4


def test_more_wrong_keys_than_one_pass_reads() -> None:
    text = BASE + "".join(f"wrong_{k}: 1\n" for k in range(30))
    assert len(problems(text)) == 30


def test_wrong_values_below_wrong_values() -> None:
    """Every layer of mistakes is found, one below the other."""
    text = BASE.replace("{label: 全年预算数, unit: 万元}", "{label: [1], unit: [2], typ: x, grid: {a: 1}, judged: 3}")
    assert sorted(one.split(" ")[0].split(":", 1)[1] for one in problems(text) if "7:" in one) == sorted(
        ["7:19", "7:30", "7:35", "7:49", "7:65"]
    )


def test_hints_say_what_belongs_there() -> None:
    assert first(BASE.replace("read: full", "read: half")).hint("en") == "expected: full, excerpt, code, secondary, memory"
    assert first(BASE.replace("title: 基础", "title: [基础]")).hint("en") == "expected: a text or a number"
    assert first(BASE.replace("let:\n  half: budget / 2", "let: [half]")).hint("en") == "expected: a mapping of keys"
    assert first(BASE.replace("perfscore: 1", "perfscore: 2")).hint("en") == "supported: perfscore: 1"
    assert first(BASE.replace("title: 基础", "titel: 基础")).message("zh") == "没有“titel”这个键，是否指“title”？"


def test_public_names() -> None:
    assert perfscore.load is load and perfscore.loads is loads and perfscore.RuleSet is RuleSet


def test_a_rule_set_knows_its_parts() -> None:
    rules = loads(BASE)
    assert rules.scored("visits") is rules.items["visits"] and rules.scored("total") is rules.total
    assert (rules.level("passed").rank, rules.level("failed").rank) == (2, 1)
    for lookup in (rules.scored, rules.level):
        with pytest.raises(KeyError):
            lookup("nothing")


@given(st.text(max_size=200))
def test_any_text_is_a_rule_set_or_problems(text: str) -> None:
    with pytest.raises(RuleError) as raised:
        loads(text)
    assert raised.value.problems


_scalars = st.one_of(st.none(), st.booleans(), st.integers(-5, 200), st.sampled_from(["", "a", ">= 1", "[0, 1]", "x +", "ratio", "any"]))
_values = st.recursive(
    _scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["id", "type", "weight", "when", "is", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "id",
                "title",
                "extends",
                "source",
                "rounding",
                "inputs",
                "let",
                "total",
                "defaults",
                "indicators",
                "gates",
                "flags",
                "rating",
                "valid",
                "kind",
            ]
        ),
        _values,
        max_size=6,
    )
)
def test_any_values_under_the_known_keys_are_told_not_raised(values: dict[str, Any]) -> None:
    try:
        RuleSet.from_dict({"perfscore": 1, **values})
    except RuleError as error:
        assert error.problems
