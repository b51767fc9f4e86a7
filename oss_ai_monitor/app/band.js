// A figure with its range under other rules, in one line that opens to a dot for each rule; all as text.
const create_band = () => {
  const band = create("details", "band");
  band.append(create("summary"), create("div", "rules"));
  band.hidden = true;
  return band;
};

const create_dot = ([rule, place, value, meaning, name], default_place) => {
  const row = create("li", "", {title: meaning}), track = create("span", "track");
  track.setAttribute("aria-hidden", "true");
  const mark = (class_name, at) => {
    const element = create("i", class_name);
    element.style.left = `${100 * at}%`;
    return element;
  };
  track.append(mark("usual", default_place));
  if (place >= 0) track.append(mark("dot", place));
  row.append(create("span", "rule", {textContent: rule}), create("span", "value", {textContent: value}));
  if (name) row.append(create("span", "name", {textContent: name}));
  row.append(track);
  return row;
};

const create_figure = ({label, summary, most, dots}, n) => {
  const figure = create("section"), list = create("ul");
  list.append(...dots.map((dot) => create_dot(dot, dots[0][1])));
  figure.append(create("h3", "", {textContent: n ? `${label}: ${summary}` : label}), create("p", "", {textContent: most}), list);
  return figure;
};

// Show figures in a band; what is open stays open.
const show_band = (band, figures) => {
  const text = JSON.stringify(figures);
  band.hidden = !figures.length;
  if (!figures.length || band.dataset.shown === text) return;
  band.dataset.shown = text;
  const [summary, rules] = band.children;
  summary.textContent = figures[0].summary;
  rules.replaceChildren(...figures.map(create_figure));
};
