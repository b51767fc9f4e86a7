// BokehJS writes every text twice, filled and as an invisible outline: only the filled one is wanted.
const drawing = async (view) => {
  const written = await (await view.export("svg", true).to_blob()).text();
  const svg = new DOMParser().parseFromString(written, "image/svg+xml").documentElement;
  for (const text of svg.querySelectorAll("text")) if (text.getAttribute("fill") === "none") text.remove();
  return svg;
};

const FACE = "system-ui, 'DejaVu Sans', sans-serif", MARGIN = 10, GAP = 15;
const LEAST_WIDTH = 1600, LEAST_SCALE = 2; // pixels of a saved file, also from a phone; and of each pixel of the page

// Break a text into lines that are no wider than the image; what has no spaces, such as an address, between letters.
const lines = (text, font, width) => {
  const pen = document.createElement("canvas").getContext("2d"), result = [];
  pen.font = font;
  const fits = (part) => pen.measureText(part).width <= width;
  for (let word of text.split(" ")) {
    if (result.length && fits(`${result.at(-1)} ${word}`)) {
      result[result.length - 1] += ` ${word}`;
      continue;
    }
    while (!fits(word)) {
      let size = word.length - 1;
      while (size > 1 && !fits(word.slice(0, size))) size -= 1;
      result.push(word.slice(0, size));
      word = word.slice(size);
    }
    result.push(word);
  }
  return result;
};

// The chart as SVG with the title above it and what it stands on below, because a file is read without its page.
const picture = async ({view, figure}, {title, source, query}, head) => {
  const {width, height: tall} = view.el.getBoundingClientRect();
  const background = figure.border_fill_color?.value ?? figure.border_fill_color ?? "#ffffff";
  const style = getComputedStyle(head), ink = style.color, pale = style.getPropertyValue("--mui-palette-text-secondary") || ink;
  const saved = new Date().toLocaleDateString("en-GB", {day: "numeric", month: "short", year: "numeric"});
  const [first, ...others] = source, address = location.origin + location.pathname + query;
  const text_width = width - 2 * MARGIN;
  const above = lines(title, `bold 15px ${FACE}`, text_width);
  const below = [`${first} · saved ${saved}`, ...others, address].flatMap((text) => lines(text, `11px ${FACE}`, text_width));
  const start = above.length * 20 + 8, end = start + tall, height = end + below.length * GAP + 8;
  const scale = Math.max(LEAST_SCALE, LEAST_WIDTH / width);

  const space = "http://www.w3.org/2000/svg", make = (tag, attributes, text = "") => {
    const element = document.createElementNS(space, tag);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.textContent = text;
    return element;
  };
  const svg = make("svg", {
    width: Math.ceil(width * scale), height: Math.ceil(height * scale), viewBox: `0 0 ${width} ${height}`,
  });
  svg.append(make("rect", {width, height, fill: background}));
  const write = (text, y, size, weight, fill) => svg.append(
    make("text", {x: MARGIN, y, fill, "font-family": FACE, "font-size": size, "font-weight": weight}, text));
  above.forEach((text, n) => write(text, 20 * (n + 1) - 2, 15, "bold", ink));
  below.forEach((text, n) => write(text, end + GAP * (n + 1) - 3, 11, "normal", pale));
  const part = await drawing(view);
  part.setAttribute("x", 0);
  part.setAttribute("y", start);
  svg.append(part);
  return svg;
};

// Draw an SVG on a canvas of its size. The image is of this page's own making, so that the canvas can be read.
const painted = async (svg, blob) => {
  const address = URL.createObjectURL(blob), image = new Image(), canvas = document.createElement("canvas");
  try {
    image.src = address;
    await image.decode();
    canvas.width = svg.getAttribute("width");
    canvas.height = svg.getAttribute("height");
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  } finally {
    URL.revokeObjectURL(address);
  }
  return new Promise((resolve) => { canvas.toBlob(resolve); });
};

// Save a chart as PNG or SVG, all in the browser.
const save = async (chart, kind, texts, head) => {
  if (!chart.view) return;
  const svg = await picture(chart, texts, head);
  const blob = new Blob([new XMLSerializer().serializeToString(svg)], {type: "image/svg+xml"});
  download(kind === "svg" ? blob : await painted(svg, blob), `${texts.name}.${kind}`);
};
