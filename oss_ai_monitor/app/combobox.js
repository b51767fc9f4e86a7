const draw_text = (element, {text}) => { if (element.textContent !== text) element.textContent = text; };

// A text box with a list of options, as the combobox pattern of ARIA describes it: typing filters the list, arrows move
// in it, Enter picks, Escape closes it. The focus stays in the box, so the list stays open while several are picked.
const combobox = ({pick, typed, back, draw = draw_text}) => {
  const input = create("input", "", {id: new_id(), type: "text", autocomplete: "off", spellcheck: false, maxLength: 200});
  const list = create("div", "list", {id: new_id(), hidden: true});
  const attributes = {role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false"};
  for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
  list.setAttribute("role", "listbox");
  const elements = new Map();
  let active = -1, offered = [], is_open = false;
  const activate = (n) => {
    active = n;
    offered.forEach(({value}, i) => elements.get(value).classList.toggle("active", i === active));
    const element = offered[active] ? elements.get(offered[active].value) : null;
    if (element) input.setAttribute("aria-activedescendant", element.id);
    else input.removeAttribute("aria-activedescendant");
    if (element) element.scrollIntoView({block: "nearest"});
  };
  const move = (step) => {
    const was_open = is_open, last = offered.length - 1;
    open();
    if (was_open && active >= 0) activate(active + step > last ? 0 : active + step < 0 ? last : active + step);
    else activate(step > 0 ? 0 : offered.length - 1);
  };
  const open = () => {
    if (!is_open) {
      is_open = true;
      typed(input.value);
    }
    const was_hidden = list.hidden;
    list.hidden = !offered.length;
    if (was_hidden && !list.hidden) list.scrollIntoView({block: "nearest"});
    input.setAttribute("aria-expanded", !list.hidden);
  };
  const close = () => {
    is_open = false;
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    activate(-1);
  };
  // Show options {value, text, disabled, chosen}; the one that is active stays so.
  const offer = (options) => {
    const before = offered[active]?.value;
    offered = options;
    reconcile(list, elements, options.map((option) => [option.value, option]), ([, {value}]) => {
      const element = create("div", "choice", {id: new_id()});
      element.setAttribute("role", "option");
      element.addEventListener("click", () => take(offered.findIndex((option) => option.value === value)));
      return element;
    });
    for (const option of options) {
      const {value, disabled, chosen} = option, element = elements.get(value);
      draw(element, option);
      element.setAttribute("aria-selected", Boolean(chosen));
      element.setAttribute("aria-disabled", Boolean(disabled));
    }
    const at = options.findIndex(({value}) => value === before);
    if (!is_open) return;
    open();
    activate(at < 0 && input.value ? 0 : at);
  };
  const take = (n) => {
    if (!offered[n] || (offered[n].disabled && !offered[n].chosen)) return;
    activate(n);
    pick(offered[n]);
  };
  const keys = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: () => (is_open ? take(active) : open()),
    Escape: () => {
      close();
      input.value = "";
      typed("");
    },
  };
  input.addEventListener("keydown", (event) => {
    if (event.key === "Backspace" && !input.value) back?.();
    if (!keys[event.key] || event.isComposing || (event.key === "Escape" && !is_open && !input.value)) return;
    event.preventDefault();
    event.stopPropagation();  // Escape would close the drawer of a phone as well
    keys[event.key]();
  });
  input.addEventListener("input", () => {
    typed(input.value);
    open();
    activate(input.value ? 0 : -1);
  });
  input.addEventListener("click", open);
  input.addEventListener("blur", () => {
    close();
    input.value = "";
    typed("");
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("mousedown", (event) => event.preventDefault());  // the focus stays in the box
  return {input, list, offer};
};

// Chosen values as chips, each with a button that removes it, and of several one that keeps only it.
const chip_row = (remove, keep) => {
  const element = create("div", "chips"), chips = new Map();
  const show = (values, texts) => {
    reconcile(element, chips, values.map((value) => [value]), ([value]) => {
      const chip = create("span", "chip"), button = create("button", "", {type: "button", tabIndex: -1});
      button.addEventListener("click", () => remove(value));
      button.addEventListener("mousedown", (event) => event.preventDefault());
      chip.append(create("span"), only_button(value, () => keep(value)), button);
      return chip;
    });
    for (const [value, chip] of chips) {
      const text = texts.get(value) ?? value;
      chip.firstChild.textContent = text;
      chip.lastChild.setAttribute("aria-label", `Remove ${text}`);
      chip.querySelector(".only").setAttribute("aria-label", `Only ${text}`);
      chip.querySelector(".only").hidden = values.length < 2;
    }
  };
  return {element, show};
};
