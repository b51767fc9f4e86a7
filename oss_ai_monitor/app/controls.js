// The controls in the sidebar. Descriptions and values come from the server, which holds the truth; a change is sent in
// a message with a number, and until the server has answered that number, the control shows what was chosen here.
const FIELDS = {
  select: select_field,
  segments: (events) => group_field(events, "radio", "segments"),
  checkboxes: (events) => group_field(events, "checkbox", "checkboxes"),
  switch: switch_field,
  text: text_field,
  number: number_field,
  dates: dates_field,
  choices: choices_field,
  search: search_field,
};

export function render({model}) {
  const box = create("div", "fields"), elements = new Map(), fields = new Map();
  const described = new Map(), shown = new Map(), unanswered = new Map();
  let sent = model.answered;
  const forget = (name) => { for (const map of [fields, described, shown, unanswered]) map.delete(name); };
  const make = ({name, kind}) => {
    const change = (value) => {
      sent += 1;
      unanswered.set(name, sent);
      shown.delete(name);
      model.send_msg({name, value, number: sent});
      setTimeout(mark_waiting, 800);
    };
    const field = FIELDS[kind]({change, search: (typed) => model.send_msg({name, typed})});
    forget(name);
    fields.set(name, field);
    return field.element;
  };
  const show = () => {
    for (const [name, field] of fields) {
      const value = model.values[name], text = JSON.stringify(value);
      if (value === undefined || unanswered.has(name) || shown.get(name) === text) continue;
      shown.set(name, text);
      field.show(value);
    }
  };
  const write_labels = () => {
    for (const {name, label} of model.descriptions) {
      const text = [label, model.notes[name]].filter(Boolean).join(" "), element = fields.get(name)?.label;
      if (element && element.textContent !== text) element.textContent = text;
    }
  };
  const describe = () => {
    const items = model.descriptions.map((description) => [`${description.kind} ${description.name}`, description]);
    const names = new Set(model.descriptions.map(({name}) => name));
    for (const name of fields.keys()) if (!names.has(name)) forget(name);
    reconcile(box, elements, items, ([, description]) => make(description));
    for (const description of model.descriptions) {
      const {name} = description, text = JSON.stringify(description);
      if (described.get(name) === text) continue;
      fields.get(name).describe(description);
      described.set(name, text);
      shown.delete(name);
    }
    write_labels();
    show();
  };
  // What was chosen is not yet shown by the charts: the server is busy, or away.
  const mark_waiting = () => {
    for (const [name, {element}] of fields) {
      element.classList.toggle("waiting", unanswered.has(name));
      const is_frame = element.getAttribute("role") === "presentation"; // which can have no state
      (is_frame ? element.querySelector("select, input") : element).ariaBusy = unanswered.has(name);
    }
  };
  const answer = () => {
    sent = Math.max(sent, model.answered); // a change that was kept over a reload has a number of its own
    for (const [name, number] of unanswered) if (number <= model.answered) unanswered.delete(name);
    mark_waiting();
    show();
  };
  model.on("descriptions", describe);
  model.on("notes", write_labels);
  model.on("values", show);
  model.on("answered", answer);
  model.on("suggestions", () => {
    const {name, names, typed} = model.suggestions;
    fields.get(name)?.suggest?.(names, typed);
  });
  describe();
  return box;
}
