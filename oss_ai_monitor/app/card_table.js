// The table below a card, for screen readers too. Tabulator makes its parts anew when columns change.
export function render({model}) {
  const table = model.get_child("table"), root = table.shadowRoot;
  let is_new = true;
  const add_roles = () => {
    if (is_new && root.querySelector(".tabulator-row")) {
      is_new = false;
      table.scrollIntoView({block: "nearest"}); // below a chart as high as the window nobody would see that it came
    }
    set_roles(root);
    root.querySelector(".tabulator")?.setAttribute("aria-label", model.label);
  };
  new MutationObserver(add_roles).observe(root, {childList: true, subtree: true});
  add_roles();
  return table;
}
