// Bokeh lays out everything on the page whenever anything changes its size: here hidden views are left out of it.
const containers = [...holder.document._all_models.values()].filter(({css_classes}) => css_classes?.includes("views"));
const is_visible = ({el}) => el.style.visibility !== "hidden";
const set_layoutable_views = (view, get) => Object.defineProperty(view, "layoutable_views", {configurable: true, get});
const skip_hidden_views = () => {
  for (const container of containers.map(({id}) => Bokeh.index.find_one_by_id(id))) {
    if (!container) return setTimeout(skip_hidden_views, 20);
    set_layoutable_views(container, () => {
      for (const view of container.child_views) set_layoutable_views(view, () => is_visible(view) ? view.child_views : []);
      return container.child_views.filter(is_visible);
    });
  }
};
skip_hidden_views();
