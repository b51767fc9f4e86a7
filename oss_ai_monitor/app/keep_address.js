// Keep the address and the title of the browser's tab as the page says; going back loads what the address asks for.
const [wanted = "", title = document.title] = holder.tags, here = new URLSearchParams(window.location.search);
document.title = title;
if (wanted === window.location.search) return;
const before = here.get("view"), after = new URLSearchParams(wanted).get("view");
const moved = before !== null && before !== after;
window.history[moved ? "pushState" : "replaceState"]({}, "", window.location.pathname + wanted);
if (!window.__oss_ai_monitor_back) {
  window.__oss_ai_monitor_back = true;
  window.addEventListener("popstate", () => window.location.reload());
}
