// Runs on a click: reloads the page without a pinned snapshot in its address.
const here = new URL(window.location.href);
here.searchParams.delete("snapshot");
if (window.location.href === here.href) window.location.reload();
else window.location.assign(here.href);
