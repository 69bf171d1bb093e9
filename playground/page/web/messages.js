// The list of a channel's messages: each has one element, kept in order; an edit repaints that one alone.

import { el, icon } from "./dom.js";
import { draw, isEphemeral, joinTo, repaint } from "./message.js";
import { dayOf } from "./time.js";
import { t } from "./words.js";
import { earlier, writerOf } from "./world.js";

const NEAR_THE_END = 80;
const NEAR_THE_START = 400;

export class Messages {
  #list = document.getElementById("messages");
  #scroller = document.getElementById("scroller");
  #toNewest = document.getElementById("to-newest");
  #known = new Map();
  #order = [];
  #acts;
  #more = false;
  #loading = false;
  #pinned = true;
  #tools;

  constructor(acts) {
    this.#acts = acts;
    this.#tools = this.#drawTools();
    this.#scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.#toNewest.addEventListener("click", () => this.toEnd());
    new ResizeObserver(() => this.#pinned && this.toEnd()).observe(this.#list);
    new ResizeObserver(() => this.#pinned && this.toEnd()).observe(this.#scroller);
    this.#list.addEventListener("keydown", (event) => this.#walk(event));
    this.#list.addEventListener("contextmenu", (event) => this.#menu(event));
    this.#list.addEventListener("pointerover", (event) => this.#point(event));
    this.#list.addEventListener("focusin", (event) => this.#point(event));
    this.#scroller.addEventListener("pointerleave", () => this.#tools.remove());
  }

  /** Return the messages that are shown, oldest first. */
  get all() {
    return this.#order.map((id) => this.#known.get(id).message);
  }

  /** Show a channel's newest messages instead of what is shown. */
  show(messages, more) {
    this.#known.clear();
    this.#order = [];
    this.#tools.remove();
    this.#more = more;
    this.#list.replaceChildren();
    this.#insert(messages, 0);
    this.toEnd();
    requestAnimationFrame(() => this.toEnd());
  }

  /** Add a new message, or repaint it if it is there. */
  put(message) {
    const known = this.#known.get(message.id);
    if (known) {
      known.message = message;
      repaint(known.item, message, this.#acts);
    } else {
      const place = this.#order.findLastIndex((id) => earlier(id, message.id) < 0) + 1;
      this.#insert([message], place);
    }
    if (this.#pinned) this.toEnd();
  }

  /** Repaint a message if it is shown. */
  change(message) {
    if (this.#known.has(message.id)) this.put(message);
  }

  /** Take a message away. */
  remove(id) {
    const known = this.#known.get(id);
    if (!known) return;
    const place = this.#order.indexOf(id);
    known.item.remove();
    known.divider?.remove();
    this.#known.delete(id);
    this.#order.splice(place, 1);
    this.#join(place);
  }

  /** Scroll to the newest message. */
  toEnd() {
    this.#pinned = true;
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#toNewest.hidden = true;
  }

  /** Scroll to a message, however far back it is, and let it light up for a moment. */
  async goTo(id) {
    while (!this.#known.has(id) && this.#more && !this.#loading) await this.#loadOlder();
    const item = this.#known.get(id)?.item;
    if (!item) return;
    item.scrollIntoView({ block: "center" });
    item.classList.add("found");
    item.addEventListener("animationend", () => item.classList.remove("found"), { once: true });
    this.#focus(item);
  }

  #insert(messages, place) {
    const items = messages.map((message) => {
      const item = draw(message, this.#acts);
      this.#known.set(message.id, { item, message });
      return item;
    });
    const after = this.#known.get(this.#order[place]);
    const next = after?.divider ?? after?.item ?? null;
    this.#order.splice(place, 0, ...messages.map((message) => message.id));
    const fragment = document.createDocumentFragment();
    fragment.append(...items);
    this.#list.insertBefore(fragment, next);
    for (let index = place; index <= place + messages.length; index += 1) this.#join(index);
    if (!next && !this.#list.contains(document.activeElement)) this.#makeReachable(items.at(-1));
  }

  #join(place) {
    const known = this.#known.get(this.#order[place]);
    if (!known) return;
    const before = this.#known.get(this.#order[place - 1])?.message;
    joinTo(known.item, known.message, before);
    this.#divide(known, before);
  }

  /** Where a day begins, a line with its date stands above the message. */
  #divide(known, before) {
    const day = dayOf(known.message.timestamp);
    const begins = !before || dayOf(before.timestamp) !== day;
    if (begins === Boolean(known.divider)) return;
    known.divider?.remove();
    known.divider = begins ? el("li", { class: "day" }, el("span", {}, day)) : null;
    if (known.divider) known.item.before(known.divider);
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    this.#pinned = scrollHeight - scrollTop - clientHeight < NEAR_THE_END;
    this.#toNewest.hidden = this.#pinned;
    if (scrollTop < NEAR_THE_START && this.#more && !this.#loading) this.#loadOlder();
  }

  async #loadOlder() {
    this.#loading = true;
    try {
      const oldest = this.#order[0];
      const { messages, more } = await this.#acts.older(oldest);
      if (this.#order[0] !== oldest) return;
      const before = this.#scroller.scrollHeight - this.#scroller.scrollTop;
      this.#more = more;
      this.#insert(messages, 0);
      this.#scroller.scrollTop = this.#scroller.scrollHeight - before;
    } finally {
      this.#loading = false;
    }
  }

  #messageAt(target) {
    const item = target.closest?.(".message");
    return item && { item, message: this.#known.get(item.id.replace("message-", ""))?.message };
  }

  /** One message can be reached by Tab; arrow keys lead from it to the others. */
  #makeReachable(item) {
    this.#list.querySelector(".message[tabindex='0']")?.setAttribute("tabindex", "-1");
    item?.setAttribute("tabindex", "0");
  }

  #focus(item) {
    this.#makeReachable(item);
    item.focus({ preventScroll: true });
  }

  #walk(event) {
    const item = event.target;
    if (!item.classList.contains("message")) return;
    const steps = { ArrowUp: -1, ArrowDown: 1 };
    if (event.key in steps) {
      const place = this.#order.indexOf(item.id.replace("message-", "")) + steps[event.key];
      const next = this.#known.get(this.#order[place])?.item;
      if (next) {
        this.#focus(next);
        next.scrollIntoView({ block: "nearest" });
      }
    } else if (event.key === "Enter") {
      this.#acts.menu(this.#messageAt(item).message, item);
    } else {
      return;
    }
    event.preventDefault();
  }

  #menu(event) {
    const found = this.#messageAt(event.target);
    if (!found?.message || event.target.closest("a, textarea")) return;
    event.preventDefault();
    const byKey = event.clientX === 0 && event.clientY === 0;
    this.#acts.menu(found.message, byKey ? found.item : { x: event.clientX, y: event.clientY });
  }

  #point(event) {
    const found = this.#messageAt(event.target);
    if (found?.message && this.#tools.parentElement !== found.item && !this.#tools.contains(event.target)) {
      found.item.append(this.#tools);
    }
  }

  #drawTools() {
    const of = (act) => () => act(this.#messageAt(this.#tools).message);
    const tool = (name, label, act) =>
      el(
        "button",
        { type: "button", tabindex: -1, "aria-label": label, title: label, onclick: of(act) },
        icon(name),
      );
    return el(
      "div",
      { class: "tools" },
      tool("smile", t("React"), (message) => this.#acts.pickReaction(message, this.#tools)),
      tool("reply", t("Reply"), (message) => this.#acts.reply(message)),
      tool("more", t("More"), (message) => this.#acts.menu(message, this.#tools)),
    );
  }
}

/** Return the newest message that a person wrote, of those that are shown. */
export function lastOf(messages, personId) {
  return messages.findLast(
    (message) => message.author.id === personId && !message.author.bot && !isEphemeral(message),
  );
}

/** Return a message in one line, for those who hear it. */
export function spoken(message) {
  return `${writerOf(message)}: ${message.content.slice(0, 300)}`;
}
