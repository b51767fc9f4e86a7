// Select boxes with labels; every text is set as text. What a reader chooses is sent, and comes back in `values`.
export function render({model}) {
  const root = document.createElement("div");
  root.className = "choices";
  const draw = () => {
    const focused = root.getRootNode().activeElement?.name;
    root.replaceChildren(...model.choices.map(([name, label, options]) => {
      const field = document.createElement("div"), text = document.createElement("label");
      const select = document.createElement("select");
      text.textContent = label;
      select.name = select.id = text.htmlFor = name;
      select.append(...options.map(([value, shown]) => new Option(shown, value, false, value === model.values[name])));
      select.addEventListener("change", () => model.send_msg({name, value: select.value}));
      field.append(text, select);
      return field;
    }));
    if (focused) root.querySelector(`select[name="${focused}"]`)?.focus();
  };
  const write = () => {
    for (const select of root.querySelectorAll("select")) select.value = model.values[select.name] ?? "";
  };
  model.on("choices", draw);
  model.on("values", write);
  draw();
  return root;
}
