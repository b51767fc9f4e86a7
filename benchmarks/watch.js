// Added to every page before its own scripts: notes when canvases are cleared and painted, and when messages arrive.
const bench = window.__bench = {began: 0, first: 0, cleared: 0, painted: 0, heard: 0, repaints: 0, bytes: 0};
const after = new MessageChannel();  // its task runs when the frame in which a canvas was cleared has been painted
let waiting = false;
after.port1.onmessage = () => {
  waiting = false;
  bench.painted = performance.now();
  bench.first ||= bench.painted;
  bench.repaints += 1;
};
const clear = CanvasRenderingContext2D.prototype.clearRect;
CanvasRenderingContext2D.prototype.clearRect = function (...box) {
  if (this.canvas.isConnected) {
    bench.cleared = performance.now();
    if (!waiting) after.port2.postMessage(null);
    waiting = true;
  }
  return clear.apply(this, box);
};
const Socket = window.WebSocket, letters = new TextEncoder();
window.WebSocket = class extends Socket {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({data}) => {
      bench.bytes += data.byteLength ?? letters.encode(data).length;  // a Blob would take milliseconds
      bench.heard = performance.now();
    });
  }
};
// A chart that was drawn before is shown again without being drawn: then the first frame with other figures counts.
const visible_figures = () => [...Bokeh.documents[0]._all_models.values()].filter(({type, id}) =>
  type === "Figure" && Bokeh.index.find_one_by_id(id)?.el.checkVisibility()).map(({id}) => id);
bench.turning = (before = String(visible_figures())) => requestAnimationFrame(() => {
  const now = String(visible_figures());
  if (!now || now === before) return bench.turning(before);
  bench.cleared = performance.now();
  if (!waiting) after.port2.postMessage(null);
  waiting = true;
});
addEventListener("click", (event) => { bench.began ||= event.timeStamp; }, true);
