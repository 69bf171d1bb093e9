// The list that opens above a field while one types: arrows walk, Enter or Tab takes, Esc closes.

import { el } from "./dom.js";

let count = 0;

export class Suggestions {
  #field;
  #box;
  #items = [];
  #take = null;
  #here = 0;

  /** Belong to a text field; the list opens as a child of `holder`. */
  constructor(field, holder, label) {
    this.#field = field;
    this.#box = el("div", {
      class: "suggestions",
      role: "listbox",
      id: `suggestions-${++count}`,
      "aria-label": label,
      hidden: true,
    });
    holder.append(this.#box);
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", this.#box.id);
    field.setAttribute("aria-expanded", "false");
    this.#box.addEventListener("pointerdown", (event) => event.preventDefault());
  }

  get open() {
    return !this.#box.hidden;
  }

  /** Offer items (`{label, detail, mark}`); `take` is called with the one that is chosen. */
  offer(items, take) {
    this.#items = items;
    this.#take = take;
    this.#box.hidden = items.length === 0;
    this.#field.setAttribute("aria-expanded", String(items.length > 0));
    this.#box.replaceChildren(...items.map((item, index) => this.#drawn(item, index)));
    this.#go(0);
  }

  /** Offer nothing. */
  close() {
    this.offer([], null);
  }

  /** Take the list away with its field. */
  remove() {
    this.#box.remove();
  }

  /** Answer a key if the list is open; tells whether it did. */
  key(event) {
    if (!this.open || event.isComposing) return false;
    const length = this.#items.length;
    if (event.key === "ArrowDown") this.#go((this.#here + 1) % length);
    else if (event.key === "ArrowUp") this.#go((this.#here + length - 1) % length);
    else if (event.key === "Escape") this.close();
    else if ((event.key === "Enter" && !event.shiftKey) || (event.key === "Tab" && !event.shiftKey))
      this.#choose(this.#here);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  #drawn(item, index) {
    const option = el(
      "div",
      {
        class: "suggestion",
        role: "option",
        id: `${this.#box.id}-${index}`,
        onclick: () => this.#choose(index),
      },
      item.mark && el("span", { class: "mark" }, item.mark),
      el("span", { class: "label" }, item.label),
      item.detail && el("span", { class: "detail" }, item.detail),
    );
    option.addEventListener("pointermove", () => this.#here !== index && this.#go(index));
    return option;
  }

  #go(index) {
    this.#here = index;
    [...this.#box.children].forEach((option, place) =>
      option.setAttribute("aria-selected", String(place === index)),
    );
    const chosen = this.#box.children[index];
    if (chosen) this.#field.setAttribute("aria-activedescendant", chosen.id);
    else this.#field.removeAttribute("aria-activedescendant");
    chosen?.scrollIntoView({ block: "nearest" });
  }

  #choose(index) {
    const [item, take] = [this.#items[index], this.#take];
    this.close();
    take?.(item);
  }
}
