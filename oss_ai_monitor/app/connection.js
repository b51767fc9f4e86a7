// The page says that its connection is lost, tries again by itself, and keeps what the reader asked for. The same session goes
// on where the server still has it, and nothing changes on the page; else the page is loaded anew from its address, but
// only when the server would answer with it, and an action waits: what can be read stays until then.
const WAITS = [1, 2, 4, 8, 16, 30]; // seconds between attempts, a little less by chance
const SILENCE = 4000; // milliseconds after which an action without an answer is mentioned
const DEAD = 9_000; // the server has answered others for so long, but not this page
const BETWEEN = 5000; // milliseconds between two such questions, which count as openings of the page
const SESSION_STAYS = 20_000; // the server forgets a page without a connection then, or soon after
const IDLE = 4000; // the code with which the server closes a connection that was not used for long
const RELOADING = "oss-ai-monitor-reloading";
const LOST = "The connection to the server is lost.";
const TEXTS = {
  lost: LOST,
  silent: "No answer from the server yet: it is busy, or the connection is lost.",
  idle: "This page was not used for long, so the server has closed its connection. The next action connects again.",
  back: "The server is back, but this page cannot go on as it is. The next action loads it again and is carried out.",
  login: "You are no longer logged in.",
  loading: "The page is loaded again.",
  connected: "Connected again.",
};

// What the server would answer to a reload: "page", "login", or nothing of use.
const ask_server = async (patience) => {
  try {
    const options = {method: "HEAD", redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(patience)};
    const {type, ok, status} = await fetch(location.href, options);
    if (type === "opaqueredirect" || status === 401 || status === 403) return "login";
    return ok || status === 405 ? "page" : ""; // `panel serve` knows no HEAD
  } catch {
    return "";
  }
};

