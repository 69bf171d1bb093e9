// Dark and light: as the system has it until somebody chooses.

import { el, icon } from "./dom.js";

const KEY = "playground.theme";
const prefersDark = matchMedia("(prefers-color-scheme: dark)");

function present() {
  return localStorage.getItem(KEY) ?? (prefersDark.matches ? "dark" : "light");
}

function apply() {
  document.documentElement.dataset.theme = present();
}

/** Return the switch between dark and light. */
export function themeSwitch() {
  const button = el("button", { type: "button", class: "icon-button" }, icon("sun"));
  const name = () => {
    const other = present() === "dark" ? "light" : "dark";
    button.setAttribute("aria-label", `Switch to ${other}`);
    button.title = `Switch to ${other}`;
  };
  button.addEventListener("click", () => {
    localStorage.setItem(KEY, present() === "dark" ? "light" : "dark");
    apply();
    name();
  });
  name();
  return button;
}

prefersDark.addEventListener("change", apply);
addEventListener("storage", apply);
apply();
