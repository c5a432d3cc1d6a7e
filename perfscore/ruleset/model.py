"""The models of a rule file; the JSON Schema is made from them.

They know keys and their shapes, nothing of meaning: numbers and formulas stay the text that was written, and what a key
means is settled by `compile`. A scalar where a mapping belongs is its first key (`total: 100` = `{weight: 100}`).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, WithJsonSchema

from perfscore.methods.formula import CaseParameters
from perfscore.methods.method import Condition, Parameters, Scalar, methods
from perfscore.methods.table import Table

Read = Literal["full", "excerpt", "code", "secondary", "memory"]
Mode = Literal["half-up", "half-even", "half-down", "up", "down", "floor", "ceil", "none"]


def first_key(key: str) -> BeforeValidator:
    """A scalar stands for a mapping with this one key."""
    return BeforeValidator(lambda value: {key: value} if isinstance(value, (str, int)) and not isinstance(value, bool) else value)


def _schema(core: dict[str, Any]) -> WithJsonSchema:
    return WithJsonSchema(core)


class SourceModel(Parameters):
    """出处: where weights, edges and formulas come from, and what of it was read."""

    document: str | None = None
    number: str | None = None
    article: str | None = None
    address: str | None = None
    read: Read | None = None


Source = Annotated[SourceModel, first_key("document")]


class Valid(Parameters):
    from_: Scalar | None = Field(None, alias="from")
    to: Scalar | None = None


class StageModel(Parameters):
    digits: Scalar | None = None
    step: Scalar | None = None
    mode: Mode | None = None


StageRounding = Annotated[StageModel, first_key("digits")]


class RoundingModel(Parameters):
    """取整: a stage that is not named does not round."""

    rate: StageRounding | None = None
    item: StageRounding | None = None
    group: StageRounding | None = None
    total: StageRounding | None = None
    mode: Mode = "half-up"
    rating_from: Literal["shown", "exact"] = "shown"


class CellModel(Parameters):
    """A cell of a table: the keys of an input."""

    label: str = ""
    type: Literal["number", "choice", "yes_no", "date"] = "number"
    unit: str | None = None
    grid: Scalar | None = None
    range: Scalar | None = None
    values: dict[str, str] | list[str] | None = Field(default=None, description="{code: label} or [code, code]")
    missing: Scalar | None = None


class InputModel(CellModel):
    """录入项: given once, used by several items, lets and gates."""

    type: Literal["number", "choice", "yes_no", "date", "table"] = "number"  # type: ignore[assignment]
    judged: bool = False
    columns: list[str] | dict[str, CellModel | None] | None = None
    cells: CellModel | None = None


class OverrideModel(Parameters):
    """人工核定: points that a person may set, where `when` holds, within `range`."""

    when: Condition | None = None
    range: Scalar | None = None
    needs: Literal["deviation_reason", "improvement", "evidence"] | None = None


class NotApplicableModel(Parameters):
    """不适用: what happens to the weight."""

    policy: Literal["full", "redistribute", "zero", "peer_mean", "refuse"] | None = None
    by: Literal["proportional", "equal"] | None = None
    scope: Literal["siblings", "group", "all"] | None = None


NotApplicable = Annotated[NotApplicableModel, first_key("policy")]


class OpenModel(Parameters):
    """开放的组: its items come from the form that is scored; `methods` by the sign of a row's target."""

    methods: dict[Literal[">=", "<=", "=", "interval", "text"], dict[str, Any] | str] = Field(default_factory=dict)
    min_items: Scalar = "1"


class NodeModel(Parameters):
    """指标: a leaf has a method, a group has children."""

    id: str | None = None
    label: str = ""
    kind: Literal["quantity", "quality", "timeliness", "cost", "economic", "social", "ecological", "sustainable", "satisfaction"] | None = (
        None
    )
    weight: Scalar | None = None
    unit: str | None = None
    grid: Scalar | None = None
    type: Literal["number", "choice", "yes_no", "date"] = "number"
    range: Scalar | None = None
    values: dict[str, str] | list[str] | None = Field(default=None, description="{code: label} or [code, code]")
    judged: bool = False
    target: Scalar | list[Scalar] | None = None
    actual: Scalar | None = None
    method: Annotated[dict[str, Any], first_key("type"), _schema({"$comment": "method"})] | None = None
    special: list[CaseParameters] = Field(default_factory=list)
    missing: Scalar | None = None
    applies: Condition | None = None
    not_applicable: NotApplicable | None = None
    floor: Scalar | None = None
    cap: Scalar | None = None
    override: OverrideModel | None = None
    baseline: Scalar | None = None
    reason: str | None = None
    out_of: Scalar | None = None
    combine: Scalar = Field(default="sum", description="sum | mean | geometric_mean | harmonic_mean | min | max | a formula over parts")
    children: list[NodeModel] | None = None
    open: OpenModel | None = None
    source: Source | None = None
    criteria: str | None = None
    illustrative: list[str] = Field(default_factory=list)
    unverified: list[str] = Field(default_factory=list)


class TotalModel(Parameters):
    weight: Scalar | None = None
    label: str = ""
    out_of: Scalar | None = None
    combine: Scalar = Field(default="sum", description="sum | mean | geometric_mean | harmonic_mean | min | max | a formula over parts")
    floor: Scalar | None = None
    cap: Scalar | None = None


class DefaultsModel(Parameters):
    items: dict[str, Any] = Field(default_factory=dict)


