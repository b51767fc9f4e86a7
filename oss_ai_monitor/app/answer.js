// The head of a perspective: question, answer, an alert, buttons for other datasets, tiles; all as text.
export function render({model}) {
  const make = (tag, name, parent) => {
    const element = document.createElement(tag);
    if (name) element.className = name;
    parent?.append(element);
    return element;
  };
  const write = (element, text) => { if (element.textContent !== text) element.textContent = text; };
  const root = make("div", "content"), question = make("h2", "", root), answer = make("p", "", root);
  const alert = make("div", "alert", root), offers = make("div", "offers", root), tiles = make("div", "grid", root);
  const placeholder = make("div", "placeholder", root);
  alert.setAttribute("role", "alert");
  answer.setAttribute("aria-live", "polite");
  const button = (parent, kind, number) => {
    const element = make("button", "", parent);
    element.type = "button";
    element.addEventListener("click", () => model.send_msg({kind, number}));
    return element;
  };
  const show = () => {
    const {content} = model;
    write(question, content.question);
    write(answer, content.answer);
    write(alert, content.reason);
    answer.hidden = !content.answer;
    alert.hidden = !content.reason;
    alert.classList.toggle("error", content.is_error);
    offers.hidden = !content.offers.length;
    offers.replaceChildren();
    content.offers.forEach((label, n) => write(button(offers, "offer", n), label));
    tiles.hidden = !content.tiles.length;
    content.tiles.forEach((texts, n) => {
      if (!tiles.children[n]) for (const name of ["title", "figure", "sentence"]) make("span", name, tiles.children[n] ?? button(tiles, "tile", n));
      texts.forEach((text, i) => write(tiles.children[n].children[i], text));
    });
    while (tiles.children.length > content.tiles.length) tiles.lastChild.remove();
    placeholder.hidden = !content.is_loading;
  };
  model.on("content", show);
  show();
  return root;
}
