// The tabs of perspectives and pages, one of them selected: by a click, or with the arrow keys and Enter.
export function render({model}) {
  const list = document.createElement("div");
  list.className = "list";
  list.setAttribute("role", "tablist");
  const tabs = model.titles.map((title, n) => {
    const tab = document.createElement("button");
    tab.type = "button";
    tab.textContent = title;
    tab.setAttribute("role", "tab");
    tab.addEventListener("click", () => { model.active = n; });
    list.append(tab);
    return tab;
  });
  const show = () => tabs.forEach((tab, n) => {
    tab.setAttribute("aria-selected", n === model.active);
    tab.tabIndex = n === (model.active < tabs.length ? model.active : 0) ? 0 : -1;  // else no key would reach them
    if (n === model.active && list.scrollWidth > list.clientWidth)
      list.scrollTo({left: tab.offsetLeft - (list.clientWidth - tab.offsetWidth) / 2});
  });
  list.addEventListener("keydown", (event) => {
    const at = tabs.indexOf(event.target), last = tabs.length - 1;
    const to = {ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last}[event.key];
    if (to === undefined) return;
    event.preventDefault();
    tabs[to].focus();
  });
  model.on("active", show);
  model.on("after_layout", show);
  show();
  return list;
}
