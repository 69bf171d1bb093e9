// Chunks against edits: what the model had sent and what could be read, over the time of one answer.

import { el, svg } from "./dom.js";
import { t } from "./words.js";

const WIDTH = 400;
const HEIGHT = 120;
const TAIL_SECONDS = 3;

export class Timeline {
  #answers = [];
  #picture = svg("svg", {
    class: "timeline",
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    preserveAspectRatio: "none",
    role: "img",
  });
  #words = el("p", { class: "timeline-words" }, t("No answer yet."));
  #planned = false;

  /** The picture and what it says in words. */
  get element() {
    return el("figure", { class: "timeline-box" }, this.#picture, el("figcaption", {}, key(), this.#words));
  }

  /** Take in entries of the wire. */
  add(entries) {
    for (const entry of entries) this.#take(entry);
    if (this.#planned || document.hidden) return;
    this.#planned = true;
    requestAnimationFrame(() => this.#draw());
  }

  #take(entry) {
    if (entry.kind === "model-request") {
      this.#answers = [
        ...this.#answers.slice(-19),
        { request: entry.request, began: entry.at, chunks: [], edits: [], channel: null },
      ];
    } else if (entry.kind === "model-chunk") {
      this.#answers.find((one) => one.request === entry.request)?.chunks.push(entry);
    } else if (entry.kind === "rest" && entry.message && entry.status < 300) {
      const answer = this.#answers.findLast((one) => belongs(one, entry));
      if (!answer) return;
      answer.channel = entry.channel;
      answer.edits.push(entry);
    }
  }

  #draw() {
    this.#planned = false;
    const answer = this.#answers.findLast((one) => one.chunks.length);
    if (!answer) return;
    const sent = cumulated(answer.chunks, (before, chunk) => before + chunk.size);
    const seen = visible(answer.edits);
    const end = Math.max(sent.at(-1).at, seen.at(-1)?.at ?? 0);
    const most = Math.max(sent.at(-1).sum, seen.at(-1)?.sum ?? 0, 1);
    const x = (at) => (((at - answer.began) / Math.max(end - answer.began, 0.1)) * WIDTH).toFixed(1);
    const y = (sum) => (HEIGHT - 4 - (sum / most) * (HEIGHT - 10)).toFixed(1);
    const ticks = answer.edits.map((edit) =>
      svg("line", { class: "tick", x1: x(edit.at), x2: x(edit.at), y1: HEIGHT - 4, y2: HEIGHT }),
    );
    this.#picture.replaceChildren(line("sent", sent, x, y), line("seen", seen, x, y), ...ticks);
    const words = t("{chunks} chunks, {writes} writes, {seconds} s, {size} characters", {
      chunks: answer.chunks.length,
      writes: answer.edits.length,
      seconds: (end - answer.began).toFixed(1),
      size: sent.at(-1).sum,
    });
    this.#words.textContent = words;
    this.#picture.setAttribute("aria-label", `${t("Chunks against edits")}: ${words}`);
  }
}

/** A write belongs to the newest answer that runs, in the channel where that answer began to be written. */
function belongs(answer, entry) {
  const end = answer.chunks.at(-1)?.at ?? answer.began + 60;
  const during = entry.at >= answer.began && entry.at <= end + TAIL_SECONDS;
  return during && (answer.channel === null || answer.channel === entry.channel);
}

function cumulated(entries, next) {
  let sum = 0;
  return entries.map((entry) => ({ at: entry.at, sum: (sum = next(sum, entry)) }));
}

/** Return how much could be read after each write: each message holds as much as was last written. */
function visible(edits) {
  const lengths = new Map();
  return edits.map((edit) => {
    lengths.set(edit.message, edit.size);
    return { at: edit.at, sum: [...lengths.values()].reduce((one, other) => one + other, 0) };
  });
}

function line(name, points, x, y) {
  const steps = points.map(({ at, sum }) => `H${x(at)}V${y(sum)}`).join("");
  return svg("path", { class: name, d: `M0 ${HEIGHT - 4}${steps}`, "vector-effect": "non-scaling-stroke" });
}

function key() {
  const entry = (name, label) => el("span", { class: `key ${name}` }, label);
  return el(
    "span",
    { class: "keys" },
    entry("sent", t("sent by the model")),
    entry("seen", t("visible in the channel")),
  );
}
