// Where a question in SQL is written: the warehouse's own description, an editor, and what can be done with an answer.
// Ace, its SQL words and its completion come from the server that serves the page; where there is none, as in a
// notebook, a plain text field does. All that comes from the warehouse or a reader is set as text, never as markup.
const made = (tag, name, text, into) => {
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

let ace_comes = null;
const ace_from = (path) => ace_comes ??= (async () => {
  const mark = "static/extensions/panel/", known = [...document.scripts].find(({src}) => src.includes(mark));
  if (!known) throw new Error("nobody serves Panel's files here");
  const base = known.src.slice(0, known.src.indexOf(mark) + mark.length) + path;
  for (const name of ["ace", "ext-language_tools", "mode-pgsql"]) await script(`${base}/${name}.js`);
  window.ace.config.set("basePath", base);
  return window.ace;
})();

const word = (text) => /^[a-z_][a-z0-9_]*$/.test(text) ? text : `"${text.replaceAll('"', '""')}"`;

// Tables after a schema and its dot, columns after a table or its other name and a dot; else the columns of the tables
// that the question names before all tables, functions and keywords.
const completer = (model) => ({
  identifierRegexps: [/[a-zA-Z_0-9]/],
  getCompletions: (_editor, session, at, _prefix, done) => {
    const text = session.getValue(), before = session.getLine(at.row).slice(0, at.column);
    const owner = before.match(/([a-zA-Z_]\w*)\.\w*$/)?.[1].toLowerCase();
    const tables = model.schema.map(([name, , comment, columns]) => ({name, comment, columns}));
    const named = [...text.matchAll(/\b(?:from|join)\s+((?:\w+\.)?\w+)(?:\s+(?:as\s+)?(\w+))?/gi)];
    const called = named.map(([, table, other]) => [table.toLowerCase(), other?.toLowerCase()]);
    const is_called = (name) => called.some(([table, other]) => name === table
      && (!owner || owner === other || owner === table.split(".").at(-1)));
    const found = [];
    const offer = (value, meta, docText, score) => found.push({value, caption: value, meta, docText, score});
    const columns = ({name, columns}, score) => columns.forEach(([column, kind, told]) =>
      offer(word(column), kind.length > 22 ? name : kind, `${name}.${column}\n${told}`, score));
    if (owner && tables.some(({name}) => name.startsWith(`${owner}.`))) {
      tables.filter(({name}) => name.startsWith(`${owner}.`))
        .forEach(({name, comment}) => offer(name.slice(owner.length + 1), "table", comment, 900));
      return done(null, found);
    }
    tables.filter(({name}) => is_called(name)).forEach((table) => columns(table, 1000));
    if (owner) return done(null, found);
    tables.forEach(({name, comment}) => offer(name, "table", comment, 800));
    model.words.forEach(([name, kind]) => offer(name, kind, "", kind === "keyword" ? 600 : 500));
    done(null, found);
  },
});

const ace_editor = (ace, model, place, run) => {
  const editor = ace.edit(place, {
    mode: "ace/mode/pgsql", value: model.text, fontSize: 13.5, showPrintMargin: false, useSoftTabs: true, tabSize: 4,
    wrap: true, minLines: 12, maxLines: 28, enableKeyboardAccessibility: true, fontFamily: "ui-monospace, monospace",
    enableBasicAutocompletion: true, enableLiveAutocompletion: true, highlightActiveLine: false, useWorker: false,
  });
  editor.completers = [completer(model)];
  editor.renderer.attachToShadowRoot();
  editor.session.setUseWrapMode(true);
  editor.commands.addCommand({name: "run", bindKey: {win: "Ctrl-Enter", mac: "Command-Enter"}, exec: () => {
    editor.completer?.detach();
    run();
  }});
  return {
    get: () => editor.getValue(),
    set: (text) => { editor.setValue(text, -1); editor.focus(); },
    put: (text) => { editor.insert(text); editor.focus(); },
    fit: () => editor.resize(),
  };
};

const plain_editor = (model, place, run) => {
  const field = made("textarea", "plain", "", place);
  field.value = model.text;
  field.rows = 12;
  field.spellcheck = false;
  field.setAttribute("aria-label", "A question in SQL");
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run();
  });
  return {
    get: () => field.value,
    set: (text) => { field.value = text; field.focus(); },
    put: (text) => { field.setRangeText(text, field.selectionStart, field.selectionEnd, "end"); field.focus(); },
    fit: () => {},
  };
};

