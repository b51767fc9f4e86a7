// Beside the title: what the data is, and a link to what is seen; all of it stays in the browser.
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
  explain(bar, model.glossary);
  bar.append(said, link);
  return bar;
}
