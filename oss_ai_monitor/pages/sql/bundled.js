// Files that the server hands out with Panel, for components that use a library of it.
const append = (tag, name, text, into) => {
  const part = document.createElement(tag);
  if (name) part.className = name;
  if (text) part.textContent = text;
  into?.append(part);
  return part;
};

const script = (src) => new Promise((done, failed) => {
  const tag = document.createElement("script");
  Object.assign(tag, {src, onload: done, onerror: () => failed(new Error(`${src} did not come`))});
  document.head.append(tag);
});

// The address of a file below Panel's folder. Throws where no server hands them out, as in a notebook.
const bundled = (path) => {
  const mark = "static/extensions/panel/", script_tag = [...document.scripts].find(({src}) => src.includes(mark));
  if (!script_tag) throw new Error("Panel's files are not served here");
  return script_tag.src.slice(0, script_tag.src.indexOf(mark) + mark.length) + path;
};
