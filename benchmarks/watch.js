// Added to every page before its own scripts: notes when canvases are painted or shown, and when messages arrive.
// It knows canvases and sockets only, so that it times any page that draws with them.
const bench = window.__bench = {began: 0, first: 0, cleared: 0, painted: 0, heard: 0, moved: 0, repaints: 0, bytes: 0,
  received: 0, search: "-", is_shown: true};
const canvases = new Set();
const after = new MessageChannel();  // its task runs when the frame in which a canvas was cleared has been painted
let is_waiting = false;
after.port1.addEventListener("message", () => {
  is_waiting = false;
  bench.painted = performance.now();
  bench.first ||= bench.painted;
  bench.repaints += 1;
});
after.port1.start();
const note_paint = () => {
  bench.cleared = performance.now();
  if (!is_waiting) after.port2.postMessage(null);
  is_waiting = true;
};
const clear = CanvasRenderingContext2D.prototype.clearRect;
CanvasRenderingContext2D.prototype.clearRect = function (...box) {
  canvases.add(this.canvas);
  if (this.canvas.isConnected) note_paint();
  return clear.apply(this, box);
};
const letters = new TextEncoder();
window.WebSocket = class extends window.WebSocket {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({data}) => {
      const length = data.byteLength ?? letters.encode(data).length;  // a Blob would take milliseconds
      bench.bytes += length;
      bench.received += length;
      bench.heard = performance.now();
    });
  }
};
const visible_canvases = () => [...canvases].filter((canvas) =>
  canvas.isConnected && canvas.checkVisibility({visibilityProperty: true, opacityProperty: true}));
Object.assign(window, {
  __reset() {
    Object.assign(bench, {began: 0, cleared: 0, painted: 0, moved: 0, repaints: 0, bytes: 0, search: location.search});
  },
  __turning() {  // a chart that was drawn before may be shown without being drawn: its first frame counts as painted
    const before = new Set(visible_canvases());
    bench.is_shown = false;
    const look = () => {
      bench.is_shown = visible_canvases().some((canvas) => !before.has(canvas));
      if (bench.is_shown) note_paint();
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  },
  __settled(quiet) {  // the address has the change, and nothing more has been painted or received for a while
    const now = performance.now();
    if (location.search !== bench.search) bench.moved ||= now;
    return bench.moved && bench.is_shown && bench.painted >= bench.cleared
      && now - Math.max(bench.painted, bench.heard, bench.moved) > (bench.repaints ? quiet : 2 * quiet) && bench;
  },
});
