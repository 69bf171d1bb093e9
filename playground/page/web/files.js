// Files that wait to be sent: chosen, pasted or dropped.

import { size } from "./attachments.js";
import { el, icon } from "./dom.js";
import { t } from "./words.js";

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
  #waiting = new Map();
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

  /** Show the files that wait at another place. */
  turnTo(place) {
    this.#files = this.#waiting.get(place) ?? [];
    this.#waiting.set(place, this.#files);
    this.#draw();
  }

  /** Add files, as many as a message takes. */
  add(files) {
    for (const file of files) {
      const bytes = this.#files.reduce((sum, one) => sum + one.size, file.size);
      if (this.#files.length < MOST && bytes <= MOST_BYTES) this.#files.push(file);
      else this.#notice(t("A message takes {most} files of {megabytes} MB together.", { most: MOST, megabytes: MOST_BYTES >> 20 }));
    }
    this.#draw();
  }

  /** Empty the tray and return what was in it, packed. */
  async take() {
    const files = this.#files.splice(0);
    this.#draw();
    return Promise.all(files.map(packed));
  }

  #draw() {
    this.#box.replaceChildren(...this.#files.map((file) => this.#drawn(file)));
    this.#box.hidden = this.#files.length === 0;
  }

  #drawn(file) {
    const remove = () => {
      this.#files.splice(this.#files.indexOf(file), 1);
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
        { type: "button", class: "icon-button", "aria-label": t("Remove {name}", { name: file.name }), onclick: remove },
        icon("close"),
      ),
    );
  }
}
