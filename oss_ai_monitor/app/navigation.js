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
    tab.addEventListener("click", () => { show(n); tab.ariaBusy = n !== model.active; model.send_msg(n); });
    list.append(tab);
    return tab;
  });
  const show = (active) => tabs.forEach((tab, n) => {
    tab.setAttribute("aria-selected", n === active);
    tab.ariaBusy = false;
    tab.tabIndex = n === (active < tabs.length ? active : 0) ? 0 : -1;  // else no key would reach them
    if (n === active && list.scrollWidth > list.clientWidth)
      list.scrollTo({left: tab.offsetLeft - (list.clientWidth - tab.offsetWidth) / 2});
  });
  list.addEventListener("keydown", (event) => {
    const at = tabs.indexOf(event.target), last = tabs.length - 1;
    const to = {ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last}[event.key];
    if (to === undefined) return;
    event.preventDefault();
    tabs[to].focus();
  });
  const follow = () => show(model.active);
  model.on("active", follow);
  model.on("after_layout", follow);
  follow();
  return list;
}
