// Beside the title: what the data is, a link to what is seen, and how things are counted. All of it stays in the browser.
const copied = (text) => {
  const by_hand = () => {
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  };
  return navigator.clipboard ? navigator.clipboard.writeText(text).catch(by_hand) : Promise.resolve(by_hand());
};

export function render({model}) {
  const bar = document.createElement("div"), said = document.createElement("span");
  bar.className = "bar";
  said.className = "said";
  const follow = () => { said.textContent = model.said; };
  model.on("said", follow);
  follow();
  const button = (label, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = label;
    made.addEventListener("click", () => act(made));
    return made;
  };
  const link = button("Link", async (pressed) => {
    await copied(window.location.href);
    pressed.textContent = "Copied";
    setTimeout(() => { pressed.textContent = "Link"; }, 1500);
  });
  const method = button("Method", () => {
    const dialog = document.createElement("dialog"), close = button("×", () => dialog.close());
    dialog.innerHTML = model.method;
    dialog.setAttribute("aria-label", "How things are counted");
    close.className = "close";
    close.setAttribute("aria-label", "close");
    dialog.prepend(close);
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
    dialog.addEventListener("close", () => dialog.remove());
    bar.append(dialog);
    dialog.showModal();
  });
  bar.append(said, link, method);
  return bar;
}
