// The Cite button of a page; the server writes the citation, with the day and the snapshot.
export function render({model}) {
  const root = create("div");
  const button = create_button("Cite", () => model.send_msg({page: location.origin + location.pathname}));
  const show = () => {
    button.hidden = !model.cited;
    button.setAttribute("aria-label", `Cite ${model.cited}`);
  };
  root.append(button);
  model.on("cited", show);
  model.on("msg:custom", (message) => offer(root, message));
  show();
  return root;
}
