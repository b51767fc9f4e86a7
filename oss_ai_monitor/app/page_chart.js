// A chart of a page beside the perspectives, with its title and its note, all as text. A click on a row opens its link.
export function render({model}) {
  const card = create("div", "frame"), head = create("div", "head"), target = create("div", "chart");
  head.append(create("h3", "", {textContent: model.texts.title}));
  const note = create("p", "note", {textContent: model.texts.note});
  for (const [name, address] of Object.entries(model.addresses)) {
    const link = create("a", "", {textContent: name, href: address});
    link.setAttribute("aria-label", `${name} ${model.texts.title}`);
    note.append(" ", link);
  }
  const forms = Object.entries(model.citation);
  if (forms.length) {
    const page = location.origin + location.pathname;
    const texts = Object.fromEntries(forms.map(([name, text]) => [name, text.replaceAll(model.here, page)]));
    const cite = create_button("Cite", () => offer(head, {heading: "Cite this chart", texts, copied: "text and BibTeX", count: 2}));
    cite.setAttribute("aria-label", `Cite ${model.texts.title}`);
    note.append(" ", cite);
  }
  card.append(head, target, note);
  const chart = new EmbeddedChart(target, undefined, ([name]) => {
    if (Object.hasOwn(model.links, name)) window.dispatchEvent(new CustomEvent("oss-ai-monitor-go", {detail: model.links[name]}));
  });
  chart.describe(model.texts.description);
  chart.embed(model.template, () => state_of(model.chart_data)).catch((error) => {
    target.textContent = `This chart could not be loaded (${error.message}): reload the page.`;
  });
  model.on("remove", () => chart.remove());
  return card;
}
