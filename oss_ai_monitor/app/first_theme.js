// In the head of the page, so that nothing is painted in the other theme first: that of the reader's system, or the one that
// he chose last. The page itself gets it from theme.js.
const is_dark_at_first = () => {
  const chosen = localStorage.getItem("oss-ai-monitor-theme");
  return chosen ? chosen === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
};
document.documentElement.classList.toggle("is-dark", is_dark_at_first());