class GateModel(Parameters):
    """门槛: what happens to the rating or to points when something holds."""

    id: str | None = None
    when: Condition | None = None
    on: list[str] | None = None
    rating: str | None = None
    rating_at_most: str | None = None
    rating_at_least: str | None = None
    points: Scalar | None = None
    at_most: Scalar | None = None
    at_least: Scalar | None = None
    refuse: str | None = None
    total: Literal["none"] | None = None
    because: str = ""


class FlagModel(Parameters):
    """提示: a finding that changes no points."""

    id: str | None = None
    when: Condition | None = None
    for_: dict[str, str] | None = Field(None, alias="for")
    needs: Literal["deviation_reason", "improvement", "evidence", "because"] | None = None
    because: str = ""


class RatingModel(Parameters):
    """等级: the first row that holds; the list is the order, highest first."""

    id: str | None = None
    label: str = ""
    also: list[str] = Field(default_factory=list)
    is_: Scalar | None = Field(None, alias="is")
    when: Condition | None = None
    outside: bool = False


LetValue = Annotated[
    Annotated[Scalar, Tag("formula")] | Annotated[Table, Tag("table")],
    Discriminator(lambda value: "table" if isinstance(value, (dict, Table)) else "formula"),
]
"""A formula, or a table of rows."""


class OwnMethodModel(Parameters):
    """自定义方法: named parameters (a list: all are needed; a mapping: null is needed, else the default), `let` and `cases`."""

    parameters: list[str] | dict[str, Scalar | None] = Field(default_factory=list)
    let: dict[str, Scalar] = Field(default_factory=dict)
    cases: list[CaseParameters] = Field(default_factory=list)
    otherwise: Scalar | None = None


class ExampleModel(Parameters):
    """样例: outcomes, and what must come of them. `checks.examples` reads both from the document, where their places are."""

    name: Scalar | None = None
    outcomes: dict[str, Any] | None = None
    expect: dict[str, Any] | None = None
    rows: list[dict[str, Any]] | None = None
    unit: Scalar | None = None
    period: Scalar | None = None


class WaiverModel(Parameters):
    """放行: findings of `check` that the author knows and accepts, and why. What stops the loading cannot be waived."""

    finding: (
        Literal[
            "gap", "shadowed-case", "edge-claimed-twice", "not-monotone", "out-of-range", "full-unreachable", "zero-unreachable",
            "cliff", "rating-cliff", "rating-unreachable", "total-unreachable", "gate-never", "gate-always", "zero-denominator",
            "polluted-literal", "not-decided",
        ]
        | None
    ) = None  # fmt: skip
    at: str | None = None
    because: str | None = None
    source: Source | None = None


class RuleModel(Parameters):
    """规则文件: the whole of it."""

    perfscore: Scalar | None = None
    id: str | None = None
    title: str = ""
    extends: str | None = None
    kind: Literal["scoring"] = "scoring"
    valid: Valid | None = None
    source: Source | None = None
    rounding: RoundingModel = Field(default_factory=RoundingModel)
    inputs: dict[str, InputModel] = Field(default_factory=dict)
    let: dict[str, LetValue] = Field(default_factory=dict)
    methods: dict[str, OwnMethodModel] = Field(default_factory=dict)
    total: Annotated[TotalModel, first_key("weight")] = TotalModel()
    defaults: DefaultsModel = Field(default_factory=DefaultsModel)
    indicators: list[NodeModel] = Field(default_factory=list)
    gates: list[GateModel] = Field(default_factory=list)
    flags: list[FlagModel] = Field(default_factory=list)
    rating: list[RatingModel] = Field(default_factory=list)
    waivers: list[WaiverModel] = Field(default_factory=list)
    examples: list[ExampleModel] = Field(default_factory=list)
    not_expressed: list[str] = Field(default_factory=list)
    illustrative: list[str] = Field(default_factory=list)
    unverified: list[str] = Field(default_factory=list)


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a rule file, for editors."""
    schema = RuleModel.model_json_schema(by_alias=True, ref_template="#/$defs/{model}")
    shapes: list[dict[str, Any]] = [{"type": "string", "enum": sorted(methods())}]
    for name, method in sorted(methods().items()):
        own = method.model_json_schema(by_alias=True, ref_template="#/$defs/{model}")
        schema["$defs"].update(own.pop("$defs", {}))
        own["properties"] = {"type": {"const": name}, **own.get("properties", {})}
        own["required"] = ["type", *own.get("required", [])]
        shapes.append(own)
    own_types = {"type": "object", "properties": {"type": {"not": {"enum": sorted(methods())}}}, "required": ["type"]}
    schema["$defs"]["method"] = {"anyOf": [*shapes, own_types]}
    _open_scalars(schema)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "perfscore rule file", **schema}


SHORT_FORMS = ("SourceModel", "StageModel", "NotApplicableModel", "TotalModel")


def _open_scalars(schema: dict[str, Any]) -> None:
    """References to models that have a short form also take the scalar."""

    def walk(node: Any) -> Any:
        if isinstance(node, list):
            return [walk(one) for one in node]
        if not isinstance(node, dict):
            return node
        if node.get("$comment") == "method":  # pydantic refuses a reference to what it did not define
            return {"$ref": "#/$defs/method"}
        reference = str(node.get("$ref", ""))
        if reference.rsplit("/", 1)[-1] in SHORT_FORMS:
            return {"anyOf": [{"$ref": reference}, {"type": ["string", "number"]}]}
        return {key: walk(value) for key, value in node.items()}

    for key, value in list(schema.items()):
        schema[key] = walk(value)
