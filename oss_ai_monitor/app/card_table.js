// A table of Tabulator with the roles that a screen reader needs: a grid holds groups of rows only, so what scrolls is one, and
// the choice of a page is a row with one cell. Tabulator makes its parts anew when columns change.
const ROLES = {
  ".tabulator-tableholder": "rowgroup", ".tabulator-table": "none", ".tabulator-footer": "rowgroup",
  ".tabulator-footer-contents": "row", ".tabulator-paginator": "gridcell",
};

export function render({model}) {
  const table = model.get_child("table"), root = table.shadowRoot;
  let is_new = true;
  const add_roles = () => {
    if (is_new && root.querySelector(".tabulator-row")) {
      is_new = false;
      table.scrollIntoView({block: "nearest"}); // below a chart as high as the window nobody would see that it came
    }
    for (const [selector, role] of Object.entries(ROLES)) root.querySelector(selector)?.setAttribute("role", role);
    root.querySelector(".tabulator")?.setAttribute("aria-label", model.label);
  };
  new MutationObserver(add_roles).observe(root, {childList: true, subtree: true});
  add_roles();
  return table;
}
