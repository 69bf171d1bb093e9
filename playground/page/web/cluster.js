// The bot's processes, where several share its shards: which holds which, and buttons to pause, end and add one.

import { el, icon } from "./dom.js";
import { t } from "./words.js";
import { world } from "./world.js";

const EVERY_MS = 400;

export class Cluster {
  #box = document.getElementById("cluster");
  #acts;
  #table = null;
  #drawn = "";
  #timer = 0;

  /** `acts` are `ask` and `tried`. */
  constructor(acts) {
    this.#acts = acts;
  }

  /** Show the processes of a greeting, and look at them from then on; there may be none to look at. */
  begin(table) {
    clearInterval(this.#timer);
    this.#box.hidden = !table;
    if (!table) return;
    this.show(table);
    this.#timer = setInterval(() => this.#look(), EVERY_MS);
  }

  /** Draw a table, or the last one for another place, if that changes anything. */
  show(table = this.#table) {
    if (!table) return;
    this.#table = table;
    const here = shardOf(world.here, table.shards);
    const key = JSON.stringify([table, here]);
    if (key === this.#drawn) return;
    this.#drawn = key;
    const focused = this.#box.contains(document.activeElement) && document.activeElement.dataset.key;
    const open = this.#box.querySelector("details")?.open ?? true;
    const summary = t("Processes: {count}, shards: {shards}; this place is on shard {here}", {
      count: table.processes.length,
      shards: table.shards,
      here,
    });
    const rows = table.processes.map((one) => this.#row(one, here));
    const free = table.free.length > 0 && el("li", { class: "free" }, el("strong", {}, t("Held by nobody")), shards(table.free, here));
    const add = el("li", { class: "add" }, this.#button(t("Add a process"), "add", 0, "plus"));
    const list = el("ul", {}, rows, free, add);
    this.#box.replaceChildren(el("details", { open }, el("summary", { "data-key": "summary" }, summary), list));
    if (focused) this.#box.querySelector(`[data-key="${focused}"]`)?.focus();
  }

  #row({ number, paused, shards: held }, here) {
    const deed = paused ? [t("Wake"), "wake"] : [t("Pause"), "pause"];
    const state = paused ? t("paused") : held.length ? "" : t("holds none");
    return el(
      "li",
      { class: paused ? "process paused" : "process" },
      el("strong", {}, t("Process {number}", { number })),
      shards(held, here),
      state && el("small", {}, state),
      el("span", { class: "deeds" }, this.#button(...deed, number), this.#button(t("Kill"), "kill", number)),
    );
  }

  #button(label, deed, number, drawing) {
    const attributes = {
      type: "button",
      class: `deed ${deed}`,
      "data-key": `${deed}-${number}`,
      "aria-label": number ? `${label}: ${t("Process {number}", { number })}` : null,
      onclick: () => this.#do(deed, number),
    };
    return el("button", attributes, drawing && icon(drawing), label);
  }

  async #do(deed, number) {
    const table = await this.#acts.tried(this.#acts.ask("process", { deed, number }));
    if (table) this.show(table);
  }

  async #look() {
    if (document.hidden) return;
    try {
      this.show(await this.#acts.ask("cluster"));
    } catch {
      // The connection is lost, which the page says by itself.
    }
  }
}

function shards(numbers, here) {
  const one = (number) => el("li", { class: number === here ? "here" : null }, number);
  return el("ol", { class: "shards", "aria-label": t("Shards") }, numbers.map(one));
}

/** Return which shard hears of a place: its server's, and the first one of direct messages. */
function shardOf(place, count) {
  return place?.guild ? Number((BigInt(place.guild) >> 22n) % BigInt(count)) : 0;
}
