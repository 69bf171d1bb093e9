// Slash commands: all that can be called, and the entry of one command's options.

import { optionsOf } from "./components.js";
import { el, icon } from "./dom.js";
import { packed } from "./files.js";
import { Suggestions } from "./suggestions.js";
import { localized, t } from "./words.js";
import { world } from "./world.js";

const CHAT_INPUT = 1;
const [SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, ANYONE, NUMBER, FILE] = [
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
];
const SELECT_OF = { [USER]: 5, [ROLE]: 6, [ANYONE]: 7, [CHANNEL]: 8 };

/** Return everything that can be called, each with its whole path: `tokens text`. */
export function flattened(commands) {
  const callable = (place, path) => {
    const inner = (place.options ?? []).filter(
      (option) => option.type === SUBCOMMAND || option.type === GROUP,
    );
    if (inner.length) return inner.flatMap((option) => callable(option, `${path} ${option.name}`));
    return [{ path, description: localized(place, "description"), options: (place.options ?? []).map(inLanguage) }];
  };
  return commands
    .filter((command) => command.type === CHAT_INPUT)
    .flatMap((command) => callable(command, command.name));
}

/** Return an option as somebody who speaks the language of this page is shown it. */
function inLanguage(option) {
  const choices = option.choices?.map((choice) => ({ ...choice, name: localized(choice, "name") }));
  return { ...option, choices, description: localized(option, "description") };
}

export class CommandEntry {
  #command;
  #acts;
  #box;
  #hint;
  #fields = new Map();

  /** Open the entry of a command in a form; `acts` are `ask`, `run(values)` and `cancel()`. */
  constructor(command, form, acts) {
    this.#command = command;
    this.#acts = acts;
    this.#hint = el("p", { class: "command-hint", id: "command-hint", role: "status" }, command.description);
    this.#box = el("div", { class: "command-entry", role: "group", "aria-label": `/${command.path}` });
    this.#box.append(el("span", { class: "command-name" }, `/${command.path}`));
    form.prepend(this.#hint);
    form.querySelector(".composer-line").append(this.#box);
    this.#box.addEventListener("keydown", (event) => this.#key(event));
    for (const option of command.options) if (option.required) this.#add(option, form);
    this.#offerOptional(form);
    this.#box.append(this.#runButton());
    const first = this.#box.querySelector("input") ?? this.#box.querySelector(".run");
    first.focus();
  }

  /** Take the entry away. */
  close() {
    for (const field of this.#fields.values()) field.suggestions?.remove();
    this.#hint.remove();
    this.#box.remove();
  }

  #runButton() {
    const run = el("button", { type: "button", class: "button primary run" }, t("Run"));
    run.addEventListener("click", () => this.#run());
    run.addEventListener("focus", () => this.#tell(this.#command.description));
    return run;
  }

  #offerOptional(form) {
    for (const option of this.#command.options) {
      if (option.required) continue;
      const add = el(
        "button",
        { type: "button", class: "add-option", title: option.description },
        icon("plus"),
        option.name,
      );
      add.addEventListener("click", () => {
        const field = this.#add(option, form, add);
        add.hidden = true;
        field.input.focus();
      });
      add.addEventListener("focus", () => this.#tell(`${option.name}: ${option.description}`));
      this.#box.append(add);
    }
  }

  #add(option, form, opener = null) {
    const input = el("input", {
      type: option.type === FILE ? "file" : "text",
      inputmode: option.type === INTEGER ? "numeric" : null,
      "aria-label": option.name,
      "aria-describedby": "command-hint",
      "aria-required": String(Boolean(option.required)),
      maxlength: option.type === STRING ? (option.max_length ?? 6000) : null,
    });
    const label = el("label", { class: "option" }, el("span", {}, option.name), input);
    const suggestions = option.type === FILE ? null : new Suggestions(input, form, option.name);
    const field = { option, input, label, opener, suggestions, values: new Map() };
    this.#fields.set(option.name, field);
    this.#box.insertBefore(label, opener ?? this.#box.querySelector(".add-option, .run"));
    input.addEventListener("focus", () => {
      this.#tell(`${option.name}: ${option.description}`);
      this.#suggest(field);
    });
    input.addEventListener("input", () => this.#suggest(field));
    input.addEventListener("blur", () => suggestions?.close());
    input.addEventListener("keydown", (event) => this.#fieldKey(event, field));
    return field;
  }

  #tell(text) {
    this.#hint.textContent = text;
    this.#hint.classList.remove("wrong");
  }

  #key(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      this.#acts.cancel();
    } else if (event.key === "Enter" && event.target.tagName === "INPUT") {
      event.preventDefault();
      this.#run();
    }
  }

  #fieldKey(event, field) {
    if (field.suggestions?.key(event)) return;
    if (event.key !== "Backspace" || field.input.value) return;
    event.preventDefault();
    if (field.option.required) this.#acts.cancel();
    else this.#drop(field);
  }

  #drop(field) {
    field.suggestions?.remove();
    field.label.remove();
    field.opener.hidden = false;
    this.#fields.delete(field.option.name);
    (this.#box.querySelector("input") ?? this.#box.querySelector(".run")).focus();
  }

  async #suggest(field) {
    if (!field.suggestions) return;
    const typed = field.input.value;
    const choices = await this.#choices(field.option, typed);
    if (field.input.value !== typed || document.activeElement !== field.input) return;
    for (const choice of choices) field.values.set(choice.name, choice.value);
    if (field.values.has(typed)) field.suggestions.close();
    else
      field.suggestions.offer(
        choices.map(({ name }) => ({ label: name })),
        (item) => this.#take(field, item.label),
      );
  }

