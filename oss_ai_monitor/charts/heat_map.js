// Runs in the browser whenever the size or the cells of a heat map change: turns the names of the columns where they have
// no room beside each other, and shows the numbers in the cells in letters that fit, of several lines the first where
// the others have no room, or not at all. The colour scale is at most as wide as the cells. Where all lines must be shown, the figure is as wide as they need: its card
// scrolls. Nothing is sent back.
if (figure.properties.inner_width.is_unset) return;  // not on the page yet
const width = figure.inner_width;
if (!(width > 50)) return;
const quiet = {sync: false};
const across = Math.min(180, Math.floor(width - 2 * scale.padding));
if (scale.width !== across) scale.setv({width: across}, quiet);
const pen = (window.__oss_ai_monitor_pen ??= document.createElement("canvas").getContext("2d"));
const widest = (texts, pixels) => {
  pen.font = `${pixels}px system-ui, 'DejaVu Sans', sans-serif`;
  return texts.reduce((most, text) => Math.max(most, pen.measureText(text).width), 0);
};
const names = figure.x_range.factors, cell = width / names.length;
const usual = figure.outer_width < 600 ? 11 : 13;
const flat = [13, 12, 11].find((size) => size <= usual && widest(names, size) + 8 <= cell);  // smaller before upright
for (const [each, size] of [[axis, flat ?? usual], [y_axis, usual]]) {
  const letters = `${size}px`;
  if (each.major_label_text_font_size !== letters) each.setv({major_label_text_font_size: letters}, quiet);
}
const is_flat = flat !== undefined, room = widest(names, flat ?? usual);
const turned = is_flat ? "horizontal" : "vertical", height = Math.ceil(figure.tags[0] + (is_flat ? 0 : room - 12));
if (axis.major_label_orientation !== turned) axis.setv({major_label_orientation: turned}, quiet);
if (figure.height !== height) figure.setv({height}, quiet);
const sizes = [13, 12, 11, 10, 9], data = numbers.data_source.data;
const fitting = (texts) => sizes.find((size) => widest(texts, size) + 5 <= cell);
const lines = Array.from(data.text).flatMap((text) => text.split("\n")), smallest = sizes.at(-1);
const least = shows_all_lines ? Math.ceil(figure.outer_width - width + (widest(lines, smallest) + 6) * names.length) : null;
if (figure.min_width !== least) figure.setv({min_width: least}, quiet);
const whole = fitting(lines);
const pixels = whole ?? fitting(Array.from(data.first_line)), field = whole ? "text" : "first_line";
if (numbers.glyph.text.field !== field) numbers.glyph.setv({text: {field}}, quiet);
if (pixels && numbers.glyph.text_font_size.value !== `${pixels}px`) numbers.glyph.setv({text_font_size: {value: `${pixels}px`}}, quiet);
if (numbers.visible !== Boolean(pixels)) numbers.setv({visible: Boolean(pixels)}, quiet);
