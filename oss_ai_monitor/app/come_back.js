// A connection that is gone for good, because nothing was done for hours: the next click begins where the address is.
const again = () => window.location.reload();
if (cb_obj.timeout == null) for (const kind of ["pointerdown", "keydown"]) window.addEventListener(kind, again);
