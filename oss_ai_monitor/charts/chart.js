// A chart in a page: a template, embedded once, which takes columns and options as often as they change.
// What is not documented of BokehJS stands in bokeh.js, with a test for each use.
const templates = new Map(); // address → text; what could not be fetched is asked for again

const fetch_template = (address) => {
  if (address.startsWith("{")) return Promise.resolve(address);
  if (!templates.has(address)) {
    const answer = fetch(new URL(address, document.baseURI)).then((got) => {
      if (!got.ok) throw new Error(`the server answered ${got.status}`);
      return got.text();
    });
    templates.set(address, answer);
    answer.catch(() => templates.delete(address));
  }
  return templates.get(address);
};

const ARRAYS = {
  float64: Float64Array, float32: Float32Array, int32: Int32Array, uint32: Uint32Array,
  int16: Int16Array, uint16: Uint16Array, int8: Int8Array, uint8: Uint8Array,
};

// One column: numbers as they are; texts by their codes; lines by their lengths.
const unpack = (bytes, [kind, offset, length, more]) => {
  const numbers = new ARRAYS[kind](bytes, offset, length);
  if (more === undefined) return numbers;
  if (typeof (more[0] ?? "") === "string") return Array.from(numbers, (code) => more[code]);
  let start = 0;
  return more.map((size) => numbers.subarray(start, start += size));
};

// The state of a chart from a message: bytes, and where the columns are in them with the options, as JSON where it is text.
const state_of = ({bytes, parts}) => {
  const [contents, options] = typeof parts === "string" ? JSON.parse(parts) : parts;
  for (const properties of Object.values(options)) {
    for (const [name, value] of Object.entries(properties)) {
      if (Array.isArray(value?.pairs)) properties[name] = new Map(value.pairs); // numbers as keys: JSON has none
    }
  }
  return {bytes, contents, options};
};

// Call `changed` when the page's theme may have changed: the class of the page, and the rules that hold its colours.
const watch_theme = (changed) => {
  let is_waiting = false;
  const watcher = new MutationObserver(() => {
    if (is_waiting) return;
    is_waiting = true;
    requestAnimationFrame(() => { is_waiting = false; changed(); });
  });
  watcher.observe(document.documentElement, {attributes: true});
  watcher.observe(document.head, {subtree: true, childList: true});
  return () => watcher.disconnect();
};

let queue = Promise.resolve(); // charts are embedded one after the other, so that the first of a view is there first
const LONGEST_WAIT = 2000; // milliseconds that a chart waits for those before it: a template may be slow to come

class EmbeddedChart {
  // `zoomed` is called with the dates that a reader has zoomed or moved to, `picked` with the names of a row or cell that
  // a reader has clicked.
  constructor(target, zoomed = () => {}, picked = () => {}) {
    this.target = target;
    this.zoomed = zoomed;
    this.picked = picked;
    this.models = new Map();
    this.defaults = new Map();
    this.sent = new Map();
  }

  // Embed the template with its first state, which `state` returns: one layout, one paint.
  embed(address, state) {
    const text = fetch_template(address);
    const before = Promise.race([queue, new Promise((resolve) => { setTimeout(resolve, LONGEST_WAIT); })]);
    const embedded = before.then(async () => this.add_to_page(await text, state()));
    queue = embedded.catch(() => {});
    return embedded;
  }

  async add_to_page(text, state) {
    if (this.removed) return;
    this.clear(); // what an attempt that failed has left
    this.document = make_document(text);
    for (const model of this.document.all_models) if (model.name) this.models.set(model.name, model);
    this.figure = this.models.get("figure");
    this.apply(state);
    this.set_theme();
    this.view = await add_views(this.document, this.target);
    if (this.removed) return this.remove();
    if (this.colours) style_tooltips(this.view, this.colours);
    this.follow_zoom();
    this.follow_picks();
    this.unwatch = watch_theme(() => this.set_theme());
    this.describe(this.text ?? "");
  }

