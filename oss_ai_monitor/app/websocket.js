// The page's websocket: what BokehJS does not document, and a lost connection needs. tests/browser/test_connection.py has a
// test for each use: which messages the server has answered, why a connection was closed, and connecting anew without
// replacing the page, as BokehJS would, which forgets what a reader has typed and zoomed.
const watch_websocket = ({page_version, sent, answered, closed}) => {
  const {prototype} = Bokeh.require("client/connection").ClientConnection;
  const {send, _on_close, _repull_session_doc, _steady_state_handler} = prototype;
  const unanswered = new Map(); // id of a message → the message
  let connection = null, is_open = true;

  prototype.send = function (message) {
    connection = this;
    if (message.msgtype() !== "PATCH-DOC") return send.call(this, message);
    unanswered.set(message.msgid(), message);
    if (is_open) send.call(this, message);
    sent(message.msgid(), message.content.events);
  };
  prototype._steady_state_handler = function (message) {
    _steady_state_handler.call(this, message);
    if (unanswered.delete(message.reqid())) answered(message.reqid());
  };
  prototype._on_close = function (event, reject) {
    _on_close.call(this, event, reject);
    connection = this;
    if (!is_open) return; // an attempt has failed
    is_open = false;
    closed(event.code);
  };
  // The page stays as it is where the server still has it; a change there since then has changed its version.
  prototype._repull_session_doc = async function (resolve, reject) {
    if (this.session == null) return _repull_session_doc.call(this, resolve, reject);
    try {
      const {doc_json} = await this._pull_doc_json();
      if (!JSON.stringify(doc_json).includes(page_version())) throw new Error("the server no longer has this page");
      resolve(this.session);
    } catch (error) {
      reject(error);
    }
  };
  return {
    is_waiting: () => unanswered.size > 0,
    // From now on messages wait; the socket may never say that it is closed.
    abandon: () => { is_open = false; },
    // Connect to the same session and send what has waited; returns whether that was possible.
    reconnect: async (patience) => {
      const too_late = new Promise((_, reject) => setTimeout(reject, patience, new Error("no answer")));
      try {
        await Promise.race([connection.connect(), too_late]);
        if (connection.socket?.readyState !== WebSocket.OPEN) return false;
      } catch {
        connection.socket?.close();
        return false;
      }
      is_open = true;
      for (const message of unanswered.values()) send.call(connection, message);
      return true;
    },
  };
};
