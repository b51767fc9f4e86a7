// What a reader asked for and the server has not answered: kept over a reload of the page, and asked for once more.
const KEPT = "oss-ai-monitor-actions";
const KEPT_FOR = 5 * 60_000; // milliseconds
const MAX_KEPT = 20, MAX_TIMES = 3;

// A value as BokehJS sends it → as it was.
const decoded = (value) => {
  if (Array.isArray(value)) return value.map(decoded);
  return value?.type === "map" ? Object.fromEntries(value.entries.map(([key, item]) => [key, decoded(item)])) : value;
};

const view_of = (target) => Bokeh.index.find_one_by_id(target.id);
const is_visible = (target) => {
  const element = view_of(target)?.el;
  return Boolean(element) && getComputedStyle(element).visibility !== "hidden";
};

// Components like this one that are visible, in the order in which the server made them: after a reload their ids differ.
const similar = (document, class_name, group) => [...document.all_models]
  .filter((model) => model.class_name === class_name && model.data?.group === group && is_visible(model))
  .toSorted((one, other) => Number(one.id.slice(1)) - Number(other.id.slice(1)));

// The actions among the events of a message: what our components send. A search is none, for nothing is typed after a reload.
const actions_in = (document, events) => events.flatMap(({kind, msg_data}) => {
  if (kind !== "MessageSent" || msg_data?.name !== "data_event") return [];
  const {model, data} = decoded(msg_data.values), target = document.get_model_by_id(model.id);
  if (!target?.class_name || data?.typed !== undefined) return [];
  const {class_name} = target, group = target.data?.group;
  return [{class_name, group, place: similar(document, class_name, group).indexOf(target), data}];
});

// Of the changes of one control, of the views that were chosen, and of the addresses that were gone to, the last one.
const last_ones = (actions) => {
  const by_key = new Map();
  for (const action of actions) {
    const {data} = action, is_address = data?.search !== undefined;
    const key = JSON.stringify({...action, data: data?.name ? [data.name] : is_address || Number.isInteger(data) || data});
    by_key.delete(key);
    by_key.set(key, action);
  }
  return [...by_key.values()].slice(-MAX_KEPT);
};

const keep_actions = (actions, times) => {
  if (!actions.length) return sessionStorage.removeItem(KEPT);
  sessionStorage.setItem(KEPT, JSON.stringify({actions, times, at: Date.now(), page: location.pathname}));
};

// The actions that were kept for this page, once, and how often they were.
const take_actions = () => {
  try {
    const {actions, times, at, page} = JSON.parse(sessionStorage.getItem(KEPT)) ?? {};
    sessionStorage.removeItem(KEPT);
    if (page === location.pathname && Date.now() - at < KEPT_FOR && times <= MAX_TIMES) return {actions, times};
  } catch { /* not written by this script */ }
  return {actions: [], times: 0};
};

// Ask for an action once its component is on the page; the server checks it as it checks every message.
const ask_again = async (document, {class_name, group, place, data}) => {
  const {ModelEvent} = Bokeh.require("core/bokeh_events");
  class KeptEvent extends ModelEvent {
    get event_values() { return {model: this.origin, data}; }
  }
  KeptEvent.prototype.event_name = "data_event";
  for (let times = 0; times < 100; times += 1) {
    const target = similar(document, class_name, group)[place];
    if (target && view_of(target).container?.hasChildNodes()) return target.trigger_event(new KeptEvent());
    await new Promise((done) => setTimeout(done, 100));
  }
};
