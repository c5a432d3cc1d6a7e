"""The seed: a real self-evaluation text of a district justice bureau. Each figure it prints is an outcome of the example.

The figures stand here as the source prints them, each with the fragment of the sentence it stands in.
Source: 2024年度广州市荔湾区司法局部门整体支出绩效自评表说明.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

import perfscore
from perfscore.numbers.number import read_number

ROOT = Path(__file__).parents[1]
OUTCOMES = ROOT / "examples/liwan-justice-2024/outcomes.yaml"
RULES = perfscore.load("examples/liwan-justice-2024")
RESULT = perfscore.score(RULES, OUTCOMES)

# (fragment of the sentence, figure as printed, the outcome)
FIGURES = [
    ("累计 103 名党员和在职在编干部入网入格", "103名", "grid_members"),
    ("协助社区完成微心愿 107 个", "107个", "micro_wishes"),
    ("微项目 2 个", "2个", "micro_projects"),
    ("等 3 个项目入选 2024 年荔湾区“党旗红”基层党建创新项目库", "3个", "party_projects"),
    ("南源街电业社区等4个社区获评广东省“民主法治示范社区”", "4个", "model_communities"),
    ("提供涉外法治讲座6场", "6场", "foreign_lectures"),
    ("解答企业跨境贸易法律问题15件次", "15件次", "trade_questions"),
    ("惠及企业123家", "123家", "foreign_enterprises"),
    ("成功调解涉外纠纷案件7宗", "7宗", "foreign_disputes"),
    ("编制2024年度四项重大行政决策事项", "4项", "major_decisions"),
    ("出具法律意见 1284 份", "1284份", "legal_opinions"),
    ("为 11 份行政规范性文件", "11份", "normative_documents"),
    ("120 份会议纪要", "120份", "meeting_minutes"),
    ("22 项政府合同出具审查意见", "22项", "government_contracts"),
    ("参加重点项目会议 222 次", "222次", "project_meetings"),
    ("累计公示行政执法结果信息 3.1 万多宗", "3.1万多宗", "disclosed_results"),
    ("累计实地督查 87 次", "87次", "field_inspections"),
    ("评查执法案卷 364 件", "364件", "reviewed_files"),
    ("行政执法专业培训 9 场", "9场", "enforcement_trainings"),
    ("累计 3000 余人次参训", "3000余人次", "trained_persons"),
    ("新收行政复议申请 648 件", "648件", "review_applications"),
    ("综合纠错率 24.3%", "24.3%", "correction_rate"),
    ("93%的行政争议案件在行政复议阶段被妥善化解", "93%", "resolved_in_review"),
    ("主动出庭应诉率 87.05%", "87.05%", "court_appearance"),
    ("败诉率 8.33%", "8.33%", "lost_case_rate"),
    ("败诉案件同比减少 44.83%", "44.83%", "lost_case_reduction"),
    ("区长作为负责人出庭 2 起案件", "2起", "district_head_appearances"),
    ("共服务企业 425 家", "425家", "served_enterprises"),
    ("为 122 家企业提供免费法治体检", "122家", "legal_checkups"),
    ("解答企业法律问题 191 个", "191个", "enterprise_questions"),
    ("调解涉企纠纷 142 件", "142件", "enterprise_disputes"),
    ("开展法治讲座 34 场次", "34场次", "law_lectures"),
    ("行政执法减免责案件 168 件", "168件", "exempted_cases"),
    ("涉及减免金额 70 余万元", "70余万元", "exempted_amount"),
    ("国有土地上房屋征收补偿、征地补偿安置两类合法性审查工作指引", "2类", "review_guides"),
    ("全程服务保障广湛高铁等 15 个项目", "15个", "supported_projects"),
    ("累计受理指派法律援助案件 1675 件", "1675件", "aid_cases"),
    ("收到锦旗 12 面", "12面", "thank_you_banners"),
    ("全区帮教率和安置率均达到99.8%", "99.8%", "guidance_rate"),
    ("全区帮教率和安置率均达到99.8%", "99.8%", "placement_rate"),
    ("累计帮扶455人次", "455人次", "helped_persons"),
    ("茶滘、中南、海龙、东濠、桥中等5个街道", "5个", "new_committee_streets"),
    ("新成立的7个社区居委会配套设立人民调解委员会", "7个", "new_committees"),
    ("成功加装旧楼电梯177部", "177部", "added_lifts"),
    ("获评四级人民调解员6名", "6名", "grade_four_mediators"),
    ("二级人民调解员2名", "2名", "grade_two_mediators"),
    ("南源所、桥中所顺利通过全市示范司法所创建验收", "2个", "model_justice_offices"),
    ("人民调解组织调解案件5532宗", "5532宗", "mediated_cases"),
    ("调解成功率100%", "100%", "mediation_success"),
    ("涉案金额10106.17万元", "10106.17万元", "mediated_amount"),
]  # fmt: skip


@pytest.mark.parametrize("sentence, printed, id", FIGURES, ids=[id for _, _, id in FIGURES])
def test_every_printed_figure_is_an_outcome(sentence: str, printed: str, id: str) -> None:
    reported = RESULT.outcomes.reported[id]
    assert reported.text == printed, sentence


def test_no_figure_was_made_up() -> None:
    """Every outcome that is a number is one of the printed figures."""
    printed = {id for _, _, id in FIGURES}
    numbers = {one.id for one in RULES.inputs if one.type == "number" and one.item == one.id}
    assert numbers == printed


def test_the_parts_of_1675() -> None:
    """其中行政案件 4 件、民事案件 776 件、刑事案件 895 件"""
    reported = RESULT.outcomes.reported["aid_cases"]
    assert reported.parts == (("行政案件", "4"), ("民事案件", "776"), ("刑事案件", "895"))
    assert sum(read_number(text) for _, text in reported.parts) == reported.value == 1675
    parts = {"行政案件": 5, "民事案件": 776, "刑事案件": 895}
    given = {**RESULT.outcomes.given["outcomes"], "aid_cases": {"value": "1675件", "parts": parts}}
    with pytest.raises(perfscore.OutcomeError) as raised:
        perfscore.score(RULES, given)
    assert [problem.code for problem in raised.value.problems] == ["parts-sum"]


@pytest.mark.parametrize(
    "id, low, high",
    [("disclosed_results", 31000, 32000), ("trained_persons", 3000, 4000), ("exempted_amount", 70, 80)],
)
def test_approximate_figures_are_intervals(id: str, low: int, high: int) -> None:
    reported = RESULT.outcomes.reported[id]
    assert (reported.value, reported.low, reported.high) == (low, low, high)
    assert reported.approximate


LOST = [
    ("foreign_disputes", "0.5", "7 of 8 宗: the second band, 1.5 of 2"),
    ("resolved_in_review", "0.4", "93 % is 2 points below 95 %, 0.2 each"),
    ("court_appearance", "0.07", "2 × 87.05/90 = 1.9344… is 1.93"),
    ("performance_management", "1.5", "75 % of 6 is 4.5"),
]


def test_total_and_rating() -> None:
    """自评优秀"""
    assert RESULT.total == 100 - sum(Fraction(lost) for _, lost, _ in LOST) == Fraction("97.53")
    assert (RESULT.rating.label, RESULT.rating.also) == ("优", ("优秀",))
    assert RESULT.gates == ()


@pytest.mark.parametrize("id, lost, why", LOST)
def test_what_was_lost(id: str, lost: str, why: str) -> None:
    assert RESULT.item(id).lost == Fraction(lost), why


def test_points_and_ledger_add_up() -> None:
    items = RESULT.items_in_order
    assert sum(item.weight for item in items) == 100
    assert sum(item.points for item in items) == RESULT.total
    assert {line.item: line.lost for line in RESULT.ledger} == {id: Fraction(lost) for id, lost, _ in LOST}
    assert 100 - sum(line.lost for line in RESULT.ledger) == RESULT.total
    assert {id: group.points for id, group in RESULT.groups.items() if group.parent == "total"} == {
        "effectiveness": Fraction("79.03"), "efficiency": Fraction("18.5"),
    }  # fmt: skip


def test_what_asks_for_a_reason() -> None:
    # 15 of 10 件次 is half over the target; 87.05 % misses 90 %
    assert [(flag.id, flag.item, flag.lacking) for flag in RESULT.flags] == [
        ("over_unexplained", "trade_questions", True), ("missed_unexplained", "court_appearance", True),
    ]  # fmt: skip


def test_the_built_in_id_and_the_path_are_the_same() -> None:
    by_path = perfscore.load(ROOT / "rules/examples/liwan-justice-2024.yaml")
    assert by_path.digest == RULES.digest
    assert perfscore.score(by_path, OUTCOMES).to_dict() == RESULT.to_dict()


def test_what_the_source_does_not_give_is_marked() -> None:
    assert {"weight", "target", "method", "rating"} <= set(RULES.model.illustrative)
    assert len(RULES.model.not_expressed) == 13
    assert "为示例，出处未给出" in str(RESULT)
