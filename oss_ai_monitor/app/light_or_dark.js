// Light or dark as the reader's system is, until he chooses himself; then as he chose last.
const themed = holder.document.roots().find((root) => root.class_name === "Page").data;
const chosen = localStorage.getItem("oss-ai-monitor-theme");
const is_dark = chosen ? chosen === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
if (themed.dark_theme !== is_dark) themed.dark_theme = is_dark;
const kept = () => localStorage.setItem("oss-ai-monitor-theme", themed.dark_theme ? "dark" : "light");
themed.connect(themed.properties.dark_theme.change, kept);
