// The head of a perspective: question, answer, an alert, buttons for other datasets, tiles; all as text.
export function render({model}) {
  const write = (element, text) => { if (element.textContent !== text) element.textContent = text; };
  const root = create("div", "content"), question = create("h2"), answer = create("p"), alert = create("div", "alert");
  const scores_from = create("span", "scores_from"), links = create("p", "links");
  const band = create_band(), band_note = create("p", "band-note");
  const offers = create("div", "offers"), tiles = create("div", "grid"), placeholder = create("div", "placeholder");
  root.append(question, scores_from, answer, band, band_note, links, alert, offers, tiles, placeholder);
  alert.setAttribute("role", "alert");
  answer.setAttribute("aria-live", "polite");
  const button = (kind, number, label = "") => create_button(label, () => model.send_msg({kind, number}));
  const tile = (number) => {
    const element = create("div", "tile"), open = button("tile", number), sentence = create("span", "sentence");
    sentence.id = `tile-${number}`;
    open.setAttribute("aria-describedby", sentence.id);
    open.append(create("span", "title"), create("span", "figure"));
    element.append(open, sentence, create_band(), create("span", "band-note"));
    return element;
  };
  const write_sentence = (element, text, names) => {
    const parts = link_models(text, names), linked = parts.filter((part) => part.href).map(({textContent}) => textContent).join();
    if (element.textContent === text && [...element.children].map((link) => link.textContent).join() === linked) return;
    element.replaceChildren(...parts);
  };
  const show = () => {
    const {content} = model;
    write(question, content.question);
    write(scores_from, content.scores_from);
    scores_from.hidden = !content.scores_from;
    write_sentence(answer, content.answer, content.answer_models);
    write(alert, content.reason);
    answer.hidden = !content.answer;
    show_band(band, content.bands);
    write(band_note, content.bands_note);
    band_note.hidden = !content.bands_note;
    alert.hidden = !content.reason;
    alert.classList.toggle("error", content.is_error);
    offers.hidden = !content.offers.length;
    offers.replaceChildren(...content.offers.map((label, n) => button("offer", n, label)));
    links.hidden = !content.links.length;
    links.replaceChildren(...content.links.map(([text, href]) => create("a", "", {href, textContent: text})));
    tiles.hidden = !content.tiles.length;
    content.tiles.forEach((texts, n) => {
      if (!tiles.children[n]) tiles.append(tile(n));
      const [open, sentence, figures, note] = tiles.children[n].children, [title, figure, text, name, bands, bands_note] = texts;
      write(open.children[0], title);
      write(open.children[1], figure);
      write_sentence(sentence, text, [name]);
      show_band(figures, bands);
      write(note, bands_note);
      note.hidden = !bands_note;
    });
    while (tiles.children.length > content.tiles.length) tiles.lastChild.remove();
    placeholder.hidden = !content.is_loading;
  };
  model.on("content", show);
  show();
  return root;
}
