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
if (axis.ticker.desired_num_ticks !== undefined && axis.ticker.desired_num_ticks !== dense)
  axis.ticker.setv({desired_num_ticks: dense}, quiet);

if (legend) {
  const names = legend.items.filter((item) => item.visible).map((item) => String(item.label.value ?? item.label));
  const fitting = (pixels) => {
    const sizes = names.map((name) => wide(name, `${pixels}px ${family}`) + (pixels === 14 ? 36 : 27));
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
  if (columns === 1) pixels = names.every((name) => wide(name, `14px ${family}`) + 36 <= width) ? 14 : 11;
  const swatch = pixels === 14 ? 20 : 14;
  const rows = Math.max(1, Math.ceil(names.length / columns)), tall = figure.tags[0] + (rows - 1) * 24;
  const letters = `${pixels}px`;
  if (legend.ncols !== columns || legend.label_text_font_size !== letters)
    legend.setv({ncols: columns, label_text_font_size: letters, glyph_width: swatch, spacing: pixels === 14 ? 3 : 1}, quiet);
  if (figure.height !== tall) figure.setv({height: tall}, quiet);
}

if (labels) {
  const font = "11px " + family, gap = 8, lane_height = 16, lanes = 2;
  const from = figure.x_range.start, to = figure.x_range.end;
  const at = (x) => (x - from) / (to - from) * width;
  const candidates = [];
  const ranges = filling.data.x0;
  if (ranges.length) {
    const i = ranges.length - 1, left = at(ranges[i]);
    const [unsettled, why] = figure.x_range.tags; // from when on a board lacks submissions, and the words for it
    const lacks = unsettled !== undefined && filling.data.x1[i] > unsettled;
    candidates.push({x: ranges[i], at: left, text: lacks ? why : "incomplete", first: true});
  }
  const order = Array.from(events.data.x).map((x, i) => i).sort((a, b) => events.data.x[a] - events.data.x[b]);
  for (const i of order) {
    const x = events.data.x[i];
    if (x >= from && x <= to) candidates.push({x, at: at(x), text: events.data.label[i], first: false});
  }
  const rows = Array.from({length: lanes}, () => []);
  const placed = {x: [], dx: [], y: [], text: []};
  const hatched = Array.from(ranges, (x0, i) => [at(x0), at(filling.data.x1[i])]);
  const lines = candidates.filter((label) => !label.first).map((label) => [label.at, label.at]);
  const place = (label, size, sides, avoided) => {
    for (let row = 0; row < lanes; row++) {
      for (const dx of sides) {
        const start = label.at + dx, end = start + size;
        if (start < 2 || end > width - 2) continue;
        if (rows[row].some(([a, b]) => start < b + gap && end > a - gap)) continue;
        if (avoided.some(([a, b]) => start < b && end > a)) continue;
        rows[row].push([start, end]);
        placed.x.push(label.x); placed.dx.push(dx); placed.text.push(label.text);
        placed.y.push(height - 3 - row * lane_height);
        return true;
      }
    }
    return false;
  };
  for (const label of candidates) {
    // the words for a hatched stretch are long: where they would cross a line, "incomplete" says it in short
    const short = label.first ? "incomplete" : label.text;
    const put = (text, avoided) => {
      const size = wide(text, font) * 1.06;
      return place({...label, text}, size, label.first ? [-size - 5, 5] : [5, -size - 5], avoided);
    };
    // clear of hatched ranges and other lines, else of hatched ranges; a label without room is in the hover only
    put(label.text, [...hatched, ...lines]) || put(short, [...hatched, ...lines]) || (width > 400 && put(short, hatched)) ||
      (label.first && put(short, []));
  }
  labels.setv({data: placed}, quiet);
}
