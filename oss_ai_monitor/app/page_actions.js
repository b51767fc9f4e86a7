// The buttons of a page; the server writes what they offer, with the day and the snapshot.
export function render({model}) {
  const root = create("div");
  const ask = (action) => () => model.send_msg({action, page: location.origin + location.pathname});
  const embed = create_button("Embed", ask("embed")), cite = create_button("Cite", ask("cite"));
  const show = () => {
    embed.hidden = !model.can_embed;
    cite.hidden = !model.cited;
    for (const button of [embed, cite]) button.setAttribute("aria-label", `${button.textContent} ${model.cited}`);
  };
  root.append(embed, cite);
  for (const name of ["cited", "can_embed"]) model.on(name, show);
  model.on("msg:custom", (message) => offer(root, message));
  show();
  return root;
}