export function render({model, view}) {
  const {document: bokeh_document} = view.model;
  const banner = create("div", "banner"), message = create("p", "", {role: "status"}), countdown = create("span");
  const pending = new Map(); // id of a message → its actions and when it was sent
  const page = bokeh_document.roots().find(({class_name}) => class_name === "Page");
  const is_narrow = matchMedia("(max-width: 599px)");
  let state = "", is_lost = false, is_trying = false, can_stay = false, attempts = 0, lost_at = 0, due = 0;
  let leaving_at = -Infinity, is_wanted = false, destination = "", connected_at = 0, times = 0, alive_since = null, hide_timer = null;
  let looked_at = -Infinity, waiting = []; // actions that were kept over a reload and are not yet carried out
  const now = () => performance.now();
  const actions = () => last_ones([...waiting, ...[...pending.values()].flatMap((sent) => sent.actions)]);

  const show = (next) => {
    clearTimeout(hide_timer);
    state = next;
    const has_actions = ["lost", "login"].includes(state) && actions().length > 0;
    const text = [TEXTS[state], has_actions && "What you chose is kept until then."].filter(Boolean).join(" ");
    if (message.textContent !== text) message.textContent = text;
    banner.dataset.state = state;
    put_above();
    button.hidden = !["lost", "silent", "idle", "back", "login"].includes(state);
    button.textContent = state === "back" ? "Load it now" : "Try now";
    link.hidden = state !== "login";
    link.href = location.href;
    if (state === "connected") hide_timer = setTimeout(show, 5000, "");
    count_down();
  };
  // On a narrow screen the open drawer covers the page: the banner is shown above it then.
  const put_above = () => {
    const is_above = state !== "" && is_narrow.matches && page.data.sidebar_open;
    if (is_above === (banner.popover === "manual")) return;
    if (!is_above) banner.hidePopover();
    banner.popover = is_above ? "manual" : null;
    if (is_above) banner.showPopover();
  };
  const count_down = () => {
    const seconds = Math.max(1, Math.ceil((due - now()) / 1000));
    countdown.textContent = state !== "lost" ? "" : is_trying ? "Trying again …" : `Trying again in ${seconds} s.`;
  };

  const keep = () => keep_actions(actions(), times + 1);
  const connected = () => {
    is_lost = false;
    connected_at = now();
    keep_actions([]);
    show("connected");
  };
  const schedule = () => {
    const wait = WAITS[Math.min(attempts, WAITS.length - 1)] * (0.8 + 0.2 * Math.random());
    attempts += 1;
    due = now() + 1000 * wait;
    show("lost");
  };
  const load_again = () => {
    keep();
    document.cookie = `${RELOADING}=1; path=${location.pathname}; max-age=10; samesite=strict`;
    show("loading");
    if (destination && destination !== location.href) location.assign(destination);
    else location.reload();
    setTimeout(schedule, 20_000); // where the server had no place for it after all, the page has stayed
  };
  const try_again = async () => {
    if (!is_lost || is_trying || state === "loading") return;
    is_trying = true;
    count_down();
    const answer = await ask_server(4000);
    const is_same = answer === "page" && can_stay && now() - lost_at < SESSION_STAYS && await websocket.reconnect(4000);
    is_trying = false;
    if (is_same) connected();
    else if (answer === "page" && (is_wanted || actions().length)) load_again();
    else if (answer === "page") show("back");
    else if (answer === "login") show("login");
    else schedule();
  };
  const lost = (code) => {
    is_lost = true;
    lost_at = now();
    can_stay = code !== undefined && !websocket.is_waiting();
    if (now() - connected_at > 60_000) attempts = 0;
    keep();
    if (code === IDLE) return show("idle");
    // a page that is being left closes its connection, too: nothing flashes then
    const begin = () => { if (is_lost && !is_trying && ["", "silent", "connected"].includes(state)) schedule(); };
    setTimeout(begin, now() - leaving_at < 3000 ? 3500 : 300);
  };

  // An action without an answer: the server may be busy, or bytes no longer arrive. It is dead to this page only when it
  // has answered everybody else for some time.
  const listen = async () => {
    const [oldest] = [...pending.values()].filter((sent) => sent.actions.length);
    if (is_lost || !oldest || now() - oldest.at < SILENCE) {
      alive_since = null;
      if (state === "silent" && !is_lost) show("");
      return;
    }
    if (state !== "silent") show("silent");
    if (now() - looked_at < BETWEEN) return;
    looked_at = now();
    const is_alive = await ask_server(1500) !== "";
    if (is_lost || !pending.size) return;
    alive_since = is_alive ? alive_since ?? now() : null;
    if (is_alive && now() - alive_since > DEAD) give_up();
  };
  const give_up = () => {
    websocket.abandon();
    lost();
  };

  const websocket = watch_websocket({
    page_version: () => model.page_version,
    sent: (id, events) => {
      const found = actions_in(bokeh_document, events);
      pending.set(id, {actions: found, at: now()});
      if (!is_lost || !found.length) return;
      keep();
      if (["idle", "back", "login"].includes(state)) try_again();
      else if (state === "lost") show("lost");
    },
    answered: (id) => {
      const is_action = pending.get(id)?.actions.length;
      pending.delete(id);
      if (is_action) times = 0;
      if (state === "silent") listen();
    },
    closed: lost,
  });

  const button = create_button("Try now", () => {
    if (state === "silent") give_up();
    is_wanted ||= state === "back";
    try_again();
  });
  const link = create("a", "", {textContent: "Log in again"});
  countdown.setAttribute("aria-live", "off");
  banner.append(message, countdown, button, link);
  setInterval(() => {
    listen();
    count_down();
    if (state === "lost" && now() >= due) try_again();
  }, 1000);
  // Other scripts of the page load it by this: links to another snapshot, and going back to one.
  window.addEventListener("oss-ai-monitor-load", ({detail}) => {
    is_wanted = true;
    destination = detail ?? "";
    give_up();
    try_again();
  });
  window.addEventListener("beforeunload", () => { leaving_at = now(); });
  window.addEventListener("offline", async () => { // a server on this machine still answers then
    if (!is_lost && await ask_server(1500) === "" && !is_lost) give_up();
  });
  window.addEventListener("online", () => { if (state !== "idle") try_again(); });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && ["lost", "login"].includes(state)) try_again();
  });

  page.data.properties.sidebar_open.change.connect(put_above);
  const kept = take_actions();
  if (kept.actions.length) {
    ({times, actions: waiting} = kept);
    (async () => {
      while (waiting.length) {
        await ask_again(bokeh_document, waiting[0]);
        waiting.shift();
      }
      if (!is_lost) show("connected");
    })();
  }
  show("");
  return banner;
}
