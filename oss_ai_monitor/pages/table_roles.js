// The roles that a screen reader needs in a table of Tabulator: a grid holds groups of rows only, so what scrolls is one, and
// the choice of a page is a row with one cell.
const ROLES = {
  ".tabulator-tableholder": "rowgroup", ".tabulator-table": "none", ".tabulator-footer": "rowgroup",
  ".tabulator-footer-contents": "row", ".tabulator-paginator": "gridcell",
};
const set_roles = (root) => {
  for (const [selector, role] of Object.entries(ROLES)) root.querySelector(selector)?.setAttribute("role", role);
};
