// Menus that open at a point or at a button: arrow keys walk, Enter takes, Esc closes and gives the focus back.

import { el } from "./dom.js";

let close = null;

/**
 * Open a menu at an element or at `{x, y}`.
 *
 * Items are `{label, name, detail, act, danger, separated, checked}`; those with `checked` keep the menu open.
 * With `columns` they stand in a grid.
 */
export function openMenu(where, items, { label = "Menu", columns = 1 } = {}) {
  close?.();
  const before = document.activeElement;
  const menu = el("div", { class: columns > 1 ? "menu grid" : "menu", role: "menu", "aria-label": label });
  menu.style.setProperty("--columns", columns);
  menu.append(...items.map((item) => drawn(item, () => close?.())));
  document.body.append(menu);
  place(menu, where);
  close = () => {
    close = null;
    menu.remove();
    document.removeEventListener("pointerdown", outside, true);
    window.removeEventListener("resize", close);
    before?.focus({ preventScroll: true });
  };
  const outside = (event) => menu.contains(event.target) || close?.();
  document.addEventListener("pointerdown", outside, true);
  menu.addEventListener("keydown", (event) => walk(event, menu, columns));
  menu.querySelector("button")?.focus();
}

/** Close the menu that is open, if one is. */
export function closeMenu() {
  close?.();
}

function drawn(item, done) {
  const role = item.checked ? "menuitemcheckbox" : "menuitem";
  const names = [item.danger && "danger", item.separated && "separated"].filter(Boolean).join(" ");
  const button = el(
    "button",
    {
      type: "button",
      role,
      class: names || null,
      tabindex: -1,
      "aria-label": item.name,
      "aria-checked": item.checked ? String(item.checked()) : null,
    },
    el("span", {}, item.label),
    item.detail && el("small", {}, item.detail),
  );
  button.addEventListener("click", () => {
    if (!item.checked) done();
    item.act();
    if (item.checked) button.setAttribute("aria-checked", String(item.checked()));
  });
  return button;
}

function place(menu, where) {
  const { width, height } = menu.getBoundingClientRect();
  const box = where instanceof Element ? where.getBoundingClientRect() : null;
  const x = box ? box.left : where.x;
  const below = box ? box.bottom + 4 : where.y;
  const above = (box ? box.top - 4 : where.y) - height;
  const fits = below + height <= innerHeight - 8;
  menu.style.left = `${Math.max(8, Math.min(x, innerWidth - width - 8))}px`;
  menu.style.top = `${Math.max(8, fits ? below : above)}px`;
}

function walk(event, menu, columns) {
  const buttons = [...menu.querySelectorAll("button")];
  const here = buttons.indexOf(document.activeElement);
  const steps = { ArrowDown: here + columns, ArrowUp: here - columns, Home: 0, End: -1 };
  if (columns > 1) Object.assign(steps, { ArrowRight: here + 1, ArrowLeft: here - 1 });
  if (event.key === "Escape" || event.key === "Tab") close?.();
  else if (event.key in steps) buttons.at(steps[event.key] % buttons.length).focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
