// The live log of the wire: one line for each entry, its details on demand.

import { coloured } from "./code.js";
import { el } from "./dom.js";
import { t } from "./words.js";
import { modelRequest } from "./model_request.js";

const MOST = 400;
// What Discord calls the frames that are no events: https://docs.discord.com/developers/topics/opcodes-and-status-codes
const FRAMES = {
  1: "heartbeat",
  2: "identify",
  3: "presence",
  4: "voice state",
  6: "resume",
  7: "reconnect",
  8: "request members",
  9: "invalid session",
  10: "hello",
  11: "heartbeat acknowledged",
};
const KINDS = { all: "All", gateway: "Gateway", rest: "REST", model: "Model" };
const time = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 2,
  hourCycle: "h23",
});

export class WireLog {
  #list = el("ol", { class: "log", "aria-label": t("Traffic, newest first") });
  #chunks = new Map();
  #acts;

  /** `acts.details(n)` brings all that is known of an entry; `acts.goTo(channel, message)` shows a message. */
  constructor(acts) {
    this.#acts = acts;
  }

  /** The log and its filter. */
  get element() {
    const filter = el("div", { class: "filter", role: "radiogroup", "aria-label": t("What to show") });
    for (const [kind, label] of Object.entries(KINDS)) {
      const input = el("input", { type: "radio", name: "wire-kind", value: kind, checked: kind === "all" });
      input.addEventListener("change", () => (this.#list.dataset.only = kind));
      filter.append(el("label", {}, input, el("span", {}, t(label))));
    }
    return el("section", { class: "log-box", "aria-label": t("Traffic") }, filter, this.#list);
  }

  /** Take in entries, oldest first. */
  add(entries) {
    for (const entry of entries) {
      if (entry.kind === "model-chunk") this.#count(entry);
      else if (entry.kind === "model-end") this.#end(entry);
      else this.#list.prepend(this.#line(entry));
    }
    while (this.#list.childElementCount > MOST) this.#list.lastElementChild.remove();
  }

  clear() {
    this.#list.replaceChildren();
    this.#chunks.clear();
  }

  #count(entry) {
    const counted = this.#chunks.get(entry.request);
    if (!counted) return;
    counted.number += 1;
    counted.place.textContent = `${counted.number} chunks, ${(entry.at - counted.began).toFixed(1)} s`;
  }

  #end(entry) {
    const counted = this.#chunks.get(entry.request);
    if (!counted) return;
    const said = entry.status === 200 ? entry.note : `answered ${entry.status}`;
    counted.place.textContent = `${said}, ${(entry.at - counted.began).toFixed(1)} s`;
    counted.place.closest("li")?.classList.toggle("bad", entry.status !== 200);
    this.#chunks.delete(entry.request);
  }

  #line(entry) {
    const group = entry.kind.startsWith("gateway")
      ? "gateway"
      : entry.kind.startsWith("model")
        ? "model"
        : "rest";
    const figures = el("span", { class: "figures" }, figuresOf(entry));
    if (entry.kind === "model-request")
      this.#chunks.set(entry.request, { number: 0, began: entry.at, place: figures });
    const button = el(
      "button",
      { type: "button", class: "line", "aria-expanded": "false" },
      el("span", { class: "at" }, time.format(entry.at * 1000)),
      el(
        "span",
        { class: "what" },
        el("b", {}, titleOf(entry)),
        " ",
        el("span", { class: "path" }, shortened(entry.path)),
      ),
      figures,
    );
    const bad = group === "rest" && (entry.status >= 400 || entry.status === 0);
    const item = el("li", { class: bad ? `${group} bad` : group }, button);
    button.addEventListener("click", () => this.#toggle(item, button, entry));
    return item;
  }

  async #toggle(item, button, entry) {
    const open = item.querySelector(".details");
    button.setAttribute("aria-expanded", String(!open));
    if (open) {
      open.remove();
      return;
    }
    const details = el("div", { class: "details" }, "…");
    item.append(details);
    try {
      const found = await this.#acts.details(entry.n);
      details.replaceChildren(...this.#drawn(entry, found).filter(Boolean));
    } catch (error) {
      details.replaceChildren(error.message);
    }
  }

  #drawn(entry, { payload, answer, model }) {
    if (model) return [modelRequest(model, this.#acts.goTo)];
    const limit =
      entry.bucket &&
      el("p", {}, `Bucket ${entry.bucket}, ${entry.remaining ?? "?"} of ${entry.of ?? "?"} left`);
    return [limit, entry.note && el("p", {}, entry.note), json("Sent", payload), json("Answer", answer)];
  }
}

function json(title, value) {
  if (value === null || value === undefined) return null;
  const text = coloured(JSON.stringify(value, null, 2), "json");
  return el(
    "div",
    {},
    el("h4", {}, title),
    el("pre", { class: "code-block", tabindex: 0 }, el("code", {}, text)),
  );
}

function titleOf(entry) {
  const frame = FRAMES[entry.method.replace("op ", "")] ?? entry.method;
  if (entry.kind === "gateway-out") return `← ${frame}`;
  if (entry.kind === "gateway-in") return `→ ${frame}`;
  return entry.kind === "rest" ? entry.method : "Model";
}

function shortened(path) {
  return path.replace(/\/(interaction|aW50)[^/]{12,}/g, "/…").replace(/\d{10,}/g, (id) => `…${id.slice(-4)}`);
}

function figuresOf(entry) {
  if (entry.kind === "model-request") return entry.note;
  if (entry.kind !== "rest") return "";
  const status = el("span", { class: "status" }, entry.status || "cut");
  if (entry.remaining === null || !entry.of) return status;
  return [
    el(
      "span",
      { class: "left", title: "Tokens left in the bucket" },
      `${entry.bucket} ${entry.remaining}/${entry.of}`,
    ),
    " ",
    status,
  ];
}
