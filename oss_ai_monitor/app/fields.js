// Controls of plain HTML, one factory for each kind. A field has its element and the element of its label; `describe`
// brings its options up to date, `show` its value; elements that stay the same are kept, and with them the focus.

// Ids, which labels and lists refer to.
let fields_made = 0;
const new_id = () => `control-${fields_made += 1}`;

// Give a parent one child for each item [key, ...], in this order; `children` are those that it has, by key.
const reconcile = (parent, children, items, make) => {
  const keys = new Set(items.map(([key]) => key));
  for (const [key, child] of children) {
    if (keys.has(key)) continue;
    child.remove();
    children.delete(key);
  }
  items.forEach((item, n) => {
    if (!children.has(item[0])) children.set(item[0], make(item));
    const child = children.get(item[0]);
    if (parent.children[n] !== child) parent.insertBefore(child, parent.children[n] ?? null);
  });
};

// A frame whose upper edge leaves room for the label of a control.
const frame = (class_name, control) => {
  const element = create("fieldset", `outlined ${class_name}`), legend = create("legend");
  const label = create("label", "label", {htmlFor: control.id});
  element.setAttribute("role", "presentation");
  legend.append(label);
  element.append(legend);
  return {element, label};
};

const select_field = ({change}) => {
  const select = create("select", "", {id: new_id()}), {element, label} = frame("control menu", select);
  let drawn = "";
  select.addEventListener("change", () => change(select.value));
  element.append(select);
  return {
    element,
    label,
    describe: ({options = []}) => {
      if (drawn === JSON.stringify(options)) return;
      drawn = JSON.stringify(options);
      const {value} = select;
      select.replaceChildren(...options.map(([value, text, disabled]) => create("option", "", {value, text, disabled})));
      select.value = value;
    },
    show: (value) => { select.value = value; },
  };
};

// What an empty choice means, and a button that clears another one.
const clear_button = (clear) => {
  const element = create("span", "clear"), meaning = create("span", "meaning", {textContent: "all"});
  const button = create_button("Clear", clear);
  element.append(meaning, button);
  return {
    element,
    show: (values, label) => {
      meaning.hidden = values.length > 0;
      button.hidden = !values.length;
      button.setAttribute("aria-label", `Clear: ${label}`);
    },
  };
};

// A button beside a choice, for the pointer, that makes it the only one; keys clear the others first, and choose it.
const only_button = (text, act) => {
  const button = create_button("only", (event) => act(event));
  button.className = "only";
  button.tabIndex = -1;
  button.setAttribute("aria-label", `Only ${text}`);
  button.addEventListener("mousedown", (event) => event.preventDefault());
  return button;
};

// Radio buttons (one of few) or checkboxes (any of some) in a group.
const group_field = ({change}, type, class_name) => {
  const element = create("fieldset", `control ${class_name}`), label = create("legend", "label");
  const box = create("div", "options"), group = new_id(), options = new Map();
  const inputs = () => [...options.values()].map((option) => option.querySelector("input"));
  const chosen = () => inputs().filter(({checked}) => checked).map(({value}) => value);
  const set = (values) => {
    for (const input of inputs()) input.checked = values.includes(input.value);
    mark();
    change(values);
  };
  const clear = clear_button(() => {
    set([]);
    inputs()[0].focus(); // the button is gone
  });
  const mark = () => {
    clear.show(chosen(), label.textContent);
    element.classList.toggle("has_choice", chosen().length > 0);
  };
  box.addEventListener("change", () => {
    if (type === "radio") return change(chosen()[0]);
    mark();
    change(chosen());
  });
  element.append(label, ...(type === "radio" ? [] : [clear.element]), box);
  return {
    element,
    label,
    describe: ({options: items = []}) => {
      reconcile(box, options, items, ([value]) => {
        const option = create("label", "option"), input = create("input", "", {type, value, name: group});
        option.append(input, create("span"));
        if (type === "radio") return option;
        const choice = create("span", "with_only");
        choice.append(option, only_button("", () => set([value])));
        return choice;
      });
      for (const [value, text, disabled] of items) {
        const option = options.get(value);
        option.querySelector("input").disabled = disabled;
        option.querySelector("input + span").textContent = text;
        option.querySelector("button")?.setAttribute("aria-label", `Only ${text}`);
      }
    },
    show: (value) => {
      for (const input of inputs()) input.checked = type === "radio" ? input.value === value : value.includes(input.value);
      if (type !== "radio") mark();
    },
  };
};

