// The address of a model's page, for charts: it pins the snapshot that this page pins.
window.__oss_ai_monitor_model = (name) => {
  const snapshot = new URLSearchParams(window.location.search).get("snapshot");
  return "?" + new URLSearchParams({model: name, ...(snapshot && {snapshot})});
};
