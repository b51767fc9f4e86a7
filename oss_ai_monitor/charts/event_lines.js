// Runs in the browser whenever a figure's size, axes or lines change: decides which lines get a name, and in which lane the
// name stands. Lines come in the order of their rank. No name covers another or leaves the figure, and no line runs through
// a name: a line ends at the lane of its name. Names avoid hatched periods where they can, and leave room below them for the
// names of lines that must be drawn. A line without room for its name is not drawn.
if (figure.properties.inner_width.is_unset) return;  // not on the page yet
const width = figure.inner_width, height = figure.inner_height;
const {start: from, end: to} = figure.x_range, {start: low, end: high} = figure.y_range;
if (!(width > 50) || !(to > from) || !(high > low)) return;
const pen = (window.__oss_ai_monitor_pen ??= document.createElement("canvas").getContext("2d"));
pen.font = "11px helvetica, arial, sans-serif";
const lane_height = 16, gap = 6, offset = 4, lanes = lines.tags[0];
const reserved = filling !== null && filling.data.x0.length ? 1 : 0; // the topmost lane says what the hatched stretch is
const rows = Array.from({length: lanes - reserved}, () => ({names: [], lines: []}));
const drawn = {x: [], y0: [], y1: [], label: [], on: [], source: []};
const placed = {x: [], dx: [], y: [], text: [], style: []};
const candidates = lines.data;
const at_x = (x) => (x - from) / (to - from) * width;
const hatched = filling === null ? [] : Array.from(filling.data.x0, (x0, i) => [at_x(x0), at_x(filling.data.x1[i])]);

const place = (at, size, avoided, unnamed) => {
  for (let row = rows.length - 1; row >= 0; row--) {
    const below = rows.slice(row + 1);
    if (below.some(({names}) => names.some(([a, b]) => at > a - 3 && at < b + 3))) continue;
    for (const dx of [offset, -size - offset]) {
      const start = at + dx, end = start + size;
      if (start < 1 || end > width - 1) continue;
      if (avoided.some(([a, b]) => start < b && end > a)) continue;
      if (unnamed.filter((x) => x > start - 3 && x < end + 3).length > below.length) continue;
      if (rows[row].names.some(([a, b]) => start < b + gap && end > a - gap)) continue;
      if (rows[row].lines.some((x) => x > start - 3 && x < end + 3)) continue;
      rows[row].names.push([start, end]);
      for (const {lines} of below) lines.push(at);
      rows[row].lines.push(at);
      return {row, dx};
    }
  }
  return null;
};
const at_lane = (row) => low + (high - low) * (height - 2 - (row + reserved) * lane_height) / height;

for (let i = 0; i < candidates.x.length; i++) {
  const x = candidates.x[i];
  if (x < from || x > to) continue;
  const at = at_x(x), size = pen.measureText(candidates.name[i]).width * 1.06;
  const unnamed = [];
  for (let j = i + 1; j < candidates.x.length; j++) if (candidates.must[j]) unnamed.push(at_x(candidates.x[j]));
  const slot = place(at, size, hatched, unnamed) ?? place(at, size, hatched, []) ?? place(at, size, [], []);
  if (slot === null) continue;
  placed.x.push(x); placed.dx.push(slot.dx); placed.text.push(candidates.name[i]); placed.style.push(candidates.style[i]);
  placed.y.push(height - 2 - (slot.row + reserved) * lane_height);
  drawn.x.push(x); drawn.y0.push(low); drawn.y1.push(at_lane(slot.row));
  for (const column of ["label", "on", "source"]) drawn[column].push(candidates[column][i]);
}
named.setv({data: drawn}, {sync: false});
labels.setv({data: placed}, {sync: false});
