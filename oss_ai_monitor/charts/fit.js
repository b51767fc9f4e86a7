// Runs in the browser whenever a figure's width, dates or marks change: decides how many ticks and legend columns fit,
// and where labels go so that they neither cover each other nor leave the figure. Nothing is sent back to the server.
if (figure.properties.inner_width.is_unset) return;  // not on the page yet
const width = figure.inner_width, height = figure.inner_height;
if (!(width > 50)) return;
const quiet = {sync: false};
const pen = (window.__oss_ai_monitor_pen ??= document.createElement("canvas").getContext("2d"));
const wide = (text, font) => { pen.font = font; return pen.measureText(text).width; };
const family = "system-ui, 'DejaVu Sans', sans-serif";

const dense = Math.max(2, Math.floor(width / 110));
if (axis.ticker.desired_num_ticks !== undefined) {
  const {start, end} = figure.x_range;
  // one date alone tells no scale: then more are wanted of the ticker
  for (let wanted = dense; wanted <= dense + 3; wanted++) {
    if (axis.ticker.desired_num_ticks !== wanted) axis.ticker.setv({desired_num_ticks: wanted}, quiet);
    if (!(end > start)) break;
    const {major} = axis.ticker.get_ticks(start, end, figure.x_range, NaN);
    if (major.filter((tick) => tick >= start && tick <= end).length > 1) break;
  }
}

if (legend) {
  const names = legend.items.filter((item) => item.visible).map((item) => String(item.label.value ?? item.label));
  const fitting = (pixels) => {
    const sizes = names.map((name) => wide(name, `${pixels}px ${family}`) + (pixels === 14 ? 41 : 29));
    let columns = Math.max(1, sizes.length);
    const taken = () => {
      const most = Array(columns).fill(0);
      sizes.forEach((size, i) => { most[i % columns] = Math.max(most[i % columns], size); });
      return most.reduce((sum, size) => sum + size, 0);
    };
    while (columns > 1 && taken() > width) columns--;
    return columns;
  };
  // one name under the other is a last resort: smaller letters come first
  let pixels = 14, columns = fitting(pixels);
  while (columns === 1 && names.length > 1 && pixels > 11) columns = fitting(--pixels);
  if (columns === 1) pixels = names.every((name) => wide(name, `14px ${family}`) + 41 <= width) ? 14 : 11;
  const swatch = pixels === 14 ? 20 : 14;
  const rows = Math.max(1, Math.ceil(names.length / columns)), tall = figure.tags[0] + (rows - 1) * (pixels === 14 ? 28 : 24);
  const letters = `${pixels}px`;
  if (legend.ncols !== columns || legend.label_text_font_size !== letters)
    legend.setv({ncols: columns, label_text_font_size: letters, glyph_width: swatch, spacing: pixels === 14 ? 8 : 3}, quiet);
  if (figure.height !== tall) figure.setv({height: tall}, quiet);
}

if (labels) {
  const font = "11px helvetica, arial, sans-serif", gap = 8, lane_height = 16;
  const {start: from, end: to} = figure.x_range, {start: low, end: high} = figure.y_range;
  const at_x = (x) => (x - from) / (to - from) * width;
  const hatched = Array.from(filling.data.x0, (x0, i) => [at_x(x0), at_x(filling.data.x1[i])]);
  const lanes = Math.min(3, events.data.x.length + (hatched.length > 0)); // for which chart.py leaves room above the data
  const rows = Array.from({length: lanes}, () => ({names: [], lines: []}));
  const placed = {x: [], dx: [], y: [], text: []}, drawn = {x: [], y0: [], y1: [], label: [], source: []};
  // The lane in which a text has room beside x; no line runs through a name, for a line ends at the lane of its own.
  const place = (x, text, order, avoided, is_line) => {
    const size = wide(text, font) * 1.06, at = at_x(x);
    for (const row of order) {
      const below = rows.slice(row + 1);
      if (is_line && below.some(({names}) => names.some(([a, b]) => at > a - 3 && at < b + 3))) continue;
      for (const dx of is_line ? [5, -size - 5] : [-size - 5, 5]) {
        const start = at + dx, end = start + size;
        if (start < 2 || end > width - 2) continue;
        if (avoided.some(([a, b]) => start < b && end > a)) continue;
        if (rows[row].names.some(([a, b]) => start < b + gap && end > a - gap)) continue;
        if (rows[row].lines.some((line) => line > start - 3 && line < end + 3)) continue;
        rows[row].names.push([start, end]);
        if (is_line) for (const {lines} of rows.slice(row)) lines.push(at);
        placed.x.push(x); placed.dx.push(dx); placed.text.push(text);
        placed.y.push(height - 3 - row * lane_height);
        return row;
      }
    }
    return -1;
  };
  const downwards = rows.map((_, row) => row), upwards = rows.map((_, row) => lanes - 1 - row);
  if (hatched.length) {
    const i = hatched.length - 1, x = filling.data.x0[i];
    const [unsettled, why] = figure.x_range.tags; // from when on a board lacks submissions, and the words for it
    const text = unsettled !== undefined && filling.data.x1[i] > unsettled ? why : "incomplete";
    if (place(x, text, downwards, hatched) < 0 && place(x, "incomplete", downwards, hatched) < 0)
      place(x, "incomplete", downwards, []);
  }
  // from the left: the lowest lane first, clear of later lines and of hatched stretches if it can be; a line is drawn if
  // its name has room
  const order = Array.from(events.data.x, (_, i) => i).sort((a, b) => events.data.x[a] - events.data.x[b]);
  for (const [n, i] of order.entries()) {
    const x = events.data.x[i], text = events.data.label[i];
    if (x < from || x > to) continue;
    const later = order.slice(n + 1).map((j) => at_x(events.data.x[j])).map((at) => [at - 3, at + 3]);
    let row = -1;
    for (const avoided of [[...hatched, ...later], hatched, later, []]) if (row < 0) row = place(x, text, upwards, avoided, true);
    if (row < 0) continue;
    drawn.x.push(x); drawn.y0.push(low); drawn.y1.push(low + (high - low) * (height - 2 - row * lane_height) / height);
    drawn.label.push(text); drawn.source.push(events.data.source[i]);
  }
  lines.setv({data: drawn}, quiet);
  labels.setv({data: placed}, quiet);
}
