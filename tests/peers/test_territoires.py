"""A French self-evaluation of local authorities: weight of what does not apply goes to its siblings in equal parts.

Rule files are made from the structures (territoires.json). Below the level of actions weight moves to the siblings, at that
level and above it is lost. An action can be made smaller or larger (`potentielPerso`) or switched off (`desactive`).
`pointFait` is what a node brings to the whole, with the weight that came to it: the total where nothing else was done. Where no
weight came to a node and no action above it was resized, that is the points of the node itself: compared too.
`pointPotentiel` is the same with everything done that applies. Not tested: `pointProgramme`, `pointPasFait` and `pointNonRenseigne`,
which divide what was not done by intentions; a rule set knows what was done.
"""

import json
from collections.abc import Iterator, Mapping
from fractions import Fraction as F
from pathlib import Path
from typing import Any

import pytest

import perfscore

TOLD = json.loads((Path(__file__).parent / "territoires.json").read_text(encoding="utf-8"), parse_float=F)
CASES = {case["name"]: case for case in TOLD["cases"]}
SAMPLE = {"eci": "eci_2.4"}  # the one case on the whole form is told with this part of it

STATUSES = {
    "fait": "完成",
    "detaille": "部分完成",
    "programme": "已列计划",
    "pas_fait": "未完成",
    "non_renseigne": "未填报",
    "non_concerne": "不涉及",
}
DONE = {"fait": "weight", "detaille": "weight * detail_{id}", "programme": "0", "pas_fait": "0"}


# --- the form as a rule file ----------------------------------------------------------------------------------------------


def name(id: str) -> str:
    return id.replace(".", "_")


def depth(id: str) -> int:
    """eci 0, eci_2 1, eci_2.1 2: the level of actions is counted so."""
    return len(name(id).split("_")) - 1


