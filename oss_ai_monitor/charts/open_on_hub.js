// Runs in the browser on a click on a point: opens the page of its model on the Hub.
const model = cb_data.source.data.model_id?.[cb_data.source.selected.indices[0]];
const path = model?.split("/").map(encodeURIComponent).join("/");
if (path) window.open("https://huggingface.co/" + path, "_blank", "noopener");
cb_data.source.selected.indices = [];
