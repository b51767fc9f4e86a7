// Bokeh lays out everything on the page whenever anything changes its size: what is away takes no part in it here.
const places = [...holder.document._all_models.values()].filter(({css_classes}) => css_classes?.includes("places"));
const is_here = ({el}) => el.style.visibility !== "hidden";
const laid_out = (view, get) => Object.defineProperty(view, "layoutable_views", {configurable: true, get});
const rest = () => {
  for (const place of places.map(({id}) => Bokeh.index.find_one_by_id(id))) {
    if (!place) return setTimeout(rest, 20);
    laid_out(place, () => {
      for (const view of place.child_views) laid_out(view, () => is_here(view) ? view.child_views : []);
      return place.child_views.filter(is_here);
    });
  }
};
rest();