  // Options first, and of them the ranges, because labels are placed by them. One that is as it was is not set again: a
  // reader's zoom stays where no dates change. What an option no longer sets is as in the template again.
  apply({bytes, contents, options}) {
    this.is_applying = true;
    const set = [], sent = new Map();
    for (const [key, [model, name, value]] of this.defaults) {
      const [model_name] = key.split("\n");
      if (this.sent.has(key) && !(name in (options[model_name] ?? {}))) set.push([model, {[name]: value}]);
    }
    for (const [model_name, properties] of Object.entries(options)) {
      const model = this.models.get(model_name), values = {};
      for (const [name, value] of Object.entries(properties)) {
        const key = `${model_name}\n${name}`;
        if (!this.defaults.has(key)) this.defaults.set(key, [model, name, model[name]]);
        sent.set(key, JSON.stringify(value instanceof Map ? [...value] : value));
        if (sent.get(key) !== this.sent.get(key)) values[name] = value;
      }
      set.push([model, values]);
    }
    this.sent = sent;
    const is_range = ([model]) => model.type.endsWith("Range1d") || model.type.endsWith("FactorRange");
    set.sort((one, other) => is_range(other) - is_range(one));
    for (const [model, values] of set) model.setv(values);
    for (const [source, columns] of Object.entries(contents)) {
      const data = {};
      for (const [name, place] of Object.entries(columns)) data[name] = unpack(bytes, place);
      this.models.get(source).data = data;
    }
    if (this.view && this.colours) style_tooltips(this.view, this.colours);
    this.is_applying = false;
  }

  // The colours of the page's theme, which are CSS variables, on models that only know colours.
  set_theme() {
    const style = getComputedStyle(this.target), colour = (name) => style.getPropertyValue(`--mui-palette-${name}`).trim();
    const text = colour("text-primary"), muted = colour("text-secondary"), line = colour("divider"), paper = colour("background-paper");
    if (!paper || (this.theme === text + paper)) return;
    this.theme = text + paper;
    const looks = {
      Axis: {major_label_text_color: muted, axis_label_text_color: text}, Grid: {grid_line_color: line},
      Legend: {label_text_color: text}, Figure: {background_fill_color: paper, border_fill_color: paper},
    };
    if (this.view) clear_canvas(this.view);
    for (const model of this.document.all_models) {
      const look = Object.entries(looks).find(([kind]) => model.type.endsWith(kind))?.[1];
      if (look && !(model.type.endsWith("Grid") && model.grid_line_color === null)) model.setv(look);
    }
    this.colours = {paper, text, muted, primary: colour("primary-main")};
    if (this.view) style_tooltips(this.view, this.colours);
  }

  // A reader's zoom, not ours, is told to the other charts of the view.
  follow_zoom() {
    const range = this.figure.x_range;
    if (range.type !== "Range1d" || !this.has_dates()) return;
    const tell = () => { if (!this.is_applying) this.zoomed(range.start, range.end); };
    range.connect(range.properties.start.change, tell);
    range.connect(range.properties.end.change, tell);
  }

  // A click on a row or a cell, whose names pick.js has put into a source.
  follow_picks() {
    const source = this.models.get("picked");
    source?.connect(source.properties.data.change, () => this.picked([...source.data.names]));
  }

  has_dates() {
    return this.figure?.below[0]?.ticker.type === "DatetimeTicker";
  }

  // Take the dates of another chart's zoom.
  zoom(start, end) {
    if (!this.has_dates()) return;
    this.is_applying = true;
    this.figure.x_range.setv({start, end});
    this.is_applying = false;
  }

  // The chart in words, for readers who cannot see it.
  describe(text) {
    this.text = text;
    const canvas = this.view && canvas_of(this.view);
    canvas?.setAttribute("role", "img");
    canvas?.setAttribute("aria-label", text);
  }

  remove() {
    this.removed = true;
    this.clear();
  }

  clear() {
    this.unwatch?.();
    if (this.document) forget(this.document);
    for (const map of [this.models, this.defaults, this.sent]) map.clear();
    this.document = this.view = this.figure = this.theme = this.unwatch = undefined;
  }
}
