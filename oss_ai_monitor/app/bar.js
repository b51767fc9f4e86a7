// Beside the title: what the data is, a link to what is seen, and a report of it, which the server writes.
export function render({model}) {
  const bar = document.createElement("div"), said = document.createElement("span");
  bar.className = "bar";
  said.className = "said";
  const follow = () => { said.textContent = model.status; };
  model.on("status", follow);
  follow();
  const button = (label, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = label;
    made.addEventListener("click", () => act(made));
    return made;
  };
  const link = button("Link", async (pressed) => {
    await copied(window.location.href);
    pressed.textContent = "Copied";
    setTimeout(() => { pressed.textContent = "Link"; }, 1500);
  });
  const report = button("Report", () => model.send_msg("report")), news = document.createElement("div");
  report.title = "All perspectives under these filters, in one file to read offline and to send";
  news.className = "news";
  news.popover = "auto";
  news.setAttribute("role", "status");
  const tell = (text) => {
    news.textContent = text;
    news.showPopover();
    setTimeout(() => { if (news.matches(":popover-open")) news.hidePopover(); }, 9000);
  };
  const work = () => {
    report.disabled = model.writing;
    report.setAttribute("aria-busy", model.writing);
    report.textContent = model.writing ? "Writing…" : "Report";
    if (model.writing) tell("The report is being written: a few seconds, then it is downloaded.");
    else if (news.matches(":popover-open")) news.hidePopover();
  };
  model.on("writing", work);
  model.on("msg:custom", ({name, page, told}) => {
    if (told) tell(told);
    else download(new Blob([page], {type: "text/html"}), name);
  });
  explain(bar, model.glossary);
  bar.append(said, link, report, news);
  return bar;
}
