// What BokehJS does not document, and charts need. tests/browser/test_charts.py has a test for each use.
let copies = 0;

// The document of a template, its ids made unique on this page; no view exists yet. Instead: Bokeh.embed.embed_item,
// which draws once before there is data.
const make_document = (text) => {
  const {doc} = JSON.parse(text.replaceAll('"§', `"chart${++copies}-`));
  return Bokeh.require("document").Document.from_json(doc);
};

// Make the views of a document and add them to the page; returns the view of its figure.
const add_views = async (document, target) => {
  await Bokeh.embed.add_document_standalone(document, target, [target]);
  return Bokeh.index.find_one_by_id(document.roots()[0].id);
};

// Take a document and its views from the page and from memory.
const forget = (document) => {
  document.clear();
  const at = Bokeh.documents.indexOf(document);
  if (at >= 0) Bokeh.documents.splice(at, 1);
};

const canvas_of = (view) => view.canvas_view.primary.el;

// BokehJS clears its canvas half a pixel off: without this the edge keeps the colour of the theme before.
const clear_canvas = (view) => {
  const layer = view.canvas_view.primary;
  layer.undo_transform((pen) => pen.clearRect(0, 0, layer.canvas.width, layer.canvas.height));
};

// Tooltips are models that the hover tools make, again whenever their texts change; they know no theme.
const style_tooltips = (view, {paper, text, muted, primary}) => {
  const rules = `:host { --background-color: ${paper}; --color: ${text}; --divider-color: ${muted}; --tooltip-arrow-color: ${paper}; }
    .bk-tooltip-row-label { color: ${primary} !important; }`;
  for (const tool of view.tool_views.values())
    for (const tooltip of tool.ttmodels?.values() ?? []) if (tooltip.stylesheets[0] !== rules) tooltip.stylesheets = [rules];
};
