// A dialog with a citation as text and as BibTeX, both copied at once where the browser allows it.
const cite = async (parent, button, texts) => {
  const box = dialog(parent, "Cite this chart", button), title = document.createElement("h2");
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
