// The bar of the header: title, the state of the data, a link to the current view, a report, which the server writes, and
// the theme. It also brings the page around it into order.
const CONTRAST = "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm0 2v16a8 8 0 0 1 0-16z";

const show_shortcut = (has_filters) => { document.querySelector("#shortcuts [data-to=filters]").hidden = !has_filters; };

export function render({model, view}) {
  const {document: bokeh_document} = view.model;
  const page = bokeh_document.roots().find((root) => root.class_name === "Page");
  const bar = create("div", "bar"), status = create("span", "status"), title = create("h1");
  title.append(create("a", "", {href: "./", tabIndex: -1, textContent: model.title})); // "Overview" leads there as well
  const follow = () => { status.textContent = model.status; };
  model.on("status", follow);
  follow();
  const link = create_button("Link", async (pressed) => {
    await copied(window.location.href);
    pressed.textContent = "Copied";
    setTimeout(() => { pressed.textContent = "Link"; }, 1500);
  });
  const report = create_button("Report", () => model.send_msg("report")), news = create("div", "news");
  report.title = "All perspectives under these filters, in one file to read offline and to send";
  news.popover = "auto";
  news.setAttribute("role", "status");
  const notify = (text) => {
    news.textContent = text;
    news.showPopover();
    setTimeout(() => { if (news.matches(":popover-open")) news.hidePopover(); }, 9000);
  };
  const work = () => {
    report.disabled = model.writing;
    report.setAttribute("aria-busy", model.writing);
    report.textContent = model.writing ? "Writing…" : "Report";
    if (model.writing) notify("The report is being written: a few seconds, then it is downloaded.");
    else if (news.matches(":popover-open")) news.hidePopover();
  };
  model.on("writing", work);
  model.on("msg:custom", ({name, page, error}) => {
    if (error) notify(error);
    else download(new Blob([page], {type: "text/html"}), name);
  });
  const theme = create_button("", () => { page.data.dark_theme = !page.data.dark_theme; });
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", CONTRAST);
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.append(path);
  theme.className = "theme";
  theme.title = "Light or dark";
  theme.setAttribute("aria-label", "Toggle theme");
  theme.append(drawing);
  const press = () => theme.setAttribute("aria-pressed", page.data.dark_theme);
  const tools = create("div", "tools");
  tools.setAttribute("role", "toolbar");
  tools.setAttribute("aria-label", "Page");
  tools.append(link, report, theme);
  as_toolbar(tools, [link, report, theme]);
  explain(bar, model.glossary);
  bar.append(title, status, tools, news);
  if (page) {
    follow_theme(page.data, press);
    arrange(page, bokeh_document);
    model.on("has_filters", () => show_shortcut(model.has_filters));
    show_shortcut(model.has_filters);
    press();
  }
  return bar;
}
