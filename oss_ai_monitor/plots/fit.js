// Runs in the browser whenever a figure's width, dates or marks change: how many ticks and legend columns fit,
// and where labels go so that they neither cover each other nor run out of the picture. Nothing of it goes back
// to the server.
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
  const sizes = legend.items.filter((item) => item.visible).map((item) => wide(String(item.label.value ?? item.label), "14px " + family) + 36);
  const taken = (columns) => {
    const most = Array(columns).fill(0);
    sizes.forEach((size, i) => { most[i % columns] = Math.max(most[i % columns], size); });
    return most.reduce((sum, size) => sum + size, 0);
  };
  let columns = Math.max(1, sizes.length);
  while (columns > 1 && taken(columns) > width) columns--;
  const rows = Math.max(1, Math.ceil(sizes.length / columns)), tall = figure.tags[1] + (rows - 1) * 24;
  if (legend.ncols !== columns) legend.setv({ncols: columns}, quiet);
  if (figure.height !== tall) figure.setv({height: tall}, quiet);
}

if (labels) {
  const font = "11px " + family, gap = 8, lane_height = 16, lanes = 2;
  const from = figure.x_range.start, to = figure.x_range.end;
  const at = (x) => (x - from) / (to - from) * width;
  const wanted = [];
  const stretches = filling.data.x0;
  if (stretches.length) {
    const i = stretches.length - 1, left = at(stretches[i]);
    wanted.push({x: stretches[i], at: left, text: "still filling", first: true});
  }
  const order = Array.from(events.data.x).map((x, i) => i).sort((a, b) => events.data.x[a] - events.data.x[b]);
  for (const i of order) {
    const x = events.data.x[i];
    if (x >= from && x <= to) wanted.push({x, at: at(x), text: events.data.label[i], first: false});
  }
  const rows = Array.from({length: lanes}, () => []);
  const placed = {x: [], dx: [], y: [], text: []};
  for (const label of wanted) {
    const size = wide(label.text, font) * 1.06;
    const sides = label.first ? [-size - 5, 5] : [5, -size - 5];
    search: for (let row = 0; row < lanes; row++) {
      for (const dx of sides) {
        const start = label.at + dx, end = start + size;
        if (start < 2 || end > width - 2) continue;
        if (rows[row].some(([a, b]) => start < b + gap && end > a - gap)) continue;
        rows[row].push([start, end]);
        placed.x.push(label.x); placed.dx.push(dx); placed.text.push(label.text);
        placed.y.push(height - 3 - row * lane_height);
        break search;
      }
    }
  }
  labels.setv({data: placed}, quiet);
}
