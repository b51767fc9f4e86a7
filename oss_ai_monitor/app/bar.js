// The bar beside the title: the state of the data, a link to the current view, and a report, which the server writes.
export function render({model}) {
  const bar = create("div", "bar"), status = create("span", "status");
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
  explain(bar, model.glossary);
  bar.append(status, link, report, news);
  return bar;
}