  #take(field, name) {
    field.input.value = name;
    const after = [...this.#fields.values()].find((one) => !one.input.value);
    (after?.input ?? field.input).focus();
  }

  async #choices(option, typed) {
    const fits = ({ name }) => name.toLowerCase().includes(typed.toLowerCase());
    if (option.autocomplete) return this.#completed(option, typed);
    if (option.choices?.length) return option.choices.filter(fits);
    if (option.type === BOOLEAN)
      return [
        { name: t("True"), value: true },
        { name: t("False"), value: false },
      ].filter(fits);
    if (!(option.type in SELECT_OF)) return [];
    return optionsOf({ type: SELECT_OF[option.type] })
      .map((one) => ({ name: one.label, value: one.value }))
      .filter(fits);
  }

  async #completed(option, typed) {
    try {
      const options = { ...(await this.#values()), [option.name]: typed };
      return await this.#acts.ask("complete", {
        channel: world.here.id,
        command: this.#command.path,
        focused: option.name,
        options,
      });
    } catch {
      return [];
    }
  }

  async #values() {
    const values = {};
    for (const { option, input, values: known } of this.#fields.values()) {
      if (option.type === FILE) {
        if (input.files.length) values[option.name] = await packed(input.files[0]);
      } else if (input.value.trim()) {
        values[option.name] = known.get(input.value) ?? meant(option, input.value);
      }
    }
    return values;
  }

  async #run() {
    const values = await this.#values();
    for (const { option, input } of this.#fields.values()) {
      const wrong = complaint(option, values[option.name], input.value);
      if (!wrong) continue;
      this.#tell(`${option.name}: ${wrong}`);
      this.#hint.classList.add("wrong");
      input.setAttribute("aria-invalid", "true");
      input.focus({ preventScroll: true });
      this.#hint.textContent = `${option.name}: ${wrong}`;
      return;
    }
    this.#acts.run(values);
  }
}

function meant(option, text) {
  if (option.type === INTEGER) return /^-?\d+$/.test(text.trim()) ? Number(text) : undefined;
  if (option.type === NUMBER) return Number.isFinite(Number(text)) ? Number(text) : undefined;
  return option.type === STRING ? text : undefined;
}

/** Return what is wrong with an option, as Discord's clients would say it before anything is sent. */
function complaint(option, value, typed) {
  if (value === undefined)
    return typed.trim() ? misunderstood(option) : option.required ? t("This is needed.") : "";
  const size = typeof value === "string" ? value.length : value;
  const [least, most] = [option.min_length ?? option.min_value, option.max_length ?? option.max_value];
  if (size < least) return t("At least {least}.", { least });
  if (size > most) return t("At most {most}.", { most });
  const listed = !option.choices?.length || option.choices.some((choice) => choice.value === value);
  return listed ? "" : misunderstood(option);
}

function misunderstood(option) {
  const number = (option.type === INTEGER || option.type === NUMBER) && !option.choices?.length;
  return number ? t("This has to be a number.") : t("Choose one of the list.");
}
