// Elements of plain HTML.
const create = (tag, class_name = "", properties = {}) => {
  const element = Object.assign(document.createElement(tag), properties);
  if (class_name) element.className = class_name;
  return element;
};

// Focus the element that a key leads to; arrows go round.
const move_focus = (event, elements, {before, after}) => {
  const at = elements.indexOf(event.target), last = elements.length - 1;
  const to = {[after]: at === last ? 0 : at + 1, [before]: at < 1 ? last : at - 1, Home: 0, End: last}[event.key];
  if (to === undefined) return;
  event.preventDefault();
  elements[to].focus();
};

// A toolbar is one stop of the Tab key, and arrows move in it; `elements` are its own, the first of them the stop at first.
const as_toolbar = (bar, elements) => {
  const stop_at = (stop) => { for (const element of elements) element.tabIndex = element === stop ? 0 : -1; };
  bar.addEventListener("keydown", (event) => {
    if (elements.includes(event.target)) move_focus(event, elements, {before: "ArrowLeft", after: "ArrowRight"});
  });
  bar.addEventListener("focusin", ({target}) => { if (elements.includes(target)) stop_at(target); });
  stop_at(elements[0]);
  return stop_at;
};

// A button that calls `act` with itself.
const create_button = (label, act) => {
  const button = create("button", "", {type: "button", textContent: label});
  button.addEventListener("click", () => act(button));
  return button;
};
