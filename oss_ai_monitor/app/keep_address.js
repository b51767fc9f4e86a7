// Set the address and the title of the browser's tab from the page; going back loads the page of that address,
// once the server would answer with it (connection.js).
const [search = "", title = document.title] = holder.tags, here = new URLSearchParams(window.location.search);
document.title = title;
if (search === window.location.search) return;
const before = here.get("view"), after = new URLSearchParams(search).get("view");
const is_other_view = before !== null && before !== after;
window.history[is_other_view ? "pushState" : "replaceState"]({}, "", window.location.pathname + search);
if (!window.__oss_ai_monitor_back) {
  window.__oss_ai_monitor_back = true;
  window.addEventListener("popstate", () => window.dispatchEvent(new CustomEvent("oss-ai-monitor-load")));
}
