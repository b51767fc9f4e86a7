// BokehJS writes every text twice, filled and as an invisible outline: only the filled one is wanted.
const drawing = async (view) => {
  const written = await (await view.export("svg", true).to_blob()).text();
  const svg = new DOMParser().parseFromString(written, "image/svg+xml").documentElement;
  for (const text of svg.querySelectorAll("text")) if (text.getAttribute("fill") === "none") text.remove();
  return svg;
};

const FACE = "system-ui, 'DejaVu Sans', sans-serif", MARGIN = 10, GAP = 15;

// Break a text into lines that are no wider than the image.
const lines = (text, font, width) => {
  const pen = document.createElement("canvas").getContext("2d"), result = [];
  pen.font = font;
  for (const word of text.split(" ")) {
    const longer = result.length ? `${result.at(-1)} ${word}` : word;
    if (result.length && pen.measureText(longer).width <= width) result[result.length - 1] = longer;
    else result.push(word);
  }
  return result;
};

// Save the figures of a card as one PNG or SVG with the layout of the page, all in the browser. The file has the title
// above them and the source below, because it is read without the page.
const save = (figures, kind, {title, source}, head) => {
  const views = figures.map((figure) => Bokeh.index.find_one_by_id(figure.id)).filter((view) => view && view.el.offsetParent !== null);
  if (!views.length) return;
  const boxes = views.map((view) => view.el.getBoundingClientRect());
  const left = Math.min(...boxes.map((box) => box.left)), right = Math.max(...boxes.map((box) => box.right));
  const top = Math.min(...boxes.map((box) => box.top)), bottom = Math.max(...boxes.map((box) => box.bottom));
  const background = figures[0].border_fill_color?.value ?? figures[0].border_fill_color ?? "#ffffff";
  const name = `${figures[0].tags[0] ?? "chart"}.${kind}`;
  const style = getComputedStyle(head), ink = style.color, pale = style.getPropertyValue("--mui-palette-text-secondary") || ink;
  const width = right - left, text_width = width - 2 * MARGIN;
  const saved = new Date().toLocaleDateString("en-GB", {day: "numeric", month: "short", year: "numeric"});
  const above = lines(title, `bold 15px ${FACE}`, text_width), below = lines(`${source} · saved ${saved}`, `11px ${FACE}`, text_width);
  const start = above.length * 20 + 8, end = start + bottom - top, height = end + below.length * GAP + 8;
  const texts = [
    ...above.map((text, n) => ({text, y: 20 * (n + 1) - 2, size: 15, weight: "bold", fill: ink})),
    ...below.map((text, n) => ({text, y: end + GAP * (n + 1) - 3, size: 11, weight: "normal", fill: pale})),
  ];

  if (kind === "svg") {
    const space = "http://www.w3.org/2000/svg", make = (tag, attributes, text = "") => {
      const element = document.createElementNS(space, tag);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      element.textContent = text;
      return element;
    };
    const svg = make("svg", {width, height, viewBox: `0 0 ${width} ${height}`});
    svg.append(make("rect", {width, height, fill: background}));
    for (const {text, y, size, weight, fill} of texts)
      svg.append(make("text", {x: MARGIN, y, fill, "font-family": FACE, "font-size": size, "font-weight": weight}, text));
    Promise.all(views.map(drawing)).then((parts) => {
      parts.forEach((part, i) => {
        part.setAttribute("x", boxes[i].left - left);
        part.setAttribute("y", boxes[i].top - top + start);
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
      const at = [(boxes[i].left - left) * scale, (boxes[i].top - top + start) * scale];
      pen.drawImage(view.export("png", true).canvas, ...at, boxes[i].width * scale, boxes[i].height * scale);
    });
    pen.scale(scale, scale);
    for (const {text, y, size, weight, fill} of texts) {
      pen.font = `${weight} ${size}px ${FACE}`;
      pen.fillStyle = fill;
      pen.fillText(text, MARGIN, y);
    }
    canvas.toBlob((blob) => download(blob, name));
  }
};
