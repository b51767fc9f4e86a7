// The buttons of a page; the server writes what they offer, with the day and the snapshot.
export function render({model}) {
  const root = create("div");
  const ask = (action) => () => model.send_msg({action, page: location.origin + location.pathname});
  const embed = create_button("Embed", ask("embed")), badge = create_button("Badge", ask("badge"));
  const feed = create_button("Feed", ask("feed")), cite = create_button("Cite", ask("cite"));
  const show = () => {
    embed.hidden = !model.can_embed;
    badge.hidden = !model.has_badges;
    feed.hidden = !model.has_feed;
    cite.hidden = !model.cited;
    for (const button of [feed, embed, badge, cite]) button.setAttribute("aria-label", `${button.textContent} ${model.cited}`);
  };
  root.append(feed, embed, badge, cite);
  for (const name of ["cited", "can_embed", "has_badges", "has_feed"]) model.on(name, show);
  model.on("msg:custom", (message) => offer(root, message));
  show();
  return root;
}
