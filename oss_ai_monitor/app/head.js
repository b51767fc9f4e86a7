// What stands over a picture: its title, and what can be done with it. Pictures are saved here, in the browser; a table
// comes from the server, which is asked for it.
export function render({model, view}) {
  const head = document.createElement("div"), title = document.createElement("h3"), ways = document.createElement("div");
  head.className = "over";
  const follow = () => { title.textContent = model.title; };
  model.on("title", follow);
  follow();
  const canvases = [];
  const describe = (again = 60) => {  // figures come a little after this
    let late = false;
    model.alts.forEach((text, n) => {
      if (!canvases[n]?.isConnected) canvases[n] = Bokeh.index.find_one_by_id(model.figures[n])?.canvas_view?.primary.el;
      canvases[n]?.setAttribute("role", "img");
      canvases[n]?.setAttribute("aria-label", text);
      late ||= !canvases[n];
    });
    if (late && again) setTimeout(() => describe(again - 1), 250);
  };
  model.on("alts", () => setTimeout(describe, 50));  // after the frame that the reader waits for
  setTimeout(describe, 250);
  const button = (label, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = label;
    made.addEventListener("click", act);
    return made;
  };
  const way = (label, act) => ways.append(button(label, act));
  const ask = (act) => model.send_msg({act, page: location.origin + location.pathname});
  const figures = () => model.figures.map((id) => view.model.document.get_model_by_id(id)).filter((figure) => figure);
  if (model.further) way(model.further, () => ask("further"));
  way("Table", () => ask("table"));
  way("CSV", () => ask("csv"));
  for (const kind of ["PNG", "SVG"]) way(kind, () => save(figures(), kind.toLowerCase(), model, head));
  if (model.can_ask) way("SQL", () => ask("sql"));
  way("Cite", () => ask("cite"));
  const cite = async (texts) => {
    const shown = dialog(head, "Cite this picture", button), title = document.createElement("h2");
    const told = document.createElement("p");
    const copy = async (text, what) => {
      told.textContent = await copied(text, shown)
        ? `Copied: ${what}.`
        : "The browser does not let this page copy: select a text below, a click is enough, and copy it.";
    };
    title.textContent = "Cite this picture";
    told.className = "told";
    told.setAttribute("role", "status");
    shown.append(title, told);
    for (const [name, text] of Object.entries(texts)) {
      const heading = document.createElement("h3"), whole = document.createElement("pre");
      heading.append(name, " ", button(`Copy ${name}`, () => copy(text, name)));
      whole.tabIndex = 0;
      whole.textContent = text;
      shown.append(heading, whole);
    }
    await copy(Object.values(texts).join("\n\n"), "text and BibTeX");
  };
  model.on("msg:custom", ({name, text, cite: words, bibtex}) => {
    if (words) cite({Text: words, BibTeX: bibtex});
    else download(new Blob([text], {type: "text/csv"}), name);
  });
  head.append(title, ways);
  return head;
}
