// Runs on a click: reloads the page with the pinned snapshot in its address.
const here = new URL(window.location.href);
here.searchParams.set("snapshot", snapshot);
window.location.assign(here.href);
