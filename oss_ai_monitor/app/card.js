// A card: the title of a chart, buttons, the chart, a sentence below it and how it was counted, which is opened. Charts are saved here, in the browser; tables and
// files come from the server.
const views = new Map(); // the name of a view → its charts, whose dates move together when a reader zooms

export function render({model}) {
  const card = create("div", "frame"), head = create("div", "head"), title = create("h3"), buttons = create("div");
  const empty = create("p", "empty"), target = create("div", "chart"), note = create("p", "note");
  head.append(title, buttons);
  const counted = create("details"), summary = create("summary", "", {textContent: "How counted"}), parts = create("dl");
  counted.append(summary, parts); // it stays as open as it is, whatever changes
  card.append(head, empty, target, note, counted);
  const names = new Map([[summary, "How counted:"]]); // element → what its name says before the title of the chart
  const add = (label, act, name = `${label} of`) => {
    const button = create_button(label, act);
    names.set(button, name);
    buttons.append(button);
    return button;
  };
  const ask = (action) => model.send_msg({action, page: location.origin + location.pathname});

  const charts = views.get(model.group) ?? new Set();
  views.set(model.group, charts);
  const chart = new EmbeddedChart(target, (start, end) => {
    for (const other of charts) if (other !== chart) other.zoom(start, end);
  }, (names) => model.send_msg({action: "pick", names}));
  charts.add(chart);

  const show_texts = () => {
    const {texts} = model;
    if (title.textContent !== texts.title) {
      title.textContent = texts.title;
      for (const [named, name] of names) named.setAttribute("aria-label", `${name} ${texts.title}`);
    }
    for (const button of of_table) button.hidden = !texts.has_table;
    for (const [element, html] of [[note, texts.note], [parts, texts.counted]]) {
      if (element.innerHTML !== html) element.innerHTML = html; // escaped by the server
    }
    empty.textContent = texts.empty; // instead of the chart, which comes back with the next rows
    empty.hidden = !texts.empty;
    target.classList.toggle("hidden", Boolean(texts.empty));
    card.classList.toggle("hidden", !texts.is_visible);
    card.inert = !texts.is_visible;
    chart.describe(texts.description);
  };
  let has_failed = false;
  const embed = () => {
    if (has_failed) target.replaceChildren();
    has_failed = false;
    // room for the chart until it is there, so that nothing below it jumps
    target.style.minHeight = `${state_of(model.chart_data).options.figure?.height ?? model.chart_height}px`;
    chart.embed(model.template, () => state_of(model.chart_data)).catch((error) => {
      has_failed = true;
      target.textContent = `This chart could not be loaded (${error.message}). The next change tries again, or reload the page.`;
    }).finally(() => { target.style.minHeight = ""; });
  };
  model.on("texts", show_texts);
  model.on("chart_data", () => {
    if (has_failed) embed();
    else if (chart.document) chart.apply(state_of(model.chart_data));
  });
  model.on("remove", () => { charts.delete(chart); chart.remove(); });

  if (model.link_text) add(model.link_text, () => ask("link"), `${model.link_text}:`);
  const of_table = ["Table", "CSV", "XLSX"].map((label) => add(label, () => ask(label.toLowerCase())));
  for (const kind of ["png", "svg"]) add(kind.toUpperCase(), () => save(chart, kind, model.texts, head));
  if (model.can_query) add("SQL", () => ask("sql"));
  add("Data", () => ask("data"));
  if (model.can_embed) add("Embed", () => ask("embed"), "Embed");
  add("Cite", () => ask("cite"), "Cite");
  model.on("msg:custom", (message) => {
    if (message.heading) offer(head, message);
    else download(new Blob([bytes_of(message.content)], {type: message.type}), message.name);
  });

  const zeros = create("label", "zeros"), hide = create("input", "", {type: "checkbox"}), rows = create("span");
  hide.addEventListener("change", () => ask("zeros"));
  zeros.append(hide, rows);
  card.append(zeros);
  const show_zeros = () => {
    zeros.hidden = !model.zeros;
    rows.textContent = ` Hide ${model.zeros} row${model.zeros === 1 ? "" : "s"} of zeros`;
  };
  model.on("zeros", show_zeros);
  show_zeros();
  show_texts();
  embed();
  return card;
}