def nodes(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield node
    for child in node.get("children", ()):
        yield from nodes(child)


class Form:
    """A structure and the level of its actions, as a rule set and as its outcomes."""

    def __init__(self, structure: Mapping[str, Any], level: int) -> None:
        self.root, self.level = structure["id"], level
        self.nodes = {node["id"]: node for node in nodes(structure)}
        self.below = {id: {one["id"] for one in nodes(node)} for id, node in self.nodes.items()}
        inner = [id for id in self.nodes if id != self.root]
        self.dated = [id for id in inner if depth(id) > level]  # what has a status of its own
        self.actions = [id for id in inner if depth(id) <= level]  # what can be resized
        self.rules = perfscore.RuleSet.from_dict(self.rule_file(structure))

    def rule_file(self, structure: Mapping[str, Any]) -> dict[str, Any]:
        inputs: dict[str, Any] = {}
        gates: list[Any] = []
        for id in self.dated:
            inputs[f"statut_{name(id)}"] = {"type": "choice", "values": STATUSES, "missing": "non_renseigne"}
            inputs[f"detail_{name(id)}"] = {"range": "[0, 1]", "missing": 0}
            if self.nodes[id].get("children"):  # its own status, where it has one, counts before its tasks
                gates += [
                    {"when": f"statut_{name(id)} = '{status}'", "on": [name(id)], "points": points.format(id=name(id))}
                    for status, points in DONE.items()
                ]
        for id in [*self.dated, *self.actions]:
            inputs[f"desactive_{name(id)}"] = {"type": "yes_no", "missing": "no"}
        for id in self.actions:
            inputs[f"potentiel_{name(id)}"] = {"range": ">= 0", "missing": 1}
            gates.append({"when": f"potentiel_{name(id)} != 1", "on": [name(id)], "points": f"scored({name(id)}) * potentiel_{name(id)}"})
        return {
            "perfscore": 1,
            "id": f"peers/{name(self.root)}",
            "title": "Référentiel économie circulaire",
            "rounding": {"total": 3},  # the figures are told to three decimals
            "inputs": inputs,
            "let": {f"concerne_{name(id)}": self.applies(id) for id in [*self.dated, *self.actions]},
            "total": structure["points"],
            "indicators": [self.indicator(child) for child in structure["children"]],
            "gates": gates,
            "rating": [{"id": "any", "label": "合格", "is": "any"}],
        }

    def applies(self, id: str) -> str:
        """Not switched off, not said to be of no concern, and one of its parts that carry points applies."""
        said = [f"not desactive_{name(id)}", *([f"statut_{name(id)} != 'non_concerne'"] if id in self.dated else [])]
        parts = [f"concerne_{name(child['id'])}" for child in self.nodes[id].get("children", ()) if child["points"]]
        return " and ".join([*said, *([f"({' or '.join(parts)})"] if parts else [])])

    def indicator(self, node: Mapping[str, Any]) -> dict[str, Any]:
        id = name(node["id"])
        moved = {"policy": "redistribute", "by": "equal", "scope": "siblings"}
        made = {
            "id": id,
            "label": node["id"],
            "weight": node["points"],
            "applies": f"concerne_{id}",
            "not_applicable": moved if depth(id) > self.level else "zero",
        }
        if node.get("children"):
            return {**made, "children": [self.indicator(child) for child in node["children"]]}
        cases = [{"when": f"statut_{id} = '{status}'", "points": points.format(id=id)} for status, points in DONE.items()]
        return {**made, "method": {"type": "formula", "cases": cases, "otherwise": 0}, **({} if node["points"] else {"cap": 0})}

    def outcomes(self, case: Mapping[str, Any], only: str, done: bool) -> dict[str, Any]:
        """What a case reports, of `only` and what lies below it; the rest of the form is left open.

        done: everything there that has a status and no parts is done.
        """
        told: dict[str, Any] = {}
        for id, said in case["statuts"].items():
            status, detail = said["avancement"], said["avancementDetaille"]
            if not said["concerne"]:
                told[f"statut_{name(id)}"] = "non_concerne"
            elif id in self.below[only] and not done:
                told[f"statut_{name(id)}"] = status
                if status == "detaille":  # of any other status the parts are not read: `fait` with 20 % done is done
                    told[f"detail_{name(id)}"] = detail[0]
        for id in self.dated if done else ():
            if id in self.below[only] and not self.nodes[id].get("children"):
                told.setdefault(f"statut_{name(id)}", "fait")
        for id, changed in case["consequences"].items():
            assert changed["scoreFormule"] is None, "no case has one"
            if changed["desactive"]:
                told[f"desactive_{name(id)}"] = "yes"
            if changed["potentielPerso"] is not None:
                told[f"potentiel_{name(id)}"] = changed["potentielPerso"]
        return told

    def brings(self, case: Mapping[str, Any], id: str, done: bool) -> F:
        """What the node brings to the whole."""
        total = perfscore.score(self.rules, self.outcomes(case, id, done)).total
        assert total is not None
        return total

    def itself(self, case: Mapping[str, Any], id: str, done: bool) -> F:
        """The points of the node, in one assessment of everything."""
        result = perfscore.score(self.rules, self.outcomes(case, self.root, done))
        return result["total" if id == self.root else name(id)].points


FORMS: dict[tuple[str, int], Form] = {}


def form(case: Mapping[str, Any]) -> Form:
    ref = SAMPLE.get(case["ref"], case["ref"])
    key = (ref, case["level"])
    if key not in FORMS:
        FORMS[key] = Form(TOLD["structures"][ref], case["level"])
    return FORMS[key]


# --- the figures ----------------------------------------------------------------------------------------------------------


def figures(kind: str) -> list[Any]:
    return [
        pytest.param(case, id, F(told[kind]), id=f"{case['name']}-{id}")
        for case in TOLD["cases"]
        for id, told in case["expect"].items()
        if kind in told
    ]


def unmoved(case: Mapping[str, Any], id: str) -> bool:
    """Whether the points of a node are what it brings: it is an action or the whole, or it does not apply, or its potential is what
    the form says (no weight came to it, no action above it was resized).
    """
    on_form = form(case).nodes[id]["points"]
    return depth(id) <= case["level"] or case["expect"][id].get("pointPotentiel", on_form) in (0, on_form)


def test_every_figure_is_here() -> None:
    assert len(CASES) == 17
    assert (len(figures("pointFait")), len(figures("pointPotentiel"))) == (57, 63)  # the source tells one potential twice
    assert [name for name, case in CASES.items() if not case["expect"]] == [
        "computeStatut : les tâches sous une sous-action déjà renseignée au niveau agrégé sont non_renseignable"
    ]
    assert all(id in form(case).nodes for case in CASES.values() for id in [*case["expect"], *case["statuts"], *case["consequences"]])


@pytest.mark.parametrize("case, id, points", figures("pointFait"))
def test_points_reached(case: Mapping[str, Any], id: str, points: F) -> None:
    assert form(case).brings(case, id, done=False) == points


@pytest.mark.parametrize("case, id, points", figures("pointPotentiel"))
def test_points_within_reach(case: Mapping[str, Any], id: str, points: F) -> None:
    assert form(case).brings(case, id, done=True) == points


def itself(kind: str) -> list[Any]:
    return [one for one in figures(kind) if unmoved(*one.values[:2])]


def test_how_many_nodes_tell_it_themselves() -> None:
    assert (len(itself("pointFait")), len(itself("pointPotentiel"))) == (48, 50)


@pytest.mark.parametrize("case, id, points", itself("pointFait"))
def test_points_of_the_node_itself(case: Mapping[str, Any], id: str, points: F) -> None:
    assert form(case).itself(case, id, done=False) == points


@pytest.mark.parametrize("case, id, points", itself("pointPotentiel"))
def test_points_of_the_node_itself_with_everything_done(case: Mapping[str, Any], id: str, points: F) -> None:
    assert form(case).itself(case, id, done=True) == points


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_weights_are_those_of_the_form(case: Mapping[str, Any]) -> None:
    one = form(case)
    for id, told in case["expect"].items():
        if "pointReferentiel" in told:
            assert one.rules.scored("total" if id == one.root else name(id)).weight == F(told["pointReferentiel"]), id


def test_the_case_without_figures_gives_those_of_its_twin() -> None:
    """It tells only which boxes are locked; its statuses are those of another case."""
    bare = next(case for case in CASES.values() if not case["expect"])
    twin = CASES["Taches doivent être ignorées lorsque les sous-actions sont détaillées"]
    assert bare["statuts"] == twin["statuts"]
    assert form(bare).brings(bare, "eci_2.1", done=False) == twin["expect"]["eci_2.1"]["pointFait"] == 65
