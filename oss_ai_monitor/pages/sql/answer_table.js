// The table of an answer: Tabulator, as Panel's own tables have it. It holds one page; the server makes each, sorts and
// filters. All texts are of strangers and are shown as text, never as markup.
const library = async (path, place) => {
  const rules = append("link", "", "", place);
  const came = new Promise((done, failed) => {
    Object.assign(rules, {onload: done, onerror: () => failed(new Error("its style did not come"))});
  });
  Object.assign(rules, {rel: "stylesheet", href: bundled(`${path}/css/tabulator_simple.min.css`)});
  if (!window.Tabulator) await script(bundled(`${path}/js/tabulator.min.js`));
  await came;
};

// Names of models and owners lead to their pages, in columns that are called as ours; of who is left out there is none.
const PAGES = {model_id: "model", base_model_id: "model", owner: "owner"};
const linked = (kind) => (cell) => {
  const name = cell.getValue();
  if (typeof name !== "string" || !name || name.startsWith("left-out/")) return document.createTextNode(name ?? "");
  return Object.assign(document.createElement("a"), {href: window.__oss_ai_monitor_model(name, kind), textContent: name});
};

export function render({model}) {
  const answer = append("div", "answer-table"), place = append("div", "", "", answer), awaited = new Map();
  let number = 0, table = null;
  const ask = (_url, _config, {page, sort, filter}) => new Promise((done) => {
    awaited.set(++number, done);
    const fields = (sort ?? []).map(({field, dir}) => ({field, dir}));
    const filters = (filter ?? []).map(({field, value}) => ({field, value}));
    model.send_msg({page: JSON.stringify({number, page, sort: fields, filter: filters})});
  });
  model.on("msg:custom", ({page}) => {
    const {number: answered, last_page, rows} = JSON.parse(page);
    awaited.get(answered)?.({
      last_page, data: rows.map((cells) => Object.fromEntries(cells.map((cell, n) => [`c${n}`, cell]))),
    });
    awaited.delete(answered);
  });
  const columns = model.columns.map(([title, is_number], n) => ({
    title, field: `c${n}`, titleFormatter: "plaintext", headerFilter: "input",
    formatter: Object.hasOwn(PAGES, title) && window.__oss_ai_monitor_model ? linked(PAGES[title]) : "plaintext",
    headerFilterPlaceholder: "filter",
    headerFilterParams: {elementAttributes: {"aria-label": `Filter ${title}`}}, hozAlign: is_number ? "right" : "left", minWidth: 70, maxInitialWidth: 460,
  }));
  const show = () => {
    table = new window.Tabulator(place, {
      columns, layout: "fitData", pagination: true, paginationMode: "remote", paginationSize: 20,
      paginationButtonCount: 5, sortMode: "remote", filterMode: "remote", ajaxURL: "answer", ajaxRequestFunc: ask,
      placeholder: "no rows",
    });
    table.on("tableBuilt", () => set_roles(place));
  };
  // it measures its columns, so it is made when it is on the page
  const observer = new ResizeObserver(() => {
    if (!place.isConnected || !place.clientWidth || table) return;
    observer.disconnect();
    library(model.tabulator, answer).then(show).catch((error) => { place.textContent = `No table: ${error.message}.`; });
  });
  observer.observe(place);
  return answer;
}
