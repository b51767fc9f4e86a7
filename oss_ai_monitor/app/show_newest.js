// Runs on a click: loads the page without a pinned snapshot in its address, by connection.js.
const here = new URL(window.location.href);
here.searchParams.delete("snapshot");
window.dispatchEvent(new CustomEvent("oss-ai-monitor-load", {detail: here.href}));
