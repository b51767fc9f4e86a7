// The busy indicator. Panel's own one reacts to every session and traverses the document each time; this one shows that
// the answer to this reader's last change is awaited, without any work of the server.
const page = holder.document.roots().find((root) => root.class_name === "Page");
let timer = null;
const set_busy = (busy) => { if (page.data.busy !== busy) page.data.setv({busy}, {sync: false}); };
holder.document.on_change((change) => {
  const is_message = change.kind === "MessageSent" && change.msg_data?.data?.typed === undefined; // a search says so itself
  const is_request = change.sync && (is_message || change.attr === "value");
  if (!is_request && (change.sync || change.model === page.data)) return;
  clearTimeout(timer);
  if (!is_request) return set_busy(false);
  timer = setTimeout(() => { set_busy(true); timer = setTimeout(() => set_busy(false), 9000); }, 300);
});
