// A dialog with a citation as text and as BibTeX, both copied at once where the browser allows it.
const cite = async (parent, texts) => {
  const box = dialog(parent, "Cite this chart"), status = create("p", "status");
  const copy = async (text, what) => {
    status.textContent = await copied(text, box)
      ? `Copied: ${what}.`
      : "The browser does not let this page copy: select a text below, a click is enough, and copy it.";
  };
  status.setAttribute("role", "status");
  box.append(create("h2", "", {textContent: "Cite this chart"}), status);
  for (const [name, text] of Object.entries(texts)) {
    const heading = create("h3");
    heading.append(name, " ", create_button(`Copy ${name}`, () => copy(text, name)));
    box.append(heading, create("pre", "", {tabIndex: 0, textContent: text}));
  }
  await copy(Object.values(texts).join("\n\n"), "text and BibTeX");
};
