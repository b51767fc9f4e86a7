// What a list offers; where a text has no hit, a line that says so and cannot be chosen.
const or_nothing = (options, is_searched) =>
  options.length || !is_searched ? options : [{value: "", text: "nothing matches", disabled: true}];

// Any of many: chips, and a list in which typing filters.
const choices_field = ({change}) => {
  let options = [], values = [], placeholder = "", filter = "";
  const set = (next) => {
    values = next;
    draw();
    change(values);
  };
  const remove = (value) => set(values.filter((other) => other !== value));
  const box = combobox({
    pick: ({value}) => {
      box.input.value = "";
      filter = "";
      if (values.includes(value)) remove(value);
      else set([...values, value]);
    },
    typed: (text) => { filter = text.trim().toLowerCase(); offer(); },
    back: () => { if (values.length) remove(values.at(-1)); },
  });
  const row = chip_row(remove, (value) => set([value]));
  const clear = clear_button(() => {
    set([]);
    box.input.focus();
  });
  const offer = () => {
    const hits = options.filter(([, text]) => text.toLowerCase().includes(filter));
    const offered = hits.map(([value, text, disabled]) => ({value, text, disabled, chosen: values.includes(value)}));
    box.offer(or_nothing(offered, filter));
  };
  const draw = () => {
    row.show(values, new Map(options));
    box.input.placeholder = values.length ? "search and add" : placeholder;
    clear.show(values, label.textContent);
    offer();
  };
  const {element, label} = frame("control choices", box.input);
  box.list.setAttribute("aria-multiselectable", "true");
  element.append(row.element, box.input, box.list, clear.element);
  clear.element.firstChild.remove(); // the placeholder says what an empty choice means
  return {
    element,
    label,
    describe: (description) => {
      ({options = [], placeholder = ""} = description);
      draw();
    },
    show: (value) => {
      values = value;
      draw();
    },
  };
};

// Names that the server searches for what is typed, and those that were added.
const search_field = ({change, search}) => {
  const element = create("div", "control search");
  let values = [], suggestions = [], searched = "", filter = "", timer = null;
  const set = (next) => {
    values = next;
    row.show(values, new Map());
    change(values);
  };
  const box = combobox({
    pick: ({value}) => {
      box.input.value = "";
      filter = "";
      box.offer([]);
      if (!values.includes(value)) set([...values, value]);
    },
    typed: (text) => {
      filter = text.trim().toLowerCase();
      clearTimeout(timer);
      if (filter.length > 1) timer = setTimeout(() => search(text), 150);
      offer();
    },
  });
  const row = chip_row((value) => set(values.filter((other) => other !== value)), (value) => set([value]));
  const offer = () => {
    const hits = filter.length < 2 ? [] : suggestions.filter((name) => name.toLowerCase().includes(filter));
    box.offer(or_nothing(hits.map((name) => ({value: name, text: name})), filter.length > 1 && searched === filter));
  };
  row.element.setAttribute("role", "group");
  row.element.setAttribute("aria-label", "Added");
  const {element: outline, label} = frame("", box.input);
  outline.append(box.input, box.list);
  element.append(outline, row.element);
  return {
    element,
    label,
    describe: ({placeholder = ""}) => { box.input.placeholder = placeholder; },
    show: (value) => {
      values = value;
      row.show(values, new Map());
    },
    suggest: (names, typed) => {
      suggestions = names;
      searched = typed.trim().toLowerCase();
      offer();
    },
  };
};
