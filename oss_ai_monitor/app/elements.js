// Elements of plain HTML.
const create = (tag, class_name = "", properties = {}) => {
  const element = Object.assign(document.createElement(tag), properties);
  if (class_name) element.className = class_name;
  return element;
};

// A button that calls `act` with itself.
const create_button = (label, act) => {
  const button = create("button", "", {type: "button", textContent: label});
  button.addEventListener("click", () => act(button));
  return button;
};
