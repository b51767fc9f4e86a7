// The SQL page: the schema of the warehouse, an editor, and buttons for the answer. Ace, its SQL mode and its completion
// come from the server that serves the page; without one, as in a notebook, a plain text field is used instead. All
// texts from the warehouse or a reader are set as text, never as markup.
let ace_promise = null;
const ace_from = (path) => ace_promise ??= (async () => {
  const base = bundled(path);
  for (const name of ["ace", "ext-language_tools", "mode-pgsql"]) await script(`${base}/${name}.js`);
  window.ace.config.set("basePath", base);
  return window.ace;
})();

const quote = (text) => /^[a-z_][a-z0-9_]*$/.test(text) ? text : `"${text.replaceAll('"', '""')}"`;

// Completes tables after a schema and a dot, and columns after a table or its alias and a dot; else the columns of the
// tables that the query names, then all tables, functions and keywords.
const completer = (model) => ({
  identifierRegexps: [/[a-zA-Z_0-9]/],
  getCompletions: (_editor, session, at, _prefix, done) => {
    const text = session.getValue(), before = session.getLine(at.row).slice(0, at.column);
    const owner = before.match(/([a-zA-Z_]\w*)\.\w*$/)?.[1].toLowerCase();
    const tables = model.schema.map(([name, , comment, columns]) => ({name, comment, columns}));
    const named = [...text.matchAll(/\b(?:from|join)\s+((?:\w+\.)?\w+)(?:\s+(?:as\s+)?(\w+))?/gi)];
    const aliases = named.map(([, table, other]) => [table.toLowerCase(), other?.toLowerCase()]);
    const is_named = (name) => aliases.some(([table, other]) => name === table
      && (!owner || owner === other || owner === table.split(".").at(-1)));
    const completions = [];
    const offer = (value, meta, docText, score) => completions.push({value, caption: value, meta, docText, score});
    const columns = ({name, columns}, score) => columns.forEach(([column, kind, comment]) =>
      offer(quote(column), kind.length > 22 ? name : kind, `${name}.${column}\n${comment}`, score));
    if (owner && tables.some(({name}) => name.startsWith(`${owner}.`))) {
      tables.filter(({name}) => name.startsWith(`${owner}.`))
        .forEach(({name, comment}) => offer(name.slice(owner.length + 1), "table", comment, 900));
      return done(null, completions);
    }
    tables.filter(({name}) => is_named(name)).forEach((table) => columns(table, 1000));
    if (owner) return done(null, completions);
    tables.forEach(({name, comment}) => offer(name, "table", comment, 800));
    model.words.forEach(([name, kind]) => offer(name, kind, "", kind === "keyword" ? 600 : 500));
    done(null, completions);
  },
});

const ace_editor = (ace, model, place, run) => {
  const editor = ace.edit(place, {
    mode: "ace/mode/pgsql", value: model.text, fontSize: 14, showPrintMargin: false, useSoftTabs: true, tabSize: 4,
    wrap: true, minLines: 12, maxLines: 28, enableKeyboardAccessibility: true, fontFamily: "ui-monospace, monospace",
    enableBasicAutocompletion: true, enableLiveAutocompletion: true, highlightActiveLine: false, useWorker: false,
  });
  editor.container.style.lineHeight = "1.5"; // in a lower line an underscore is cut off at one pixel for each of the device's
  editor.renderer.updateFontSize();
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
    insert: (text) => { editor.insert(text); editor.focus(); },
    fit: () => editor.resize(),
  };
};

const text_field_editor = (model, place, run) => {
  const field = append("textarea", "text-field", "", place);
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
    insert: (text) => { field.setRangeText(text, field.selectionStart, field.selectionEnd, "end"); field.focus(); },
    fit: () => {},
  };
};

const schema_browser = (model, insert) => {
  const details = append("details", "schema"), head = append("summary", "", "Tables and columns", details);
  head.title = "The tables and columns of the warehouse, with their comments";
  details.open = window.innerWidth > 900;
  const search = append("input", "search", "", details), list = append("div", "tables", "", details);
  Object.assign(search, {type: "search", placeholder: "Search names and comments"});
  search.setAttribute("aria-label", "Search tables and columns");
  const tables = model.schema.map(([name, kind, comment, columns]) => {
    const table = append("details", "table", "", list), title = append("summary", "", "", table);
    append("code", "", name, title);
    const body = append("div", "", "", table);
    append("p", "", `${comment} (${kind})`, body);
    const use = (into, text) => {
      const button = append("button", "use", text, into);
      button.type = "button";
      button.title = "Write it into the question";
      button.addEventListener("click", () => insert(text === name ? name : quote(text)));
    };
    use(body, name);
    const rows = columns.map(([column, type, column_comment]) => {
      const row = append("div", "column", "", body);
      use(row, column);
      append("i", "", type, row);
      append("span", "", column_comment, row);
      return [row, `${column} ${column_comment}`.toLowerCase()];
    });
    return {table, rows, searchable: `${name} ${comment}`.toLowerCase()};
  });
  search.addEventListener("input", () => {
    const searched = search.value.trim().toLowerCase();
    for (const {table, rows, searchable} of tables) {
      const is_match = searchable.includes(searched);
      let has_match = false;
      for (const [row, text] of rows) {
        const matches = text.includes(searched);
        row.hidden = Boolean(searched) && !is_match && !matches;
        has_match ||= matches;
      }
      table.hidden = Boolean(searched) && !is_match && !has_match;
      table.open = Boolean(searched) && !is_match && has_match;
    }
  });
  return details;
};

