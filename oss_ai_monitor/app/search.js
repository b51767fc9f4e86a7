// The search box: "/" leads to it, Escape out of it. The server is asked a moment after the last letter, and an answer that
// was overtaken by a newer question is not shown.
const PAUSE = 120; // milliseconds

export function render({model}) {
  const form = create("search"), label = create("label", "hidden", {textContent: "Search models, owners, families and releases"});
  const note = create("p", "note", {hidden: true}), hint = create("kbd", "", {textContent: "/", ariaHidden: "true"});
  let sent = 0, shown = 0, timer = null;
  const box = combobox({
    pick: ({value}) => {
      if (shown !== sent) return; // of an earlier text
      window.dispatchEvent(new CustomEvent("oss-ai-monitor-go", {detail: value}));
      leave();
    },
    typed: (text) => {
      clearTimeout(timer);
      sent += 1;
      if (text.trim().length < 2) return show([], "");
      timer = setTimeout(() => model.send_msg({typed: text.slice(0, 100), number: sent}), PAUSE);
    },
    draw: (element, {kind, name, facts}) => {
      const texts = [["kind", kind], ["name", name], ["facts", facts]];
      element.replaceChildren(...texts.map(([class_name, textContent]) => create("span", class_name, {textContent})));
    },
  });
  const {input, list} = box;
  const show = (results, text) => {
    box.offer(results.map(([kind, name, facts, value]) => ({kind, name, facts, value})));
    note.textContent = text;
    note.hidden = !text;
  };
  const leave = () => {
    input.value = "";
    input.blur();
  };
  model.on("msg:custom", ({number, results, note: text}) => {
    if (number !== sent) return;
    shown = number;
    show(results, text);
  });
  label.htmlFor = input.id;
  list.setAttribute("aria-label", "Results");
  note.setAttribute("role", "status");
  Object.assign(input, {placeholder: "Search models, owners, releases", maxLength: 100, enterKeyHint: "go"});
  input.setAttribute("aria-keyshortcuts", "/");
  input.addEventListener("keydown", (event) => { if (event.key === "Escape") leave(); }, {capture: true});
  document.addEventListener("keydown", (event) => {
    const {tagName, isContentEditable} = event.composedPath()[0];
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isContentEditable) return;
    if (["INPUT", "TEXTAREA", "SELECT"].includes(tagName)) return;
    event.preventDefault();
    input.focus();
  });
  form.append(label, input, hint, list, note);
  return form;
}