const described = (model, put) => {
  const whole = made("details", "schema"), head = made("summary", "", "Tables and columns", whole);
  head.title = "What can be asked about, in the warehouse's own words";
  whole.open = window.innerWidth > 900;
  const search = made("input", "search", "", whole), list = made("div", "tables", "", whole);
  Object.assign(search, {type: "search", placeholder: "Search names and comments"});
  search.setAttribute("aria-label", "Search tables and columns");
  const tables = model.schema.map(([name, kind, comment, columns]) => {
    const table = made("details", "table", "", list), title = made("summary", "", "", table);
    made("code", "", name, title);
    const body = made("div", "", "", table);
    made("p", "", `${comment} (${kind})`, body);
    const use = (into, text) => {
      const button = made("button", "use", text, into);
      button.type = "button";
      button.title = "Write it into the question";
      button.addEventListener("click", () => put(text === name ? name : word(text)));
    };
    use(body, name);
    const rows = columns.map(([column, type, told]) => {
      const row = made("div", "column", "", body);
      use(row, column);
      made("i", "", type, row);
      made("span", "", told, row);
      return [row, `${column} ${told}`.toLowerCase()];
    });
    return {table, rows, said: `${name} ${comment}`.toLowerCase()};
  });
  search.addEventListener("input", () => {
    const wanted = search.value.trim().toLowerCase();
    for (const {table, rows, said} of tables) {
      const own = said.includes(wanted);
      let some = false;
      for (const [row, text] of rows) {
        const fits = text.includes(wanted);
        row.hidden = Boolean(wanted) && !own && !fits;
        some ||= fits;
      }
      table.hidden = Boolean(wanted) && !own && !some;
      table.open = Boolean(wanted) && !own && some;
    }
  });
  return whole;
};

export function render({model}) {
  const desk = made("div", "room"), work = made("div", "work");
  let editor = null;
  const run = () => {
    if (model.state !== "asking" && model.can_ask && editor) model.send_msg({ask: editor.get()});
  };
  const bar = made("div", "bar", "", work), place = made("div", "editor", "", work);
  const button = (into, name, label, act) => {
    const pressed = made("button", name, label, into);
    pressed.type = "button";
    pressed.addEventListener("click", act);
    return pressed;
  };
  const runs = button(bar, "run", "Run", run), stops = button(bar, "", "Stop", () => model.send_msg({stop: true}));
  runs.title = "Ctrl-Enter, or Command-Enter";
  const choice = made("select", "", "", bar);
  choice.setAttribute("aria-label", "Examples");
  made("option", "", "Examples to begin with …", choice).value = "";
  model.examples.forEach(([title], n) => { made("option", "", title, choice).value = n; });
  choice.addEventListener("change", () => {
    if (choice.value !== "") editor?.set(model.examples[Number(choice.value)][1]);
    choice.value = "";
  });
  const answer = made("div", "answer", "", work), told = made("p", "told", "", answer);
  told.setAttribute("role", "status");
  const ways = made("div", "ways", "", answer);
  const shows = ["Table", "Chart"].map((label) =>
    button(ways, "", label, () => model.send_msg({show: label.toLowerCase()})));
  ["CSV", "Parquet"].forEach((label) => button(ways, "", label, () => model.send_msg({save: label.toLowerCase()})));
  desk.append(described(model, (text) => editor?.put(text)), work);

  const follow = () => {
    const asking = model.state === "asking";
    runs.disabled = asking || !model.can_ask;
    stops.disabled = !asking;
    told.textContent = asking ? "Asking …" : model.message;
    told.classList.toggle("refused", !asking && model.state === "refused");
    const has = model.state === "answered";
    ways.hidden = !has;
    shows.forEach((shown) => shown.setAttribute("aria-pressed", shown.textContent.toLowerCase() === model.shows));
  };
  ["state", "message", "can_ask", "shows"].forEach((name) => model.on(name, follow));
  model.on("text", () => { if (editor && editor.get() !== model.text) editor.set(model.text); });
  model.on("msg:custom", ({name, type, base64}) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const link = made("a");
    Object.assign(link, {href: URL.createObjectURL(new Blob([bytes], {type})), download: name});
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  });
  model.on("after_layout", () => editor?.fit());
  const dress = () => {  // the list of completions hangs in the page itself, outside of this component
    if (document.getElementById("sql-completions")) return;
    const style = made("style", "", model.popup);
    style.id = "sql-completions";
    document.head.append(style);
  };
  // an editor measures letters: it must wait until it is on the page
  const seen = new ResizeObserver(() => {
    if (!place.isConnected || !place.clientWidth || editor) return;
    seen.disconnect();
    ace_from(model.ace).then((ace) => { dress(); return ace_editor(ace, model, place, run); })
      .catch((error) => { console.warn(`a plain field, for ${error.message}`); return plain_editor(model, place, run); })
      .then((ready) => { editor = ready; desk.dataset.ready = "yes"; follow(); });
  });
  seen.observe(place);
  follow();
  return desk;
}