// Text that was typed and not run stays over a reload.
const TYPED = "oss-ai-monitor-sql";
const restore_text = (editor, text) => {
  const typed = sessionStorage.getItem(TYPED);
  if (typed && performance.getEntriesByType("navigation")[0]?.type === "reload") editor.set(typed);
  sessionStorage.removeItem(TYPED);
  window.addEventListener("pagehide", () => {
    if (editor.get() !== text) sessionStorage.setItem(TYPED, editor.get());
  });
};

export function render({model}) {
  const page = append("div", "sql-page"), work = append("div", "work");
  let editor = null;
  const run = () => {
    if (model.state !== "running" && model.can_query && editor) model.send_msg({run: editor.get()});
  };
  const bar = append("div", "bar", "", work), place = append("div", "editor", "", work);
  const button = (into, name, label, act) => {
    const element = append("button", name, label, into);
    element.type = "button";
    element.addEventListener("click", act);
    return element;
  };
  const run_button = button(bar, "run", "Run", run), stop_button = button(bar, "", "Stop", () => model.send_msg({stop: true}));
  run_button.title = "Ctrl-Enter, or Command-Enter";
  const choice = append("select", "", "", bar);
  choice.setAttribute("aria-label", "Examples");
  append("option", "", "Examples to begin with …", choice).value = "";
  model.examples.forEach(([title], n) => { append("option", "", title, choice).value = n; });
  choice.addEventListener("change", () => {
    if (choice.value !== "") editor?.set(model.examples[Number(choice.value)][1]);
    choice.value = "";
  });
  const answer = append("div", "answer", "", work), status = append("p", "status", "", answer);
  status.setAttribute("role", "status");
  const buttons = append("div", "buttons", "", answer);
  const view_buttons = ["Table", "Chart"].map((label) =>
    button(buttons, "", label, () => model.send_msg({show: label.toLowerCase()})));
  ["CSV", "Parquet"].forEach((label) => button(buttons, "", label, () => model.send_msg({save: label.toLowerCase()})));
  page.append(schema_browser(model, (text) => editor?.insert(text)), work);

  const follow = () => {
    const is_running = model.state === "running";
    run_button.disabled = is_running || !model.can_query;
    stop_button.disabled = !is_running;
    status.textContent = is_running ? "Running …" : model.message;
    status.classList.toggle("refused", !is_running && model.state === "refused");
    const has_answer = model.state === "answered";
    buttons.hidden = !has_answer;
    view_buttons.forEach((button) => button.setAttribute("aria-pressed", button.textContent.toLowerCase() === model.answer_view));
  };
  ["state", "message", "can_query", "answer_view"].forEach((name) => model.on(name, follow));
  model.on("text", () => { if (editor && editor.get() !== model.text) editor.set(model.text); });
  const files = new Map();
  model.on("msg:custom", ({name, type, base64, is_last}) => {
    const pieces = files.get(name) ?? [];
    files.set(name, [...pieces, Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))]);
    if (!is_last) return;
    const link = append("a");
    Object.assign(link, {href: URL.createObjectURL(new Blob(files.get(name), {type})), download: name});
    files.delete(name);
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  });
  model.on("after_layout", () => editor?.fit());
  const add_popup_style = () => {  // the list of completions is a child of the page, outside of this component
    if (document.getElementById("sql-completions")) return;
    const style = append("style", "", model.popup);
    style.id = "sql-completions";
    document.head.append(style);
  };
  // Ace measures the width of letters, so it is created when it is on the page
  const observer = new ResizeObserver(() => {
    if (!place.isConnected || !place.clientWidth || editor) return;
    observer.disconnect();
    ace_from(model.ace).then((ace) => { add_popup_style(); return ace_editor(ace, model, place, run); })
      .catch((error) => { console.warn(`a plain text field, because ${error.message}`); return text_field_editor(model, place, run); })
      .then((ready) => { editor = ready; restore_text(editor, model.text); page.dataset.ready = "yes"; follow(); });
  });
  observer.observe(place);
  follow();
  return page;
}
