// Runs in the browser on a click on a point: opens the page of its model; in a report, a notebook or an embed, which have
// no such pages, its page on the Hub. Where a point has changes of the address, it shows the page with these instead.
const clicked = cb_data.source.selected.indices[0], model = cb_data.source.data.model_id?.[clicked];
const changes = cb_data.source.data.changes?.[clicked];
cb_data.source.selected.indices = [];
const go = (detail) => window.dispatchEvent(new CustomEvent("oss-ai-monitor-go", {detail})); // without a reload (address.js)
if (changes && window.__oss_ai_monitor_model) {
  const query = new URLSearchParams(window.location.search);
  for (const [name, value] of new URLSearchParams(changes)) query.set(name, value);
  go("?" + query);
} else if (model && window.__oss_ai_monitor_model) {
  go(window.__oss_ai_monitor_model(model));
} else if (model) {
  const path = model.split("/").map(encodeURIComponent).join("/");
  window.open("https://huggingface.co/" + path, "_blank", "noopener");
}
