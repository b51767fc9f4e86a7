// Put text on the clipboard, by hand where the browser allows it no other way; tells whether it got there.
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

// A dialog of the browser's own, closed by its button, by Escape, or by a click beside it.
const dialog = (parent, label, button) => {
  const made = document.createElement("dialog"), close = button("×", () => made.close());
  made.setAttribute("aria-label", label);
  close.className = "close";
  close.setAttribute("aria-label", "close");
  made.append(close);
  made.addEventListener("click", (event) => { if (event.target === made) made.close(); });
  made.addEventListener("close", () => made.remove());
  parent.append(made);
  made.showModal();
  return made;
};
