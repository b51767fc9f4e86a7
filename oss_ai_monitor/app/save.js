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

// Save a chart as PNG or SVG, all in the browser. The file has the title above it and the source below, because it is read
// without the page.
const save = (chart, kind, {title, source, name: file}, head) => {
  const {view, figure} = chart;
  if (!view) return;
  const {width, height: tall} = view.el.getBoundingClientRect();
  const background = figure.border_fill_color?.value ?? figure.border_fill_color ?? "#ffffff";
  const name = `${file}.${kind}`;
  const style = getComputedStyle(head), ink = style.color, pale = style.getPropertyValue("--mui-palette-text-secondary") || ink;
  const text_width = width - 2 * MARGIN;
  const saved = new Date().toLocaleDateString("en-GB", {day: "numeric", month: "short", year: "numeric"});
  const above = lines(title, `bold 15px ${FACE}`, text_width), below = lines(`${source} · saved ${saved}`, `11px ${FACE}`, text_width);
  const start = above.length * 20 + 8, end = start + tall, height = end + below.length * GAP + 8;
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
    drawing(view).then((part) => {
      part.setAttribute("x", 0);
      part.setAttribute("y", start);
      svg.append(part);
      download(new Blob([new XMLSerializer().serializeToString(svg)], {type: "image/svg+xml"}), name);
    });
  } else {
    const scale = window.devicePixelRatio || 1, canvas = document.createElement("canvas"), pen = canvas.getContext("2d");
    canvas.width = width * scale;
    canvas.height = height * scale;
    pen.fillStyle = background;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(view.export("png", true).canvas, 0, start * scale, width * scale, tall * scale);
    pen.scale(scale, scale);
    for (const {text, y, size, weight, fill} of texts) {
      pen.font = `${weight} ${size}px ${FACE}`;
      pen.fillStyle = fill;
      pen.fillText(text, MARGIN, y);
    }
    canvas.toBlob((blob) => download(blob, name));
  }
};
