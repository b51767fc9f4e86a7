// The order of the page for the keyboard: shortcuts, header, navigation, content, and then the filters, which are drawn at
// the left of it all the same.
const element_of = (bokeh_document, is_wanted) => {
  const model = [...bokeh_document.all_models].find(is_wanted);
  return model && Bokeh.index.find_one_by_id(model.id)?.el;
};

const arrange = (page, bokeh_document) => {
  const root = Bokeh.index.find_one_by_id(page.id).shadow_el;
  const filters = root.querySelector("nav"), main = root.querySelector("main");
  filters.setAttribute("aria-label", "Filters");
  main.after(filters);
  root.querySelector("[role=progressbar]")?.setAttribute("aria-label", "The server is working");
  for (const spacer of root.querySelectorAll("h5")) spacer.setAttribute("role", "presentation"); // below the header, of the library
  const targets = {
    content: () => {
      const content = element_of(bokeh_document, ({css_classes}) => css_classes?.includes("views"));
      content.tabIndex = -1;
      return content;
    },
    filters: () => {
      page.data.sidebar_open = true;
      const controls = element_of(bokeh_document, ({class_name}) => class_name === "Controls");
      return controls.shadowRoot.querySelector("select, input");
    },
  };
  for (const button of document.querySelectorAll("#shortcuts button"))
    button.addEventListener("click", () => targets[button.dataset.to]().focus());
};
