// The address of the page of a model or an owner, for scripts: it pins the snapshot that this page pins.
window.__oss_ai_monitor_model = (name, kind = "model") => {
  const snapshot = new URLSearchParams(window.location.search).get("snapshot");
  return "?" + new URLSearchParams({[kind]: name, ...(snapshot && {snapshot})});
};
