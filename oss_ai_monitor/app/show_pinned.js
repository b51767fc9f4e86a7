// Runs on a click: loads the page with the pinned snapshot in its address, by connection.js.
const here = new URL(window.location.href);
here.searchParams.set("snapshot", snapshot);
window.dispatchEvent(new CustomEvent("oss-ai-monitor-load", {detail: here.href}));
