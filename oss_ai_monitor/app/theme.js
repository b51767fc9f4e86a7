// The theme of the page: at first that of its head (first_theme.js), then what the reader chooses, which is kept.
const follow_theme = (page, follow) => {
  const {classList} = document.documentElement, is_dark = classList.contains("is-dark");
  if (page.dark_theme !== is_dark) page.dark_theme = is_dark;
  page.connect(page.properties.dark_theme.change, () => {
    classList.toggle("is-dark", page.dark_theme);
    localStorage.setItem("oss-ai-monitor-theme", page.dark_theme ? "dark" : "light");
    follow();
  });
  // only now is the page shown, if it is dark
  requestAnimationFrame(() => requestAnimationFrame(() => classList.add("is-ready")));
};
