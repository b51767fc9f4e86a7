const download = (blob, name) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
};

// BokehJS writes every text twice, filled and as an invisible outline: only the filled one is wanted.
const drawing = async (view) => {
  const written = await (await view.export("svg", true).to_blob()).text();
  const svg = new DOMParser().parseFromString(written, "image/svg+xml").documentElement;
  for (const text of svg.querySelectorAll("text")) if (text.getAttribute("fill") === "none") text.remove();
  return svg;
};

// Save the figures of a card as one PNG or SVG, laid out as they stand on the page, all in the browser.
const save = (figures, kind) => {
  const views = figures.map((figure) => Bokeh.index.find_one_by_id(figure.id)).filter((view) => view && view.el.offsetParent !== null);
  if (!views.length) return;
  const boxes = views.map((view) => view.el.getBoundingClientRect());
  const left = Math.min(...boxes.map((box) => box.left)), top = Math.min(...boxes.map((box) => box.top));
  const width = Math.max(...boxes.map((box) => box.right)) - left, height = Math.max(...boxes.map((box) => box.bottom)) - top;
  const background = figures[0].border_fill_color?.value ?? figures[0].border_fill_color ?? "#ffffff";
  const name = `${figures[0].tags[0] ?? "picture"}.${kind}`;

  if (kind === "svg") {
    const space = "http://www.w3.org/2000/svg", svg = document.createElementNS(space, "svg"), paper = document.createElementNS(space, "rect");
    for (const [key, value] of Object.entries({width, height, viewBox: `0 0 ${width} ${height}`})) svg.setAttribute(key, value);
    for (const [key, value] of Object.entries({width, height, fill: background})) paper.setAttribute(key, value);
    svg.append(paper);
    Promise.all(views.map(drawing)).then((parts) => {
      parts.forEach((part, i) => {
        part.setAttribute("x", boxes[i].left - left);
        part.setAttribute("y", boxes[i].top - top);
        svg.append(part);
      });
      download(new Blob([new XMLSerializer().serializeToString(svg)], {type: "image/svg+xml"}), name);
    });
  } else {
    const scale = window.devicePixelRatio || 1, canvas = document.createElement("canvas"), pen = canvas.getContext("2d");
    canvas.width = width * scale;
    canvas.height = height * scale;
    pen.fillStyle = background;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    views.forEach((view, i) => {
      const at = [(boxes[i].left - left) * scale, (boxes[i].top - top) * scale];
      pen.drawImage(view.export("png", true).canvas, ...at, boxes[i].width * scale, boxes[i].height * scale);
    });
    canvas.toBlob((blob) => download(blob, name));
  }
};
