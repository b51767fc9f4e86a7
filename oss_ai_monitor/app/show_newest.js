// Runs on a click: reloads the page without a pinned snapshot in its address.
const here = new URL(window.location.href);
here.searchParams.delete("snapshot");
window.location.href === here.href ? window.location.reload() : window.location.assign(here.href);
