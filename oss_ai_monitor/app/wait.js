// Panel's own mark follows whatever the server does for anybody, and walks the whole document for it each time. This
// one waits for the answer to what this reader did, and costs the server nothing.
const shell = holder.document.roots().find((root) => root.class_name === "Page");
let since = null;
const say = (busy) => { if (shell.data.busy !== busy) shell.data.setv({busy}, {sync: false}); };
holder.document.on_change((change) => {
  const asks = change.sync && (change.kind === "MessageSent" || ["value", "active"].includes(change.attr));
  if (!asks && (change.sync || change.model === shell.data)) return;
  clearTimeout(since);
  if (!asks) return say(false);
  since = setTimeout(() => { say(true); since = setTimeout(() => say(false), 9000); }, 300);
});
