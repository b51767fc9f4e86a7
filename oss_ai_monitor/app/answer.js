// The head of a perspective: question, answer, an alert, buttons for other datasets, tiles; all as text.
export function render({model}) {
  const write = (element, text) => { if (element.textContent !== text) element.textContent = text; };
  const root = create("div", "content"), question = create("h2"), answer = create("p"), alert = create("div", "alert");
  const scores_from = create("span", "scores_from");
  const offers = create("div", "offers"), tiles = create("div", "grid"), placeholder = create("div", "placeholder");
  root.append(question, scores_from, answer, alert, offers, tiles, placeholder);
  alert.setAttribute("role", "alert");
  answer.setAttribute("aria-live", "polite");
  const button = (kind, number, label = "") => create_button(label, () => model.send_msg({kind, number}));
  const tile = (number) => {
    const element = button("tile", number);
    element.append(...["title", "figure", "sentence"].map((name) => create("span", name)));
    return element;
  };
  const show = () => {
    const {content} = model;
    write(question, content.question);
    write(scores_from, content.scores_from);
    scores_from.hidden = !content.scores_from;
    write(answer, content.answer);
    write(alert, content.reason);
    answer.hidden = !content.answer;
    alert.hidden = !content.reason;
    alert.classList.toggle("error", content.is_error);
    offers.hidden = !content.offers.length;
    offers.replaceChildren(...content.offers.map((label, n) => button("offer", n, label)));
    tiles.hidden = !content.tiles.length;
    content.tiles.forEach((texts, n) => {
      if (!tiles.children[n]) tiles.append(tile(n));
      texts.forEach((text, i) => write(tiles.children[n].children[i], text));
    });
    while (tiles.children.length > content.tiles.length) tiles.lastChild.remove();
    placeholder.hidden = !content.is_loading;
  };
  model.on("content", show);
  show();
  return root;
}
