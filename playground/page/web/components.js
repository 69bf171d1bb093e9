// What a bot hangs on its messages: buttons, select menus, and the newer layout components.

import { attachment, ownAddress } from "./attachments.js";
import { el, icon } from "./dom.js";
import { markdown } from "./markdown.js";
import { openMenu } from "./menu.js";
import { t } from "./words.js";
import { guildOf, world } from "./world.js";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "secondary" };
const LINK = 5;

/** Return a component; `use(kind, id, values)` is called when somebody presses or selects. */
export function component(raw, message, use) {
  return DRAWN[raw.type]?.(raw, message, use) ?? null;
}

const inside = (raw, message, use) => (raw.components ?? []).map((one) => component(one, message, use));

const DRAWN = {
  1: (raw, message, use) => el("div", { class: "row" }, inside(raw, message, use)),
  2: button,
  3: select,
  5: select,
  6: select,
  7: select,
  8: select,
  9: (raw, message, use) =>
    el(
      "div",
      { class: "section" },
      el("div", {}, inside(raw, message, use)),
      raw.accessory?.type === 11
        ? picture(raw.accessory.media, raw.accessory.description)
        : component(raw.accessory, message, use),
    ),
  10: (raw) => el("div", { class: "content" }, markdown(raw.content)),
  11: (raw) => picture(raw.media, raw.description),
  12: (raw) =>
    el(
      "div",
      { class: "gallery" },
      raw.items.map((item) => picture(item.media, item.description)),
    ),
  13: (raw, message) => fileOf(raw, message),
  14: (raw) => (raw.divider === false ? null : el("div", { class: "divider" })),
  17: container,
};

function button(raw, message, use) {
  const label = [raw.emoji?.name, raw.label].filter(Boolean).join(" ");
  if (raw.style === LINK) return linkButton(raw, label);
  return el(
    "button",
    {
      type: "button",
      class: `button ${STYLES[raw.style]}`,
      disabled: raw.disabled,
      onclick: (event) => press(event, raw, use),
    },
    label,
  );
}

function linkButton(raw, label) {
  const href = /^https?:\/\//i.test(raw.url) ? raw.url : null;
  return el(
    "a",
    { class: "button secondary", href, target: "_blank", rel: "noopener noreferrer nofollow" },
    label,
  );
}

async function press(event, raw, use) {
  const pressed = event.currentTarget;
  if (pressed.getAttribute("aria-busy")) return;
  pressed.setAttribute("aria-busy", "true");
  try {
    await use("press", raw.custom_id);
  } finally {
    pressed.removeAttribute("aria-busy");
  }
}

function select(raw, message, use) {
  const options = optionsOf(raw);
  const chosen = options.filter((option) => option.default);
  const shown = chosen.map((option) => option.label).join(", ") || raw.placeholder || t("Make a selection");
  const opener = el(
    "button",
    { type: "button", class: "select", disabled: raw.disabled, "aria-haspopup": "menu", "aria-label": shown },
    el("span", { class: chosen.length ? "" : "placeholder" }, shown),
    icon("down"),
  );
  opener.addEventListener("click", () =>
    choose(opener, raw, options, (values) => use("select", raw.custom_id, values)),
  );
  return opener;
}

function choose(opener, raw, options, done) {
  const most = raw.max_values ?? 1;
  if (most === 1 && raw.min_values !== 0) {
    const items = options.map((one) => ({
      label: one.label,
      detail: one.description,
      act: () => done([one.value]),
    }));
    openMenu(opener, items, { label: raw.placeholder ?? t("Options") });
    return;
  }
  const values = new Set(options.filter((one) => one.default).map((one) => one.value));
  const toggle = (value) => (values.delete(value) || values.size >= most ? null : values.add(value));
  const items = options.map((one) => ({
    label: one.label,
    detail: one.description,
    checked: () => values.has(one.value),
    act: () => toggle(one.value),
  }));
  const finish = {
    label: t("Done"),
    separated: true,
    act: () => values.size >= (raw.min_values ?? 1) && done([...values]),
  };
  openMenu(opener, [...items, finish], { label: raw.placeholder ?? t("Options") });
}

/** Return a menu's options: its own, or the people, roles and channels of where one is. */
export function optionsOf(raw) {
  const guild = guildOf(world.here);
  const chosen = new Set((raw.default_values ?? []).map((one) => one.id));
  const option = (value, label) => ({ value, label, default: chosen.has(value) });
  const people = () => (guild?.members ?? [world.me, world.bot]).map((id) => option(id, world.users[id].name));
  const roles = () => (guild?.roles ?? []).map((id) => option(id, world.roles[id]));
  const kinds = raw.channel_types ?? [];
  const there = [...world.channels.values()].filter((one) => guild && one.guild === guild.id);
  const channels = () =>
    there
      .filter((one) => !kinds.length || kinds.includes(one.type))
      .map((one) => option(one.id, `#${one.name}`));
  const offered = { 3: () => raw.options ?? [], 5: people, 6: roles, 7: () => [...people(), ...roles()], 8: channels };
  return offered[raw.type]().map((one) => ({ ...one, label: [one.emoji?.name, one.label].filter(Boolean).join(" ") }));
}

function picture(media, description) {
  const address = ownAddress(media.url);
  if (!address) return el("span", { class: "elsewhere" }, media.url);
  return el("img", { class: "embed-picture", src: address, alt: description ?? "" });
}

function fileOf(raw, message) {
  const name = raw.file.url.replace("attachment://", "");
  const found = message.attachments.find((file) => file.filename === name);
  return found ? attachment(found) : null;
}

function container(raw, message, use) {
  const box = el("div", { class: "embed" }, inside(raw, message, use));
  if (raw.accent_color) box.style.setProperty("--bar", `#${raw.accent_color.toString(16).padStart(6, "0")}`);
  return box;
}
