// A text as parts, in which names of models lead to their pages.
const link_models = (text, names) => {
  const snapshot = new URLSearchParams(location.search).get("snapshot"), parts = [];
  const longest_first = names.filter(Boolean).sort((a, b) => b.length - a.length);
  let remaining = text;
  for (;;) {
    const positions = longest_first.map((name) => [remaining.indexOf(name), name]).filter(([start]) => start >= 0);
    if (!positions.length) break;
    const [start, name] = positions.sort(([a], [b]) => a - b)[0];
    const href = `?${new URLSearchParams({model: name, ...(snapshot && {snapshot})})}`;
    parts.push(remaining.slice(0, start), create("a", "", {href, textContent: name}));
    remaining = remaining.slice(start + name.length);
  }
  return [...parts, remaining];
};

// A figure with its range under other rules, in one line that opens to a dot for each rule; all as text.
const create_band = () => {
  const band = create("details", "band");
  band.append(create("summary"), create("div", "rules"));
  band.hidden = true;
  return band;
};

const create_dot = ([rule, place, value, meaning, difference], default_place, models) => {
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
  if (difference) {
    const name = create("span", "name");
    name.append(...link_models(difference, models));
    row.append(name);
  }
  row.append(track);
  return row;
};

const create_figure = ({label, summary, details, most, models, dots}, n) => {
  const figure = create("section"), list = create("ul"), sentence = create("p");
  list.append(...dots.map((dot) => create_dot(dot, dots[0][1], models)));
  sentence.append(...link_models(most, models));
  figure.append(create("h3", "", {textContent: n ? `${label}: ${summary}` : label}));
  if (details) figure.append(create("p", "", {textContent: details}));
  figure.append(sentence, list);
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
