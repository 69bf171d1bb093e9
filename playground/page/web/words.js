// The page's own labels in the language of the person who looks; what the bot says is the bot's affair.

import { KOREAN } from "./korean.js";

const KEY = "playground.language";
const TABLES = { ko: KOREAN };

/** The language that this page was drawn in. */
export const language = sessionStorage.getItem(KEY) ?? "en";

/** Draw the page anew if the person speaks another language; tells whether it does. */
export function speak(locale) {
  const wanted = locale.split("-")[0] in TABLES ? locale.split("-")[0] : "en";
  if (wanted === language) return false;
  sessionStorage.setItem(KEY, wanted);
  location.reload();
  return true;
}

/** Return a label, with values in place of `{names}`. */
export function t(label, values = {}) {
  const said = TABLES[language]?.[label] ?? label;
  return said.replace(/\{(\w+)\}/g, (mark, name) => values[name] ?? mark);
}

/** Return a text that a bot registered, in the language of this page if it has that. */
export function localized(thing, name) {
  return thing[`${name}_localizations`]?.[language] ?? thing[name];
}

document.documentElement.lang = language;
for (const element of document.querySelectorAll("[aria-label]"))
  element.setAttribute("aria-label", t(element.getAttribute("aria-label")));
for (const element of document.querySelectorAll("[data-words]"))
  element.textContent = t(element.textContent.replace(/\s+/g, " ").trim());
