// Files that wait to be sent: chosen, pasted or dropped.

import { size } from "./attachments.js";
import { el, icon } from "./dom.js";

const MOST = 10;
const MOST_BYTES = 25 * 2 ** 20;

/** Return a file's name and bytes as a request carries them. */
export async function packed(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let start = 0; start < bytes.length; start += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
  }
  return { name: file.name, data: btoa(text) };
}

export class Tray {
  #files = [];
  #box;
  #notice;

  /** Show the waiting files in a box; `notice` tells of those that are left out. */
  constructor(box, notice) {
    this.#box = box;
    this.#notice = notice;
  }

  get count() {
    return this.#files.length;
  }

  /** Add files, as many as a message takes. */
  add(files) {
    for (const file of files) {
      const bytes = this.#files.reduce((sum, one) => sum + one.size, file.size);
      if (this.#files.length < MOST && bytes <= MOST_BYTES) this.#files.push(file);
      else this.#notice(`A message takes ${MOST} files of ${MOST_BYTES >> 20} MB together.`);
    }
    this.#draw();
  }

  /** Empty the tray and return what was in it, packed. */
  async take() {
    const files = this.#files;
    this.clear();
    return Promise.all(files.map(packed));
  }

  /** Throw everything out. */
  clear() {
    this.#files = [];
    this.#draw();
  }

  #draw() {
    this.#box.replaceChildren(...this.#files.map((file) => this.#drawn(file)));
    this.#box.hidden = this.#files.length === 0;
  }

  #drawn(file) {
    const remove = () => {
      this.#files = this.#files.filter((one) => one !== file);
      this.#draw();
    };
    return el(
      "span",
      { class: "waiting-file" },
      icon("file"),
      el("span", {}, file.name),
      el("small", {}, size(file.size)),
      el(
        "button",
        { type: "button", class: "icon-button", "aria-label": `Remove ${file.name}`, onclick: remove },
        icon("close"),
      ),
    );
  }
}
