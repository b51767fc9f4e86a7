// Save the figures of a card as one PNG or SVG, laid out as they stand on the page, all in the browser.
const views = figures.map((figure) => Bokeh.index.find_one_by_id(figure.id)).filter((view) => view && view.el.offsetParent !== null);
if (!views.length) return;
const name = `${figures[0].tags[0] ?? "picture"}.${kind}`;
const download = (blob) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
};
if (views.length === 1) {
  views[0].export(kind, true).to_blob().then(download);
  return;
}
const boxes = views.map((view) => view.el.getBoundingClientRect());
const left = Math.min(...boxes.map((box) => box.left)), top = Math.min(...boxes.map((box) => box.top));
const width = Math.max(...boxes.map((box) => box.right)) - left, height = Math.max(...boxes.map((box) => box.bottom)) - top;
const background = figures[0].border_fill_color?.value ?? figures[0].border_fill_color ?? "#ffffff";
if (kind === "svg") {
  const space = "http://www.w3.org/2000/svg", svg = document.createElementNS(space, "svg");
  svg.setAttribute("xmlns", space);
  svg.setAttribute("width", width);
  svg.setAttribute("height", height);
  const paper = document.createElementNS(space, "rect");
  for (const [key, value] of Object.entries({width, height, fill: background})) paper.setAttribute(key, value);
  svg.append(paper);
  views.forEach((view, i) => {
    const part = view.export("svg", true).canvas;
    const drawn = (part.get_svg ? part.get_svg() : view.export("svg", true).get_svg?.()) ?? part;
    drawn.setAttribute("x", boxes[i].left - left);
    drawn.setAttribute("y", boxes[i].top - top);
    svg.append(drawn);
  });
  download(new Blob([new XMLSerializer().serializeToString(svg)], {type: "image/svg+xml"}));
} else {
  const scale = window.devicePixelRatio || 1, canvas = document.createElement("canvas");
  canvas.width = width * scale;
  canvas.height = height * scale;
  const pen = canvas.getContext("2d");
  pen.fillStyle = background;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  views.forEach((view, i) => {
    pen.drawImage(view.export("png", true).canvas, (boxes[i].left - left) * scale, (boxes[i].top - top) * scale);
  });
  canvas.toBlob(download);
}
