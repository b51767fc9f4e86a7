// Runs in the browser whenever the ladder's width or data change: places each name at the last rung of its ladder, where it
// covers no other name and no point, and stays inside the figure; a name without room stands in the legend only. Nothing is
// sent back to the server.
if (figure.properties.inner_width.is_unset) return;  // not on the page yet
const width = figure.inner_width, height = figure.inner_height;
if (!(width > 50)) return;
const font = "bold 11px helvetica, arial, sans-serif", tall = 15, gap = 10;
const pen = (window.__oss_ai_monitor_pen ??= document.createElement("canvas").getContext("2d"));
pen.font = font;
const across = (x) => (x - figure.x_range.start) / (figure.x_range.end - figure.x_range.start) * width;
const up = (y) => (y - figure.y_range.start) / (figure.y_range.end - figure.y_range.start) * height;
const meet = (a, b) => a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1];
const marks = points.flatMap(({data}) => Array.from(data.x, (x, i) => {
  const at = across(x), of = up(data.y[i]), half = data.size[i] / 2 + 1;
  return [at - half, of - half, at + half, of + half];
}));
// the steps and the lines that go on from them, each as thin boxes: a name is easier to read beside a line than on it
const paths = [];
for (const source of lines) {
  source.data.xs.forEach((xs, n) => {
    const ys = source.data.ys[n];
    for (let i = 1; i < xs.length; i++) {
      const a = [across(xs[i - 1]), up(ys[i - 1])], b = [across(xs[i]), up(ys[i])];
      paths.push([Math.min(a[0], b[0]) - 1, Math.min(a[1], b[1]) - 1, Math.max(a[0], b[0]) + 1, Math.max(a[1], b[1]) + 1]);
    }
  });
}
const names = candidates.data, occupied = [], placed = {x: [], y: [], dx: [], dy: [], text: []};
const order = Array.from(names.x).map((_, i) => i);
if (!is_ranked) order.sort((a, b) => names.y[b] - names.y[a] || names.x[b] - names.x[a]);
for (const i of order) {
  const at = across(names.x[i]), of = up(names.y[i]), size = pen.measureText(names.text[i]).width * 1.03;
  const spots = [[gap, 3], [-size / 2, 8], [gap, -tall - 3], [-size - gap, 3], [gap, -tall / 2], [-size - gap, -tall - 3], [-size / 2, -tall - 8]];
  for (let step = 1; step <= (width > 600 ? 2 : 1); step++) spots.push([gap, 3 + step * tall], [-size / 2, 8 + step * tall], [gap, -tall - 3 - step * tall], [-size - gap, 3 + step * tall], [-size - gap, -tall - 3 - step * tall]);
  const boxes = spots.map(([dx, dy]) => [at + dx, of + dy, at + dx + size, of + dy + tall]);
  const free = (box) => box[0] >= 2 && box[2] <= width - 2 && box[1] >= 2 && box[3] <= height - 2 && !occupied.some((other) => meet(box, other));
  const clear = (box) => free(box) && !marks.some((mark) => meet(box, mark));
  let best = boxes.findIndex((box) => clear(box) && !paths.some((path) => meet(box, path)));
  if (best < 0) best = boxes.findIndex(clear);
  if (best < 0) continue;
  occupied.push(boxes[best]);
  placed.x.push(names.x[i]); placed.y.push(names.y[i]); placed.text.push(names.text[i]);
  placed.dx.push(spots[best][0]); placed.dy.push(spots[best][1]);
}
const quiet = {sync: false}, colour = figure.yaxis?.[0]?.major_label_text_color ?? axis.major_label_text_color;
if (colour && label_set.text_color !== colour) label_set.setv({text_color: colour}, quiet);
labels.setv({data: placed}, quiet);
