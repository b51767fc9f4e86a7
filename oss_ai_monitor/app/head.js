// The head of a card: the title of a chart, and buttons. Charts are saved here, in the browser; tables and files come
// from the server.
export function render({model, view}) {
  const head = document.createElement("div"), title = document.createElement("h3"), buttons = document.createElement("div");
  head.className = "head";
  const follow = () => { title.textContent = model.title; };
  model.on("title", follow);
  follow();
  const canvases = [];
  const describe = (again = 60) => {  // the figures are rendered a little later
    let late = false;
    model.alts.forEach((text, n) => {
      if (!canvases[n]?.isConnected) canvases[n] = Bokeh.index.find_one_by_id(model.figures[n])?.canvas_view?.primary.el;
      canvases[n]?.setAttribute("role", "img");
      canvases[n]?.setAttribute("aria-label", text);
      late ||= !canvases[n];
    });
    if (late && again) setTimeout(() => describe(again - 1), 250);
  };
  model.on("alts", () => setTimeout(describe, 50));  // after the frame that the reader is waiting for
  setTimeout(describe, 250);
  const button = (label, act) => {
    const element = document.createElement("button");
    element.type = "button";
    element.textContent = label;
    element.addEventListener("click", act);
    return element;
  };
  const add = (label, act) => buttons.append(button(label, act));
  const ask = (action) => model.send_msg({action, page: location.origin + location.pathname});
  const figures = () => model.figures.map((id) => view.model.document.get_model_by_id(id)).filter((figure) => figure);
  if (model.link_text) add(model.link_text, () => ask("link"));
  add("Table", () => ask("table"));
  add("CSV", () => ask("csv"));
  for (const kind of ["PNG", "SVG"]) add(kind, () => save(figures(), kind.toLowerCase(), model, head));
  if (model.can_query) add("SQL", () => ask("sql"));
  add("Cite", () => ask("cite"));
  const cite = async (texts) => {
    const box = dialog(head, "Cite this chart", button), title = document.createElement("h2");
    const status = document.createElement("p");
    const copy = async (text, what) => {
      status.textContent = await copied(text, box)
        ? `Copied: ${what}.`
        : "The browser does not let this page copy: select a text below, a click is enough, and copy it.";
    };
    title.textContent = "Cite this chart";
    status.className = "status";
    status.setAttribute("role", "status");
    box.append(title, status);
    for (const [name, text] of Object.entries(texts)) {
      const heading = document.createElement("h3"), block = document.createElement("pre");
      heading.append(name, " ", button(`Copy ${name}`, () => copy(text, name)));
      block.tabIndex = 0;
      block.textContent = text;
      box.append(heading, block);
    }
    await copy(Object.values(texts).join("\n\n"), "text and BibTeX");
  };
  model.on("msg:custom", ({name, text, cite: citation, bibtex}) => {
    if (citation) cite({Text: citation, BibTeX: bibtex});
    else download(new Blob([text], {type: "text/csv"}), name);
  });
  head.append(title, buttons);
  return head;
}
