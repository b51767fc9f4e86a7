// Runs in the browser on a click into a chart: finds the row or the cell there by its names on the axes, and puts the names
// of its data where the page reads them (chart.js). Outside of the page nobody does, and nothing happens.
const factor = (range, at) => range.factors?.[Math.floor(at)];
const row = factor(figure.y_range, cb_obj.y), column = factor(figure.x_range, cb_obj.x);
const {data} = source, is_there = (i) => data.row[i] === row && (column === undefined || data.column[i] === column);
const n = row === undefined ? -1 : Array.from(data.row).findIndex((_, i) => is_there(i));
if (n >= 0) {
  const names = columns.map((name) => data[name][n]);
  picked.data = {names, at: names.map(() => performance.now())}; // so that a second click on the same is another
}
