// The theme of the reader's system, or the one that he chose last.
const page = holder.document.roots().find((root) => root.class_name === "Page").data;
const chosen = localStorage.getItem("oss-ai-monitor-theme");
const is_dark = chosen ? chosen === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
if (page.dark_theme !== is_dark) page.dark_theme = is_dark;
const store_theme = () => localStorage.setItem("oss-ai-monitor-theme", page.dark_theme ? "dark" : "light");
page.connect(page.properties.dark_theme.change, store_theme);
