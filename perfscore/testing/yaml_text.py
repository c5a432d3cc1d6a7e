"""Plain data as YAML that a rule file could hold: every scalar is a text, and stands plain wherever YAML allows it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import yaml

from perfscore.numbers.number import shortest


def yaml_text(given: Any) -> str:
    """Texts, numbers (exact), truths, lists and mappings, block style above and on one line inside; None is null."""
    return yaml.dump(_plain(given), Dumper=_Dumper, allow_unicode=True, sort_keys=False, default_flow_style=None, width=120)


class _Dumper(yaml.SafeDumper):
    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _plain(given: Any) -> Any:
    if isinstance(given, dict):
        return {str(key): _plain(one) for key, one in given.items()}
    if isinstance(given, (list, tuple)):
        return [_plain(one) for one in given]
    if given is None:
        return "null"
    if isinstance(given, bool):
        return "true" if given else "false"
    return shortest(given) if isinstance(given, Fraction) else str(given)
