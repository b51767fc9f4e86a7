// The views by their groups: a toolbar of buttons, each of which opens a list of links. A link is followed here, with the
// choices of the reader as they are; opened in another tab, its address holds them.
const placed = (list, button) => {
  const {left, bottom} = button.getBoundingClientRect();
  list.style.top = `${bottom + 2}px`;
  list.style.left = `${Math.max(8, Math.min(left, document.documentElement.clientWidth - list.offsetWidth - 8))}px`;
  list.style.maxHeight = `${Math.max(120, innerHeight - bottom - 12)}px`;
};

export function render({model}) {
  const nav = create("nav"), bar = create("div", "groups"), links = new Map(), tops = new Map();
  let asked = null;
  nav.setAttribute("aria-label", "Views");
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", "Groups of views");
  nav.append(bar);

  const make_link = ([number, title, slug]) => {
    const link = create("a", "", {textContent: title});
    link.dataset.slug = slug;
    link.addEventListener("click", (event) => {
      if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      for (const list of bar.querySelectorAll(":popover-open")) list.hidePopover();
      asked = number === model.active ? null : number;
      show();
      model.send_msg(number);
    });
    links.set(number, link);
    return link;
  };
  const make_group = ([title, views], n) => {
    if (views.length === 1 && views[0][1] === title) {
      const link = make_link(views[0]);
      tops.set(link, [views[0][0]]);
      return [link];
    }
    const button = create("button", "", {type: "button", textContent: title}), list = create("ul", "views", {id: `views-${n}`});
    list.popover = "auto";
    list.setAttribute("aria-label", title);
    button.setAttribute("aria-controls", list.id);
    button.setAttribute("aria-expanded", "false");
    button.popoverTargetElement = list;
    for (const view of views) {
      const item = create("li");
      item.append(make_link(view));
      list.append(item);
    }
    list.addEventListener("toggle", ({newState}) => {
      button.setAttribute("aria-expanded", newState === "open");
      if (newState === "open") placed(list, button);
    });
    button.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      event.preventDefault();
      list.showPopover({source: button});
      placed(list, button);
      list.querySelector(event.key === "ArrowDown" ? "li:first-child a" : "li:last-child a").focus();
    });
    list.addEventListener("keydown", (event) => {
      move_focus(event, [...list.querySelectorAll("a")], {before: "ArrowUp", after: "ArrowDown"});
      if (event.key === "Escape") button.focus();
      event.stopPropagation();
    });
    list.addEventListener("focusout", ({relatedTarget}) => {
      if (relatedTarget && relatedTarget !== button && !list.contains(relatedTarget)) list.hidePopover();
    });
    tops.set(button, views.map(([number]) => number));
    return [button, list];
  };

  const show = () => {
    const shared = model.query ? `&${model.query}` : "";
    for (const [number, link] of links) {
      link.href = `?view=${link.dataset.slug}${shared}`;
      if (number === model.active) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
      link.ariaBusy = number === asked;
    }
    const stop = [...tops].find(([, numbers]) => numbers.includes(model.active))?.[0] ?? [...tops.keys()][0];
    stop_at(stop);
    for (const [top, numbers] of tops) {
      top.classList.toggle("active", numbers.includes(model.active));
      top.ariaBusy = numbers.includes(asked);
    }
  };
  document.addEventListener("scroll", ({target}) => {
    for (const list of bar.querySelectorAll(":popover-open")) if (!target.contains || !list.contains(target)) list.hidePopover();
  }, {capture: true, passive: true});
  model.on("active", () => { asked = null; show(); });
  model.on("query", show);
  bar.append(...model.groups.flatMap(make_group));
  const stop_at = as_toolbar(bar, [...tops.keys()]);
  show();
  return nav;
}