const switch_field = ({change}) => {
  const element = create("label", "control switch"), label = create("span", "label");
  const input = create("input", "", {type: "checkbox"});
  input.setAttribute("role", "switch");
  input.addEventListener("change", () => change(input.checked));
  element.append(input, label);
  return {element, label, describe: () => {}, show: (value) => { input.checked = value; }};
};

const text_field = ({change}) => {
  const input = create("input", "", {id: new_id(), type: "text", maxLength: 200}), {element, label} = frame("control", input);
  input.addEventListener("change", () => change(input.value));
  element.append(input);
  return {
    element,
    label,
    describe: ({placeholder = ""}) => { input.placeholder = placeholder; },
    show: (value) => { input.value = value; },
  };
};

// A number, or nothing.
const number_field = ({change}) => {
  const input = create("input", "", {id: new_id(), type: "number", min: 0, step: "any"});
  const {element, label} = frame("control", input);
  let shown = null;
  const show = (value) => {
    shown = value;
    input.value = value ?? "";
  };
  input.addEventListener("change", () => {
    const value = input.value === "" ? null : input.valueAsNumber;
    if (!input.checkValidity() || value === 0) show(shown);
    else if (value !== shown) change(shown = value);
  });
  element.append(input);
  return {
    element,
    label,
    describe: ({placeholder = ""}) => { input.placeholder = placeholder; },
    show,
  };
};

// Two dates. Nothing is sent until both are dates within the data and in order, and a reader has paused, pressed Enter or
// left them: a browser calls a date changed after each digit. Left otherwise, they go back. While a date is not edited,
// it is written as everywhere on the page, on top of the browser's own format.
const TYPING_PAUSE = 900; // milliseconds

const dates_field = ({change}) => {
  const element = create("fieldset", "control outlined dates"), label = create("legend", "label");
  const [start, end] = ["first day", "last day"].map((name) => {
    const input = create("input", "", {type: "date", required: true});
    input.setAttribute("aria-label", name);
    return input;
  });
  const inputs = [start, end], texts = inputs.map(() => create("span", "date_text", {ariaHidden: "true"}));
  const values = () => inputs.map(({value}) => value);
  const are_valid = () => inputs.every((input) => input.checkValidity()) && start.value <= end.value;
  const format = new Intl.DateTimeFormat("en-GB", {day: "numeric", month: "short", year: "numeric", timeZone: "UTC"});
  let shown = ["", ""], timer = null;
  const mark = () => inputs.forEach((input, n) => {
    input.setAttribute("aria-invalid", !are_valid());
    texts[n].textContent = input.valueAsDate ? format.format(input.valueAsDate).replace("Sept", "Sep") : "";
  });
  const show = (value) => {
    shown = value;
    if (timer) return; // a date is being typed
    inputs.forEach((input, n) => { if (input.value !== value[n]) input.value = value[n]; });
    mark();
  };
  const apply = () => {
    clearTimeout(timer);
    timer = null;
    mark();
    if (start.disabled || !are_valid() || values().join() === shown.join()) return;
    shown = values();
    change(shown);
  };
  element.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(apply, TYPING_PAUSE);
  });
  element.addEventListener("keydown", ({key}) => { if (key === "Enter") apply(); });
  element.addEventListener("focusout", ({relatedTarget}) => {
    if (element.contains(relatedTarget)) return;
    apply();
    if (!are_valid()) show(shown);
  });
  const days = inputs.map((input, n) => {
    const day = create("span", "day");
    day.append(input, texts[n]);
    return day;
  });
  element.append(label, days[0], create("span", "dash", {textContent: "–"}), days[1]);
  return {
    element,
    label,
    describe: ({bounds: [min, max], idle = ""}) => {
      element.title = idle;
      for (const input of inputs) Object.assign(input, {min, max, disabled: Boolean(idle)});
    },
    show,
  };
};
