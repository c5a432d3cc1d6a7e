"""达标 pass_fail: the weight where the target is met, nothing otherwise. For numbers, dates, choices and yes/no."""

from __future__ import annotations

from typing import ClassVar

from perfscore.methods.method import MISSING_KEY, Built, Item, Method, case


class PassFail(Method):
    type: ClassVar[str] = "pass_fail"
    names: ClassVar[tuple[str, str]] = ("达标", "pass or fail")

    def build(self, item: Item) -> Built:
        if item.target is None:
            item.author.report(MISSING_KEY, expected="target", hint='target: ">= 90%"')
            return Built()
        return Built((), (case("met", "weight", "target_met"), case(None, "0", "target_missed")))
