// Copy a text to the clipboard, through a text field if the browser allows nothing else; returns whether it worked.
const copied = async (text, within = document.body) => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    within.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
};

// Open a modal dialog, which its button, Escape or a click beside it closes.
const dialog = (parent, label) => {
  const element = create("dialog"), close = create_button("×", () => element.close());
  element.setAttribute("aria-label", label);
  close.className = "close";
  close.setAttribute("aria-label", "close");
  element.append(close);
  element.addEventListener("click", (event) => { if (event.target === element) element.close(); });
  element.addEventListener("close", () => element.remove());
  parent.append(element);
  element.showModal();
  return element;
};
