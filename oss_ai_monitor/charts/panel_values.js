// Reads a column of a source that all panels share. Bokeh cannot filter a glyph that connects its points; for those,
// values of other panels become gaps.
const {panel} = this.data, values = this.data[column];
return Float64Array.from(values, (value, i) => panel[i] === number ? value : NaN);
