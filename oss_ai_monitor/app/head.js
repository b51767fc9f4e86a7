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
    ways.append(made);
  };
  const figures = () => model.figures.map((id) => view.model.document.get_model_by_id(id)).filter((figure) => figure);
  if (model.further) button(model.further, () => model.send_msg("further"));
  button("Table", () => model.send_msg("table"));
  button("CSV", () => model.send_msg("csv"));
  for (const kind of ["PNG", "SVG"]) button(kind, () => save(figures(), kind.toLowerCase()));
  model.on("msg:custom", ({name, text}) => download(new Blob([text], {type: "text/csv"}), name));
  head.append(title, ways);
  return head;
}
