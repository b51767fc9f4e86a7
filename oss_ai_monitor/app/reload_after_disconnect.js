// After the connection was closed for good, because it was idle for hours, the next click or key reloads the page.
// While the server is away the page stays: the next click asks again.
const again = () => fetch(window.location.href, {method: "HEAD"}).then(() => window.location.reload(), () => {});
if (cb_obj.timeout == null) for (const kind of ["pointerdown", "keydown"]) window.addEventListener(kind, again);
