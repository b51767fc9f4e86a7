// Runs in the browser on a click on a name of the legend: hides what is drawn of it, or shows it again; and when the
// swatches come anew. A hidden name is pale in the legend. Nothing is sent back to the server.
const hidden = (legend.hidden_names ??= new Set()), names = swatches.data.name;
if (cb_obj.item) {
  const name = names[cb_obj.item.index];
  if (!hidden.delete(name)) hidden.add(name);
  for (const drawn of figure.renderers) {
    if (drawn.tags[0]?.name === name) drawn.visible = !hidden.has(name);
    else if (drawn.tags[0]?.column) drawn.view.filter.change.emit();
  }
}
const alpha = Array.from(swatches.data.shown, (shown, i) => (hidden.has(names[i]) ? 0.2 * shown : shown));
if (alpha.some((value, i) => value !== swatches.data.alpha[i]))
  swatches.setv({data: {...swatches.data, alpha}}, {sync: false});
