// Runs in the browser on a click on a point: opens the page of its model; in a report, a notebook or an embed, which have
// no such pages, its page on the Hub.
const model = cb_data.source.data.model_id?.[cb_data.source.selected.indices[0]];
cb_data.source.selected.indices = [];
if (model && window.__oss_ai_monitor_model) {
  const detail = window.__oss_ai_monitor_model(model);
  window.dispatchEvent(new CustomEvent("oss-ai-monitor-go", {detail})); // without a reload (address.js)
} else if (model) {
  const path = model.split("/").map(encodeURIComponent).join("/");
  window.open("https://huggingface.co/" + path, "_blank", "noopener");
}
