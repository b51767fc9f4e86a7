"""The controls of the sidebar, found as a reader finds them: Material ones, and plain HTML ones side by side.

Each change begins at a known time, noted in the page right before the event that a click ends with.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from playwright.sync_api import Locator, Page

BEGIN = "__bench.began = performance.now();"
CLICK = f"(element) => {{ {BEGIN} element.click(); }}"
NEXT = f"""(label) => {{
  const field = label.closest("fieldset, .switch"), menu = field.querySelector("select");
  if (menu) {{
    {BEGIN} menu.selectedIndex = (menu.selectedIndex + 1) % menu.options.length;
    return menu.dispatchEvent(new Event("change", {{bubbles: true}}));
  }}
  const inputs = [...field.querySelectorAll("input")], next = inputs.findIndex(({{checked}}) => checked) + 1;
  {BEGIN} inputs[next % inputs.length].click();
}}"""


class Plain:
    """Controls of plain HTML: date inputs, and lists in a field with a name."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def dates(self) -> tuple[dt.date, dt.date] | None:
        if not self._date_inputs().count():
            return None
        first, last, *_ = self._date_inputs().evaluate_all("(inputs) => inputs.map((input) => input.value)")
        return dt.date.fromisoformat(first), dt.date.fromisoformat(last)

    def choose_first_date(self, day: dt.date) -> None:
        """Type a date and press Enter: otherwise the page waits whether more is typed."""
        script = f"""(input, day) => {{ {BEGIN} input.value = day;
          for (const name of ["input", "change"]) input.dispatchEvent(new Event(name, {{bubbles: true}}));
          input.dispatchEvent(new KeyboardEvent("keydown", {{key: "Enter", bubbles: true, composed: true}})); }}"""
        self._date_inputs().first.evaluate(script, str(day))

    def count_options(self, label: str) -> int:
        return self._boxes(label).count()

    def toggle(self, label: str, position: int) -> None:
        self._boxes(label).nth(position).evaluate(CLICK)

    def has(self, label: str) -> bool:
        return self._labels(label).count() > 0

    def advance(self, label: str) -> None:
        """Turn a switch, or choose the next alternative of a menu or of radio buttons, after the last the first."""
        self._labels(label).first.evaluate(NEXT)

    def _labels(self, label: str) -> Locator:
        return self.page.locator(".control .label, .outlined .label").filter(
            has_text=re.compile(f"^{re.escape(label)}( |$)")
        )

    def _date_inputs(self) -> Locator:
        return self.page.locator('input[type="date"]')

    def _boxes(self, label: str) -> Locator:
        """Return what is clicked in a list: check boxes, or the options of a list that need not be open."""
        name = self.page.locator("legend").filter(has_text=re.compile(f"^{re.escape(label)}"))
        field = self.page.locator("fieldset").filter(has=name).first
        return field.locator('input[type="checkbox"], [role="option"]')


class Material:
    """Controls of Material UI: their menus and calendars end with a new value in the page, which is set here."""

    FIND = """const control = (label) => Bokeh.documents.flatMap((document) => [...document._all_models.values()])
      .findLast((model) => model.data?.label === label && "value" in model.data.attributes)?.data;"""

    def __init__(self, page: Page) -> None:
        self.page = page

    def dates(self) -> tuple[dt.date, dt.date]:
        milliseconds = self._run("return data.value;", "Dates")
        first, last = (dt.datetime.fromtimestamp(ms / 1000, dt.UTC).date() for ms in milliseconds)
        return first, last

    def choose_first_date(self, day: dt.date) -> None:
        self._run(f"{BEGIN} data.value = [more, data.value[1]];", "Dates", str(day))

    def count_options(self, label: str) -> int:
        return int(self._run("return data?.options.length ?? 0;", label))

    def toggle(self, label: str, position: int) -> None:
        script = f"""const name = [data.options[more]].flat()[0], {{value}} = data; {BEGIN}
          data.value = value.includes(name) ? value.filter((one) => one !== name) : [...value, name];"""
        self._run(script, label, position)

    def _run(self, script: str, label: str, more: Any = None) -> Any:
        function = f"([label, more]) => {{ {self.FIND} const data = control(label); {script} }}"
        return self.page.evaluate(function, [label, more])


def controls_of(page: Page) -> Plain | Material:
    """Return the controls of the page that is shown."""
    return Plain(page) if page.locator('input[type="date"], fieldset.control').count() else Material(page)


def press(page: Page, name: str) -> None:
    """Click a button, or a radio button, with that name."""
    button = page.get_by_role("button", name=name, exact=True)
    button.or_(page.get_by_role("radio", name=name, exact=True, include_hidden=True)).first.evaluate(CLICK)
