// The address and the title of the browser's tab follow the page; Back, Forward and links to other states of the page ask
// the server for the state of an address. Until it has answered the last of these questions, the address stays as it is.
const SNAPSHOT = "snapshot";
const BURST = 800; // milliseconds: what a reader changes so soon after another change is one step of the history with it

export function render({model}) {
  let sent = 0, moved_at = -Infinity, has_acted = false;
  const now = () => performance.now(), parameter = (search, name) => new URLSearchParams(search).get(name);
  const is_here = (search) => parameter(search, SNAPSHOT) === parameter(model.search, SNAPSHOT);
  const ask = () => {
    // another snapshot is another page; connection.js loads it once the server would answer with it
    if (!is_here(location.search)) return window.dispatchEvent(new CustomEvent("oss-ai-monitor-load"));
    sent += 1;
    model.send_msg({search: location.search, number: sent});
  };
  const write = (is_answer) => {
    document.title = model.title;
    if (model.answered < sent || model.search === location.search) return;
    const is_other_view = parameter(location.search, "view") !== parameter(model.search, "view");
    const is_step = has_acted && !is_answer && (is_other_view || now() - moved_at > BURST);
    history[is_step ? "pushState" : "replaceState"]({}, "", location.pathname + model.search);
    if (has_acted && !is_answer) moved_at = now();
    has_acted = false;
  };
  model.on("search", () => write(false));
  model.on("title", () => { document.title = model.title; });
  model.on("answered", () => {
    sent = Math.max(sent, model.answered); // one that was kept over a reload has a number of its own
    write(true);
  });
  // Only what a reader does is a step of the history, not what the server corrects by itself.
  for (const kind of ["pointerdown", "keydown"])
    document.addEventListener(kind, () => { has_acted = true; }, {capture: true, passive: true});
  window.addEventListener("popstate", ask);
  const go = (search) => {
    if (search === location.search) return;
    history.pushState({}, "", location.pathname + search);
    ask();
  };
  window.addEventListener("oss-ai-monitor-go", ({detail}) => go(detail)); // of the search box, and of a point of a chart
  // A link to another state of this page needs no reload.
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = event.composedPath().find((element) => element.tagName === "A");
    const search = link?.getAttribute("href") ?? "";
    if (!search.startsWith("?") || link.target || link.download || !is_here(search)) return;
    event.preventDefault();
    go(search);
  });
  write(true);
  return create("span", "", {hidden: true});
}
