// Fields in groups; every text is set as text. What a reader chooses is sent, and comes back in `values`.
export function render({model}) {
  const root = document.createElement("div");
  root.className = "groups";
  const create = (tag, properties = {}) => Object.assign(document.createElement(tag), properties);
  const value_of = (group, name) => model.values[group]?.[name] ?? "";
  const field = (group, [name, label, kind, options]) => {
    const id = `${group}-${name}`, box = create("div", {className: kind});
    const input = kind === "select" ? create("select") : create("input", {type: kind, spellcheck: false});
    input.id = id;
    input.append(...options.map(([value, text]) => new Option(text, value)));
    input.value = value_of(group, name);
    const send = () => {
      if (input.value !== value_of(group, name)) model.send_msg({side: group, name, value: input.value});
    };
    if (kind === "select") input.addEventListener("change", send);
    else { // a date or an address is whole when it is left, or with Enter
      input.addEventListener("blur", send);
      input.addEventListener("keydown", ({key}) => { if (key === "Enter") send(); });
    }
    box.append(create("label", {textContent: label, htmlFor: id}), input);
    return box;
  };
  let drawn = "";
  const draw = () => {
    const shape = JSON.stringify(model.groups);
    if (shape === drawn) return;
    drawn = shape;
    const focused = root.getRootNode().activeElement?.id;
    root.replaceChildren(...model.groups.map(([group, title, fields]) => {
      const set = create("fieldset", {className: group}), choices = create("div", {className: "choices"});
      choices.append(...fields.map((one) => field(group, one)));
      set.append(create("legend", {textContent: title}), choices);
      return set;
    }));
    if (focused) root.querySelector(`#${CSS.escape(focused)}`)?.focus();
  };
  const write = () => {
    for (const [group, , fields] of model.groups) for (const [name] of fields) {
      const input = root.querySelector(`#${CSS.escape(`${group}-${name}`)}`);
      if (input) input.value = value_of(group, name);
    }
  };
  model.on("groups", () => { draw(); write(); });
  model.on("values", write);
  draw();
  return root;
}
