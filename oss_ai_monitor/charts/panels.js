// Runs in the browser whenever the width, the data or the theme of a grid of panels change: places the panels in columns,
// and fills the sources that are drawn with coordinates in pixels from the upper left corner. Bokeh's own axes are
// hidden; they hold titles, ticks, formats and colours. Nothing is sent back to the server.
if (figure.properties.inner_width.is_unset) return;  // not on the page yet
const quiet = {sync: false};
const draw = () => {
  const width = figure.inner_width;
  if (!(width > 50)) return;

  // All colours of the theme: it sets them on these two models, and everything that is drawn takes them from here.
  const ink = y_axis.axis_label_text_color, pale = y_axis.major_label_text_color, faint = y_grid.grid_line_color;
  const colours = [[panel_titles, "text_color", ink], [axis_titles, "text_color", ink], [trend_line, "line_color", ink], [labels, "text_color", pale], [tick_line, "line_color", faint]];
  for (const [glyph, property, colour] of colours) {
    const value = colour?.value ?? colour;
    if ((glyph[property]?.value ?? glyph[property]) !== value) glyph.setv({[property]: {value}}, quiet);
  }

  const pen = (window.__oss_ai_monitor_pen ??= document.createElement("canvas").getContext("2d"));
  const wide = (text, font) => { pen.font = `${font} system-ui, 'DejaVu Sans', sans-serif`; return pen.measureText(text).width; };
  const {title: titles, colour} = panels.data, count = titles.length;
  const gap = 14, row_gap = 10, above = 24, below = 22, margin = 10, side = 18, foot = 18;
  const columns = Math.max(1, Math.floor((width + gap) / (Math.max(270, 0.24 * width) + gap)));
  const rows = Math.max(1, Math.ceil(count / columns)), height = rows * (row_height + row_gap) - row_gap + foot;
  const values = y_axis.ticker.ticks, low = values[0], high = values[values.length - 1], {start, end: stop} = dates;
  const value_texts = y_axis.formatter.doFormat(values, {loc: 0});
  const room = Math.ceil(Math.max(...value_texts.map((text) => wide(text, "11px")))) + 6;
  const cell = (width - side - gap * (columns - 1)) / columns;
  const across = Math.round(cell - room - margin), up = row_height - above - below;
  const left_of = (n) => Math.round(side + (n % columns) * (cell + gap) + room);
  const top_of = (n) => Math.floor(n / columns) * (row_height + row_gap) + above;
  const per_day = across / (stop - start), per_value = up / (high - low);
  const x_of = (moment) => Math.min(Math.max((moment - start) * per_day, 0), across);
  const y_of = (value) => Math.min(Math.max((high - value) * per_value, 0), up);

  // dates: as many as fit; without one of them the others are formatted anew, for a year stands once
  let moments = x_axis.ticker.get_ticks(start, stop, dates, 0).major, moment_texts = [];
  for (let misfit = 0; misfit >= 0; moments = moments.filter((_, i) => i !== misfit)) {
    moment_texts = x_axis.formatter.doFormat(moments, {loc: 0});
    let taken = -room - 4;
    misfit = moments.findIndex((moment, i) => {
      if (!moment_texts[i]) return false;
      const at = x_of(moment), half = wide(moment_texts[i], "11px") * 0.53;
      if (at - half < taken || at + half > across + margin + 4) return true;
      taken = at + half + 6;
      return false;
    });
  }

  const title = {x: [], y: [], text: [], align: [], baseline: []}, axis_title = {...structuredClone(title), angle: []};
  const label = {x: [], y: [], text: [], align: [], baseline: []};
  const put = (texts, row) => { for (const name in row) texts[name].push(row[name]); };
  if (count) {
    put(axis_title, {align: "center", x: 1, y: above + up / 2, text: y_axis.axis_label, baseline: "top", angle: Math.PI / 2});
    const last = Math.min(count, columns) - 1, middle = (left_of(0) + left_of(last) + across) / 2;
    put(axis_title, {align: "center", x: middle, y: height - 1, text: x_axis.axis_label, baseline: "bottom", angle: 0});
  }
  const shortened = (text) => {
    if (wide(text, "bold 13px") <= across + margin) return text;
    let length = text.length;
    while (length > 1 && wide(text.slice(0, length) + "…", "bold 13px") > across + margin) length--;
    return text.slice(0, length) + "…";
  };

  const {panel, period, end, value, models, before, trend} = cells.data, cell_count = panel.length;
  const numbers = (length) => new Float64Array(length);
  const hit = {period, models};
  for (const column of ["left", "right", "top", "bottom", "value", "before"]) hit[column] = numbers(cell_count);
  const hovered = (number) => Number.isFinite(number) ? number : Infinity;  // a tooltip would show NaN as it is, not as "none"
  const area = {xs: [], ys: [], colour}, path = {xs: [], ys: []}, dash = {x: [], y0: [], y1: []};
  const hatch = {left: [], right: [], top: [], bottom: []}, rule = {x0: [], x1: [], y: []}, zero = {x0: [], x1: [], y: []};
  const xs = numbers(5 * cell_count), ys = numbers(5 * cell_count);  // a period is up to five corners: alone between gaps
  let i = 0;
  for (let n = 0; n < count; n++) {
    const left = left_of(n), top = top_of(n), bottom = top + up, base = top + y_of(0), first = i;
    while (i < cell_count && panel[i] === n) i++;
    const trend_x = numbers(i - first), trend_y = numbers(i - first);
    let corners = 0, is_open = false;
    const corner = (x, y) => { xs[corners] = x; ys[corners++] = y; };
    const close = () => { corner(xs[corners - 1], base); corner(NaN, NaN); is_open = false; };
    for (let j = first; j < i; j++) {
      const x0 = left + x_of(period[j]), x1 = left + x_of(end[j]);
      hit.left[j] = x0; hit.right[j] = x1; hit.top[j] = top; hit.bottom[j] = bottom;
      hit.value[j] = hovered(value[j]); hit.before[j] = hovered(before[j]);
      trend_x[j - first] = (x0 + x1) / 2; trend_y[j - first] = top + y_of(trend[j]);
      if (Number.isFinite(value[j])) {
        const y = top + y_of(value[j]);
        if (!is_open) { corner(x0, base); is_open = true; }
        corner(x0, y); corner(x1, y);
      } else if (is_open) close();
    }
    if (is_open) close();
    area.xs.push(xs.slice(0, corners)); area.ys.push(ys.slice(0, corners));
    path.xs.push(trend_x); path.ys.push(trend_y);
    zero.x0.push(left); zero.x1.push(left + across); zero.y.push(base);
    values.forEach((at, k) => {
      const y = Math.round(top + y_of(at));
      if (at !== 0) { rule.x0.push(left); rule.x1.push(left + across); rule.y.push(y); }
      put(label, {x: left - 5, y, text: value_texts[k], align: "right", baseline: "middle"});
    });
    moments.forEach((at, k) => put(label, {x: left + x_of(at), y: bottom + 8, text: moment_texts[k], align: "center", baseline: "top"}));
    for (const x of events.data.x) if (x >= start && x <= stop) { dash.x.push(left + x_of(x)); dash.y0.push(top); dash.y1.push(bottom); }
    filling.data.x0.forEach((x0, k) => {
      hatch.left.push(left + x_of(x0)); hatch.right.push(left + x_of(filling.data.x1[k])); hatch.top.push(top); hatch.bottom.push(bottom);
    });
    put(title, {x: left, y: top - 6, text: shortened(titles[n]), align: "left", baseline: "bottom"});
  }

  const drawn = [[rules, rule], [hatches, hatch], [dashes, dash], [areas, area], [trends, path], [zeros, zero],
    [hits, hit], [title_texts, title], [axis_title_texts, axis_title], [label_texts, label]];
  for (const [source, data] of drawn) source.setv({data}, quiet);
  const x_range = figure.x_range, y_range = figure.y_range;
  if (x_range.end !== width) x_range.setv({start: 0, end: width}, quiet);
  if (y_range.start !== height) y_range.setv({start: height, end: 0}, quiet);
  if (figure.height !== height) figure.setv({height}, quiet);
};
draw();
