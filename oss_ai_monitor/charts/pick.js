// Runs in the browser on a click on a row or a cell: puts its names where the page reads them (chart.js). Outside of the
// page nobody does, and nothing happens.
const {data, selected} = cb_data.source, row = selected.indices[0];
selected.indices = [];
if (row !== undefined) {
  const names = columns.map((column) => data[column][row]);
  picked.data = {names, at: names.map(() => performance.now())}; // so that a second click on the same is another
}
