// Code blocks: syntax colours by highlight.js, and terminal colours for `ansi`; always built as elements.

import hljs from "./vendor/highlight/core.js";
import bash from "./vendor/highlight/bash.js";
import cpp from "./vendor/highlight/cpp.js";
import css from "./vendor/highlight/css.js";
import diff from "./vendor/highlight/diff.js";
import go from "./vendor/highlight/go.js";
import ini from "./vendor/highlight/ini.js";
import java from "./vendor/highlight/java.js";
import javascript from "./vendor/highlight/javascript.js";
import json from "./vendor/highlight/json.js";
import python from "./vendor/highlight/python.js";
import rust from "./vendor/highlight/rust.js";
import sql from "./vendor/highlight/sql.js";
import typescript from "./vendor/highlight/typescript.js";
import xml from "./vendor/highlight/xml.js";
import yaml from "./vendor/highlight/yaml.js";
import { announce, el, icon } from "./dom.js";
import { t } from "./words.js";

const LANGUAGES = {
  bash,
  cpp,
  css,
  diff,
  go,
  ini,
  java,
  javascript,
  json,
  python,
  rust,
  sql,
  typescript,
  xml,
  yaml,
};
const MOST_COLOURED = 50_000;
const COPIED_MS = 1500;

/** Collects what highlight.js finds as elements instead of HTML. */
class ElementEmitter {
  constructor() {
    this.root = document.createDocumentFragment();
    this.open = [this.root];
  }

  addText(text) {
    this.open.at(-1).append(text);
  }

  openNode(scope) {
    const names = scope.startsWith("language:") ? [] : scope.split(".").map((part) => `code-${part}`);
    const node = el("span", { class: names.join(" ") });
    this.open.at(-1).append(node);
    this.open.push(node);
  }

  closeNode() {
    if (this.open.length > 1) this.open.pop();
  }

  startScope(scope) {
    this.openNode(scope);
  }

  endScope() {
    this.closeNode();
  }

  __addSublanguage(emitter) {
    this.open.at(-1).append(emitter.root);
  }

  finalize() {}

  toHTML() {
    return "";
  }
}

hljs.configure({ __emitter: ElementEmitter });
for (const [name, grammar] of Object.entries(LANGUAGES)) hljs.registerLanguage(name, grammar);

/** Return a code block, with a button that copies it. */
export function codeBlock(text, language = "") {
  const copy = el("button", { type: "button", class: "copy", "aria-label": t("Copy"), title: t("Copy") }, icon("copy"));
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text);
    copy.classList.add("done");
    announce(t("Copied"));
    setTimeout(() => copy.classList.remove("done"), COPIED_MS);
  });
  const block = el("pre", { class: "code-block" }, el("code", {}, coloured(text, language.toLowerCase())));
  return el("div", { class: "code-box" }, block, copy);
}

/** Return code with its colours, or as plain text where the language is not known. */
export function coloured(text, language) {
  if (language === "ansi") return ansi(text);
  if (text.length > MOST_COLOURED || !hljs.getLanguage(language)) return text;
  return hljs.highlight(text, { language, ignoreIllegals: true })._emitter.root;
}

/** Return text with the colours that its escape sequences ask for: those that Discord shows. */
function ansi(text) {
  const shown = document.createDocumentFragment();
  let style = {};
  for (const part of text.split(/(\x1b\[[\d;]*m)/)) {
    const codes = /^\x1b\[([\d;]*)m$/.exec(part);
    if (codes) style = restyled(style, codes[1].split(";").map(Number));
    else if (part) shown.append(styled(part, style));
  }
  return shown;
}

function restyled(before, codes) {
  let style = { ...before };
  for (const code of codes) {
    if (code === 0) style = {};
    else if (code === 1) style.bold = true;
    else if (code === 4) style.underlined = true;
    else if (code >= 30 && code <= 37) style.colour = code;
    else if (code >= 40 && code <= 47) style.ground = code;
  }
  return style;
}

function styled(text, { bold, underlined, colour, ground }) {
  const names = [
    bold && "ansi-bold",
    underlined && "ansi-underlined",
    colour && `ansi-${colour}`,
    ground && `ansi-${ground}`,
  ];
  const known = names.filter(Boolean);
  return known.length ? el("span", { class: known.join(" ") }, text) : text;
}
