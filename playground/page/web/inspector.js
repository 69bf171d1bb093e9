// The inspector: faults at a click, the model's speed, the time line and the wire's log.

import { el, icon } from "./dom.js";
import { Timeline } from "./timeline.js";
import { WireLog } from "./wirelog.js";
import { t } from "./words.js";
import { world } from "./world.js";

const FAULTS = [
  ["limited", "Bot's next call: 429", "The bot's next call to Discord is answered 429, try again in 2 s"],
  ["failed", "Bot's next call: 500", "The bot's next call to Discord is answered 500"],
  ["lost", "Bot's next call: answer lost", "The bot's next call to Discord takes effect, but its answer never arrives"],
  ["intercepted", "Bot's next call: proxy's page", "The bot's next call to Discord is answered 403 with a page of a proxy's"],
  ["latency", "Bot's calls: 2 s late", "Every call to Discord takes 2 s, until this is pressed again"],
  ["gateway", "Bot's gateway drops", "The bot's connection for events is closed; it should resume"],
  ["stall", "Model's next answer: stalls", "The model's next answer begins, and then nothing more comes"],
  ["cut", "Model's next answer: cut off", "The model's next answer breaks off in the middle"],
  ["own", "Model's next answer: its own error", "The model's next answer fails in the way of the server that it speaks like"],
];
const OF_THE_MODEL = ["stall", "cut", "own"];

export class Inspector {
  #box = document.getElementById("inspector");
  #acts;
  #timeline = new Timeline();
  #log;
  #latency;
  #speed;
  #character;
  #waiting = el("p", { class: "waiting", role: "status" });
  #bill = el("p", { class: "bill" });

  /** `acts` are `ask`, `notice`, `goTo(channel, message)` and `closed()`. */
  constructor(acts) {
    this.#acts = acts;
    this.#log = new WireLog({ details: (n) => acts.ask("details", { entry: n }), goTo: acts.goTo });
  }

  get open() {
    return !this.#box.hidden;
  }

  /** Open the drawer, or close it. */
  async toggle() {
    if (this.open) {
      this.#box.hidden = true;
      await this.#ask("look away");
      this.#acts.closed();
      return;
    }
    this.#box.hidden = false;
    this.#draw();
    await this.look();
    this.#box.querySelector("button").focus();
  }

  /** Ask for the traffic again, after a new connection. */
  async look() {
    if (!this.open) return;
    const seen = await this.#ask("look");
    if (!seen) return;
    this.#log.clear();
    this.#character.offer(seen.cast);
    this.hear(seen);
    this.tune(seen.instruments);
  }

  /** Take in traffic. */
  hear({ entries }) {
    this.#log.add(entries);
    this.#timeline.add(entries);
  }

  /** Take in how the instruments stand. */
  tune({ speed, character, bill, latency, waiting }) {
    if (!this.#speed) return;
    this.#character.show(character);
    this.#bill.textContent = written(bill);
    this.#latency.setAttribute("aria-pressed", String(latency));
    this.#waiting.textContent = waiting ? t("{count} waiting for the next call", { count: waiting }) : "";
    if (document.activeElement !== this.#speed.input) this.#speed.show(speed);
  }

  async #ask(what, fields) {
    try {
      return await this.#acts.ask(what, fields);
    } catch (error) {
      this.#acts.notice(error.message);
      return null;
    }
  }

  #draw() {
    const close = el(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": t("Close the drawer"),
        onclick: () => this.toggle(),
      },
      icon("close"),
    );
    const head = el("header", { class: "inspector-head" }, el("h2", {}, t("Behind the curtain")), close);
    this.#speed = this.#speedSlider();
    this.#character = this.#characterSelect();
    this.#box.replaceChildren(
      head,
      el(
        "section",
        { class: "instruments", "aria-label": t("Faults and speed") },
        this.#faults(),
        this.#waiting,
        this.#speed.element,
        this.#character.element,
        this.#bill,
        elsewhere(),
      ),
      el(
        "section",
        { "aria-label": t("Chunks against edits") },
        el("h3", {}, t("Chunks against edits")),
        this.#timeline.element,
      ),
      this.#log.element,
    );
  }

  #faults() {
    const buttons = FAULTS.map(([name, label, title]) => {
      const toggles = name === "latency";
      const disabled = OF_THE_MODEL.includes(name) && Boolean(world.answering);
      const button = el(
        "button",
        { type: "button", class: "fault", title: t(title), disabled, "aria-pressed": toggles ? "false" : null },
        t(label),
      );
      button.addEventListener("click", () => this.#ask("fault", { fault: name }));
      if (toggles) this.#latency = button;
      return button;
    });
    return el(
      "div",
      { class: "faults" },
      el("h3", {}, t("Let something go wrong")),
      el("div", { class: "fault-buttons" }, buttons),
    );
  }

  /** Which kind of server the model speaks like, and what is special about it. */
  #characterSelect() {
    const does = new Map();
    const line = el("p", { id: "character-does", class: "does" });
    const select = el("select", {
      id: "character",
      "aria-describedby": "character-does",
      disabled: Boolean(world.answering),
    });
    const show = (name) => {
      select.value = name;
      line.textContent = does.get(name) ?? "";
    };
    const offer = (cast) => {
      for (const one of cast) does.set(one.name, one.does);
      select.replaceChildren(...cast.map((one) => el("option", { value: one.name }, one.name)));
    };
    select.addEventListener("change", () => {
      show(select.value);
      this.#ask("character", { character: select.value });
    });
    const label = el("label", { for: "character" }, t("The model speaks like"));
    return { element: el("div", { class: "character" }, label, select, line), offer, show };
  }

  /** The slider goes by doubling: from one word a second to two hundred. */
  #speedSlider() {
    const words = el("output", { for: "speed" });
    const input = el("input", {
      type: "range",
      id: "speed",
      min: 0,
      max: 100,
      step: 1,
      disabled: Boolean(world.answering),
    });
    const show = (speed) => {
      input.value = String(Math.round((Math.log(speed) / Math.log(200)) * 100));
      words.textContent = t("{count} words a second", { count: Math.round(speed) });
      input.setAttribute("aria-valuetext", words.textContent);
    };
    input.addEventListener("input", () => {
      const speed = 200 ** (Number(input.value) / 100);
      words.textContent = t("{count} words a second", { count: Math.round(speed) });
      input.setAttribute("aria-valuetext", words.textContent);
      this.#ask("speed", { speed });
    });
    const label = el("label", { for: "speed" }, t("The model's speed"));
    return { element: el("div", { class: "speed" }, label, input, words), input, show };
  }
}

function elsewhere() {
  if (!world.answering) return null;
  return el(
    "p",
    { class: "note" },
    t("{model} answers: its speed, faults and requests are not in the playground's hands.", { model: world.answering }),
  );
}

/** Return what the model has billed so far, as one line. */
function written({ requests, prompt_tokens, cached_tokens, completion_tokens }) {
  const figures = { requests, prompt: prompt_tokens, cached: cached_tokens, completion: completion_tokens };
  return requests === 1
    ? t("The model's bill: 1 request, {prompt} prompt tokens ({cached} cached), {completion} completion tokens", figures)
    : t(
        "The model's bill: {requests} requests, {prompt} prompt tokens ({cached} cached), {completion} completion tokens",
        figures,
      );
}
