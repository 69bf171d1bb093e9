// Dark and light: as the system has it until somebody chooses.

import { el, icon } from "./dom.js";
import { t } from "./words.js";

const KEY = "playground.theme";
const prefersDark = matchMedia("(prefers-color-scheme: dark)");

function present() {
  return localStorage.getItem(KEY) ?? (prefersDark.matches ? "dark" : "light");
}

const button = el("button", { type: "button", class: "icon-button only-wide" }, icon("sun"));

/** Return what the switch does now. */
export function switchLabel() {
  return present() === "dark" ? t("Switch to light") : t("Switch to dark");
}

/** Switch between dark and light. */
export function switchTheme() {
  localStorage.setItem(KEY, present() === "dark" ? "light" : "dark");
  apply();
}

function apply() {
  const theme = present();
  const said = switchLabel();
  if (localStorage.getItem(KEY)) document.documentElement.dataset.theme = theme;
  button.setAttribute("aria-label", said);
  button.title = said;
}

/** Return the switch between dark and light. */
export function themeSwitch() {
  return button;
}

button.addEventListener("click", switchTheme);
prefersDark.addEventListener("change", apply);
addEventListener("storage", apply);
apply();
