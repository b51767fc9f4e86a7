"""What a view says of its headline figures: in its band, in its sentence, and under other choices."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from oss_ai_monitor.app.band import bands
from oss_ai_monitor.perspectives import Datasets, Filters, Selection, all_perspectives
from oss_ai_monitor.perspectives.headlines import DEFAULT, NO_BAND, Headline, RuleValue, of_view, otherwise
from oss_ai_monitor.perspectives.model_types import ModelTypes
from oss_ai_monitor.perspectives.overview.view import Overview
from oss_ai_monitor.warehouse import Warehouse


@pytest.fixture(scope="module")
def opened(community: Path) -> Iterator[Warehouse]:
    with contextlib.closing(Warehouse.open(community)) as opened:
        yield opened


def value(rule: str, number: float | None, name: str = "") -> RuleValue:
    return RuleValue(rule, rule.replace("-", " "), f"what {rule} means", number, 100, name)


def headline(
    *others: RuleValue, default: float = 22.34, name: str = "", turns_by: str = "nothing", **changes: object
) -> Headline:
    values = {
        "figure": "gain", "label": "Gain", "subject": "the gain", "unit": "points", "decimals": 1, "is_signed": False,
        "turns_by": turns_by, "default": value(DEFAULT, default, name), "others": others,
    } | changes  # fmt: skip
    return Headline(**values)  # type: ignore[arg-type]


def test_the_band_has_the_figure_and_its_range() -> None:
    shown = headline(value("merges-out", 19.8), value("hub-dates", 24.6), value("floor-out", None))
    assert shown.summary == "22.3 points; 19.8 to 24.6 under 3 rules"
    assert shown.most_important == "The rule that matters most: merges out, 19.8 points."
    assert headline(value("merges-out", 22.3)).summary == "22.3 points under all 2 rules"
    assert headline(value("merges-out", 22.3)).most_important == "None of these rules changes it as it is written."


def test_dots_stand_between_the_least_and_the_largest_and_what_moves_most_comes_first() -> None:
    shown = headline(value("hub-dates", 20.0), value("merges-out", 10.0), value("floor-out", None), default=20.0)
    dots = bands([shown])[0]["dots"]
    assert [(dot[0], dot[1], dot[2]) for dot in dots] == [
        ("default", 1.0, "20.0 points"), ("merges out", 0.0, "10.0 points"), ("hub dates", 1.0, "20.0 points"),
        ("floor out", -1, "none"),
    ]  # fmt: skip


def test_a_rule_that_turns_a_finding_round_is_said() -> None:
    leader = headline(
        value("merges-out", 20, "Qwen"),
        value("largest-out", 19, "Phi"),
        name="Llama",
        turns_by="name",
        subject="the leader",
    )
    assert otherwise([leader]) == " Another rule says otherwise: merges out, the leader is Qwen."
    gain = headline(value("base-root", 3.6), value("merges-out", -0.2), default=-0.1, turns_by="sign", is_signed=True)
    share = headline(value("base-root", 72.8), default=45.6, turns_by="half", unit="%", subject="the share")
    assert otherwise([gain, share]) == (
        " Another rule says otherwise: base root, the gain is +3.6 points and the share is 72.8%."
    )
    assert otherwise([headline(value("base-root", 0.04), default=-0.1, turns_by="sign")]) == ""


@pytest.mark.parametrize("dataset", ["v2", "v1", "hub"])
def test_the_figure_of_the_band_is_that_of_the_sentence(opened: Warehouse, dataset: str) -> None:
    selection = Selection.defaults(Datasets(opened), dataset)
    shown = 0
    for kind in all_perspectives:
        view = kind(opened, selection)
        view.open()
        assert view.headlines == of_view(opened, dataset, kind.slug)
        texts = [(view.answer_text, view.headlines)]
        if view.is_summary:
            texts = [(f"{tile.figure} {tile.sentence}", tile.headlines) for tile in view.tiles]
        for text, headlines in texts:
            for one in headlines:
                if one.figure != "owner-hhi":  # the sentence says that of models
                    number = one.number(one.default.value).lstrip("+−")
                    assert number.removesuffix("%") in text, (kind.slug, one.figure, number, text)
                    shown += 1
    assert shown >= 18


def test_other_choices_have_no_band_and_the_page_says_why(opened: Warehouse) -> None:
    filters = Filters(opened)
    types, overview = ModelTypes(opened, filters), Overview(opened, filters)
    for view in (types, overview):
        view.open()
        assert view.headlines
        assert view.headlines_note == ""
    filters.sizes = ["< 3"]
    for view in (types, overview):
        assert view.headlines == []
        assert view.headlines_note == NO_BAND
    assert all(tile.headlines == () for tile in overview.tiles)
    filters.sizes = []
    assert types.headlines
    types.types = ["merge"]
    assert types.headlines == []
    assert types.headlines_note == NO_BAND
