// A dialog with texts to copy, by name; the first ones are copied at once where the browser allows it.
const offer = async (parent, {heading, texts, copied: what, count, note}) => {
  const box = dialog(parent, heading), status = create("p", "status");
  const copy = async (text, name) => {
    status.textContent = await copied(text, box)
      ? `Copied: ${name}.`
      : "The browser does not let this page copy: select a text below, a click is enough, and copy it.";
  };
  status.setAttribute("role", "status");
  box.append(create("h2", "", {textContent: heading}), status);
  if (note) box.append(create("p", "", {textContent: note}));
  for (const [name, text] of Object.entries(texts)) {
    const title = create("h3");
    title.append(name, " ", create_button(`Copy ${name}`, () => copy(text, name)));
    box.append(title, create("pre", "", {tabIndex: 0, textContent: text}));
  }
  if (what) await copy(Object.values(texts).slice(0, count).join("\n\n"), what);
};
