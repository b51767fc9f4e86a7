"""What a view says of its headline figures: in its band, in its sentence, and under other choices."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from oss_ai_monitor.app.band import bands, bands_of_tile
from oss_ai_monitor.perspectives import BaseModels, Datasets, Filters, Selection, all_perspectives, other_rules
from oss_ai_monitor.perspectives.changes.view import Changes
from oss_ai_monitor.perspectives.headlines import (
    DEFAULT,
    NO_BAND,
    NO_RULE,
    NO_RULE_CHANGES_IT,
    Headline,
    RuleValue,
    of_view,
    otherwise,
    otherwise_briefly,
)
from oss_ai_monitor.perspectives.model_types import ModelTypes
from oss_ai_monitor.perspectives.overview.view import Overview
from oss_ai_monitor.perspectives.tile import Link, Tile
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


def ruled(rule: str, number: float, *holders: str, counted_by: str = "", name: str = "") -> RuleValue:
    return RuleValue(rule, rule.replace("-", " "), f"what {rule} means", number, 100, name, counted_by, holders)


def test_the_band_says_which_models_move_the_figure() -> None:
    default = ruled(DEFAULT, 22.3, "a/best", "b/before")
    claimed = ruled("dates-believed", 5.3, "a/best", "c/claimed", counted_by="as of the date that is disputed")
    out = ruled("merges-out", 21.0, "b/before")
    same = ruled("evaluation-median", 21.9, "a/best", "b/before", counted_by="by the median of its evaluations")
    shown = headline(claimed, out, same, default=22.3)
    shown = replace(shown, default=default)
    assert shown.most_important == (
        "The rule that matters most: dates believed, 5.3 points, because c/claimed counts as of the date that is "
        "disputed, in the place of b/before."
    )
    assert shown.reason(out) == "a/best does not count"
    assert shown.reason(same) == "a/best and b/before count by the median of its evaluations"
    assert shown.reason(value("hub-dates", 3.0)) == ""
    assert shown.models == ["a/best", "b/before", "c/claimed"]
    assert bands([shown])[0]["models"] == shown.models
    assert bands([shown], has_links=False)[0]["models"] == []
    left_out = replace(shown, default=ruled(DEFAULT, 22.3, "left-out/model-1", "b/before"))
    assert "left-out/model-1" not in left_out.models


def test_without_the_largest_one_a_finding_turns_only_where_it_is_not_the_record_itself() -> None:
    record = headline(ruled("largest-out", 51.0, "b/b", name="b/b"), turns_by="name", name="a/a")
    record = replace(record, default=ruled(DEFAULT, 52.0, "a/a", name="a/a"))
    assert record.turned == []
    shift = replace(
        record, default=ruled(DEFAULT, 2.3, "a/a", name="GLM"), others=(ruled("largest-out", -4.2, name="Llama"),)
    )
    assert otherwise_briefly([shift]) == " Largest out it is Llama."


def test_a_tile_has_the_range_and_what_counts_behind_it() -> None:
    first, second = headline(value("merges-out", 19.8)), headline(value("hub-dates", 5.3), label="Gain in a year")
    tile = Tile("Best", "22.3", "a/b.", Link("overview", "v2"), details="What counts.", headlines=(first, second))
    shown = bands_of_tile(tile)
    assert shown[0]["summary"] == "19.8 to 22.3 under 2 rules; gain 5.3 to 22.3"
    assert shown[0]["details"] == "What counts."
    assert tile.full_sentence == "a/b. What counts."


def test_an_answer_that_no_rule_changes_says_so(warehouse_of: Callable[..., Warehouse]) -> None:
    opened = warehouse_of(hub_listing=[{"id": "tin/one", "created_at": "2024-04-03"}])
    with contextlib.closing(opened):
        changes = Changes(opened, Filters(opened))
        changes.open()
        assert changes.headlines == []
        assert changes.headlines_note == NO_RULE
        overview = Overview(opened, Filters(opened))
        overview.open()
        age = next(tile for tile in overview.tiles if tile.title.startswith("Age"))
        assert age.headlines_note == NO_RULE_CHANGES_IT


def test_reports_and_notebooks_have_the_same_figures(opened: Warehouse) -> None:
    selection = Selection.defaults(Datasets(opened), "v2")
    view = BaseModels(opened, selection)
    view.open()
    rows = other_rules.frame(view.headlines)
    assert len(rows) == sum(1 + len(one.others) for one in view.headlines)
    assert rows["value"].iloc[0] == pytest.approx(view.headlines[0].default.value)
    shown = other_rules.as_html([headline(value("merges-out", 1.0, "<b>x</b>"), turns_by="name", name="a")])
    assert "&lt;b&gt;x&lt;/b&gt;" in shown
    assert "<b>" not in shown
    assert other_rules.as_html([], "Nothing & more") == '<p class="note">Nothing &amp; more</p>'
    assert other_rules.frame([]).empty


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
                    number = one.number(one.default.value).lstrip("+−").removesuffix("%")
                    rounded = f"{one.default.value:.0f}%"  # a share of ten and more has no decimals in some sentences
                    assert number in text or rounded in text, (kind.slug, one.figure, number, text)
                    shown += 1
    assert shown >= 30


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
