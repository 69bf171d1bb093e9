// The one WebSocket of this window: events come in, requests go out and are answered by their number.

import { t } from "./words.js";

const FIRST_WAIT = 300;
const LONGEST_WAIT = 3000;

export class Connection extends EventTarget {
  #socket = null;
  #person = "";
  #count = 0;
  #asked = new Map();
  #wait = FIRST_WAIT;
  #planned = 0;

  /** Connect as a person; an open connection as somebody else ends. */
  open(person) {
    this.#person = person;
    clearTimeout(this.#planned);
    const before = this.#socket;
    const address = new URL(`/live?as=${encodeURIComponent(person)}`, location.href);
    address.protocol = "ws:";
    const socket = new WebSocket(address);
    this.#socket = socket;
    before?.close();
    socket.addEventListener("message", (event) => this.#receive(socket, JSON.parse(event.data)));
    socket.addEventListener("close", () => this.#closed(socket));
  }

  /** Ask for something; resolves with what it brings, rejects with a sentence to show. */
  ask(what, fields = {}) {
    return new Promise((resolve, reject) => {
      if (this.#socket?.readyState !== WebSocket.OPEN) {
        reject(new Error(t("The playground is not running.")));
        return;
      }
      const n = ++this.#count;
      this.#asked.set(n, { resolve, reject });
      this.#socket.send(JSON.stringify({ ...fields, do: what, n }));
    });
  }

  #receive(socket, { t: name, d: data }) {
    if (socket !== this.#socket) return;
    if (name === "ANSWER") {
      const waiting = this.#asked.get(data.n);
      this.#asked.delete(data.n);
      if (data.error === undefined) waiting.resolve(data.d);
      else waiting.reject(new Error(data.error));
      return;
    }
    if (name === "HELLO") this.#wait = FIRST_WAIT;
    this.dispatchEvent(new CustomEvent(name, { detail: data }));
  }

  #closed(socket) {
    if (socket !== this.#socket) return;
    for (const { reject } of this.#asked.values()) reject(new Error(t("The connection was lost.")));
    this.#asked.clear();
    this.dispatchEvent(new CustomEvent("LOST"));
    this.#planned = setTimeout(() => this.open(this.#person), this.#wait);
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
  }
}
