// Modals: the bot's own forms, in a dialog that keeps the focus until it is sent or left.

import { optionsOf } from "./components.js";
import { el, icon } from "./dom.js";
import { t } from "./words.js";
import { markdown } from "./markdown.js";

const [ROW, TEXT, TEXT_DISPLAY, LABEL, FILE] = [1, 4, 10, 18, 19];
const [RADIOS, CHECKS, CHECK] = [21, 22, 23];
const PARAGRAPH = 2;

/** Show a modal; `submit(answers)` resolves when the bot has answered, or rejects with what is wrong. */
export function showModal(modal, submit) {
  const fields = [];
  const wrong = el("p", { class: "modal-wrong", role: "alert", hidden: true });
  const send = el("button", { type: "submit", class: "button primary" }, t("Submit"));
  const form = el(
    "form",
    { method: "dialog" },
    modal.components.map((raw) => drawn(raw, fields)),
    wrong,
  );
  const cancel = el(
    "button",
    { type: "button", class: "button plain", onclick: () => dialog.close() },
    t("Cancel"),
  );
  form.append(el("div", { class: "modal-foot" }, cancel, send));
  const dialog = showDialog(modal.title, form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    send.disabled = true;
    try {
      await submit(Object.fromEntries(fields.map((field) => [field.id, field.value()])));
      dialog.close();
    } catch (error) {
      wrong.textContent = error.message;
      wrong.hidden = false;
      send.disabled = false;
    }
  });
  form.querySelector("input, textarea, select")?.focus();
}

/** Show a dialog of the page's own until it is closed; the focus then returns to where it was. */
export function showDialog(title, ...content) {
  const close = el(
    "button",
    { type: "button", class: "icon-button", "aria-label": t("Close"), onclick: () => dialog.close() },
    icon("close"),
  );
  const heading = el("header", {}, el("h2", { id: "modal-title" }, title), close);
  const dialog = el("dialog", { class: "modal", "aria-labelledby": "modal-title" }, heading, content);
  const before = document.activeElement;
  dialog.addEventListener("close", () => {
    dialog.remove();
    before?.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Ask for a name; `done(name)` resolves when it was taken, or rejects with what is wrong. */
export function askForName(title, placeholder, done) {
  const field = { type: TEXT, custom_id: "name", placeholder, max_length: 100, style: 1 };
  const components = [{ type: LABEL, label: t("Name"), component: field }];
  showModal({ title, components }, ({ name }) => done(name));
}

function drawn(raw, fields) {
  if (raw.type === ROW) return raw.components.map((one) => labelled(one.label, null, one, fields));
  if (raw.type === LABEL) return labelled(raw.label, raw.description, raw.component, fields);
  if (raw.type === TEXT_DISPLAY) return el("div", { class: "content" }, markdown(raw.content));
  return null;
}

function labelled(label, description, raw, fields) {
  if ([RADIOS, CHECKS, CHECK].includes(raw.type)) return marked(label, description, raw, fields);
  const control = raw.type === TEXT ? textInput(raw) : raw.type === FILE ? null : select(raw);
  if (!control) return el("p", {}, `${label}: files can't be given here.`);
  const value =
    raw.type === TEXT
      ? () => control.value
      : () => [...control.selectedOptions].map((one) => one.value).filter(Boolean);
  fields.push({ id: raw.custom_id, value });
  const needed = raw.required === false ? null : el("span", { class: "needed", "aria-hidden": "true" }, " *");
  return el(
    "label",
    { class: "modal-field" },
    el("span", {}, label, needed),
    description && el("small", {}, description),
    control,
  );
}

/** What is marked with a cross or a dot: one of several, some of them, or a single yes. */
function marked(label, description, raw, fields) {
  const options = raw.type === CHECK ? [{ label, description, value: "", default: raw.default }] : raw.options;
  const boxes = options.map((one) =>
    el("input", {
      type: raw.type === RADIOS ? "radio" : "checkbox",
      name: raw.custom_id,
      value: one.value,
      checked: one.default,
    }),
  );
  const chosen = () => boxes.filter((box) => box.checked).map((box) => box.value);
  fields.push({ id: raw.custom_id, value: raw.type === CHECK ? () => boxes[0].checked : chosen });
  const lines = options.map((one, index) =>
    el(
      "label",
      { class: "mark" },
      boxes[index],
      el("span", {}, one.label),
      one.description && el("small", {}, one.description),
    ),
  );
  if (raw.type === CHECK) return lines;
  const legend = el("legend", {}, label, raw.required === false ? null : el("span", { class: "needed" }, " *"));
  return el("fieldset", { class: "modal-field" }, legend, description && el("small", {}, description), lines);
}

function textInput(raw) {
  const attributes = {
    minlength: raw.min_length,
    maxlength: raw.max_length ?? 4000,
    placeholder: raw.placeholder,
    required: raw.required !== false,
  };
  if (raw.style !== PARAGRAPH) return el("input", { ...attributes, type: "text", value: raw.value });
  return el("textarea", { ...attributes, rows: 6 }, raw.value ?? "");
}

function select(raw) {
  const multiple = (raw.max_values ?? 1) > 1;
  const options = optionsOf(raw).map((one) =>
    el("option", { value: one.value, selected: one.default }, one.label),
  );
  const blank = !multiple && el("option", { value: "" }, raw.placeholder ?? t("Make a selection"));
  return el("select", { multiple, required: raw.required !== false }, blank, options);
}
