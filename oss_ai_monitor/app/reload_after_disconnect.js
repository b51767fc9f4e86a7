// After the connection was closed for good, because it was idle for hours, the next click or key reloads the page.
const again = () => window.location.reload();
if (cb_obj.timeout == null) for (const kind of ["pointerdown", "keydown"]) window.addEventListener(kind, again);
