// Discord's Markdown, drawn as elements: markdown-it finds the structure, with Discord's rules where they differ.

import MarkdownIt from "./vendor/markdown-it.js";
import { codeBlock } from "./code.js";
import { el } from "./dom.js";
import { emphasis } from "./emphasis.js";
import { full, stamped } from "./time.js";
import { t } from "./words.js";
import { addressOf, nameOf, world } from "./world.js";

const FENCE = "```";
const MARK =
  /<@!?(?<user>\d{1,20})>|<@&(?<role>\d{1,20})>|<#(?<channel>\d{1,20})>|<a?:(?<emoji>\w{2,32}):\d{1,20}>|<\/(?<command>[^:>]{1,100}):\d{1,20}>|<t:(?<time>-?\d{1,12})(?::(?<style>[tTdDfFR]))?>/y;
const PLACE = /https:\/\/(?:www\.|canary\.|ptb\.)?discord(?:app)?\.com\/channels\/(?:\d+|@me)\/(\d+)(?:\/(\d+))?/y;
const PLAIN = /[^\n$%&*+\-:<=>@[\\\]^_`{|}~]+/y;
const UNKNOWN_TO_DISCORD = [
  "table",
  "code",
  "hr",
  "lheading",
  "reference",
  "html_block",
  "image",
  "entity",
  "html_inline",
];

const md = new MarkdownIt({ html: false, breaks: true, linkify: true });
md.disable(UNKNOWN_TO_DISCORD, true);
md.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
md.validateLink = isWeb;
md.block.ruler.at("fence", fence, { alt: ["paragraph", "reference", "blockquote", "list"] });
md.block.ruler.at("blockquote", quote, { alt: ["paragraph", "reference", "blockquote", "list"] });
md.block.ruler.at("heading", heading, { alt: ["paragraph", "reference", "blockquote"] });
md.block.ruler.before("list", "outdent", outdent, { alt: ["paragraph"] });
md.inline.ruler.at("text", plainText);
md.inline.ruler.before("linkify", "place", placeLink);
md.inline.ruler.before("backticks", "inline_fence", inlineFence);
md.inline.ruler.at("emphasis", emphasis);
md.inline.ruler2.disable("emphasis");
md.inline.ruler.before("emphasis", "spoiler", spoiler);
md.inline.ruler.before("autolink", "mark", mark);
md.inline.ruler.before("autolink", "everyone", everyone);

/** Return a text as Discord would show it. */
export function markdown(text) {
  const shown = document.createDocumentFragment();
  const tokens = md.parse(text, {});
  spaceOut(tokens, text.split("\n"));
  draw(tokens, shown);
  return shown;
}

/** Return a text in one line without its marks; what a spoiler hides stays hidden. */
export function oneLine(text) {
  const shown = markdown(text);
  for (const hidden of shown.querySelectorAll(".spoiler")) hidden.replaceWith("▮▮▮");
  for (const part of shown.querySelectorAll("br, div, li, pre, blockquote")) part.prepend(" ");
  for (const end of shown.querySelectorAll("br")) end.replaceWith(" ");
  return shown.textContent.replace(/\s+/g, " ").trim();
}

function isWeb(address) {
  return /^https?:\/\//i.test(address);
}

function lineText(state, line) {
  return state.src.slice(state.bMarks[line] + state.tShift[line], state.eMarks[line]);
}

/** A code block is closed by three backticks wherever they stand; unclosed ones are mere text. */
function fence(state, line, end, silent) {
  const start = state.bMarks[line] + state.tShift[line];
  if (!state.src.startsWith(FENCE, start)) return false;
  const found = fenced(state.src, start, state.eMarks[end - 1]);
  if (!found) return false;
  if (silent) return true;
  let last = line;
  while (state.eMarks[last] < found.end) last += 1;
  push(state, found, state.sCount[line]).map = [line, last + 1];
  const rest = state.src.slice(found.end, state.eMarks[last]);
  if (rest.trim()) {
    state.bMarks[last] = found.end;
    state.tShift[last] = rest.length - rest.trimStart().length;
    state.sCount[last] = state.blkIndent;
    state.line = last;
  } else {
    state.line = last + 1;
  }
  return true;
}

function inlineFence(state, silent) {
  if (!state.src.startsWith(FENCE, state.pos)) return false;
  const found = fenced(state.src, state.pos, state.posMax);
  if (!found) return false;
  if (!silent) push(state, found, 0);
  state.pos = found.end;
  return true;
}

function fenced(text, start, limit) {
  const close = text.indexOf(FENCE, start + FENCE.length);
  if (close < 0 || close + FENCE.length > limit) return null;
  const inside = text.slice(start + FENCE.length, close);
  const language = /^([\w+\-.#]+)\n/.exec(inside)?.[1] ?? "";
  const code = inside.slice(language && language.length + 1).replace(/^\n+|\s+$/g, "");
  return code ? { language, code, end: close + FENCE.length } : null;
}

function push(state, { language, code }, indent) {
  const token = state.push("fence", "pre", 0);
  token.info = language;
  token.content = indent ? code.replace(new RegExp(`^ {1,${indent}}`, "gm"), "") : code;
  return token;
}

/** A quote goes on only on lines that begin with its mark; `>>>` quotes all the rest. */
function quote(state, line, end, silent) {
  const first = lineText(state, line);
  const whole = first.startsWith(">>> ");
  if (state.env.quoted || !(whole || first.startsWith("> "))) return false;
  if (silent) return true;
  const lines = [];
  let next = line;
  for (; next < end; next += 1) {
    const text = lineText(state, next);
    if (!whole && !text.startsWith("> ")) break;
    lines.push(whole ? (next === line ? text.slice(4) : text) : text.slice(2));
  }
  state.push("blockquote_open", "blockquote", 1).map = [line, next];
  state.md.block.parse(lines.join("\n"), state.md, { ...state.env, quoted: true }, state.tokens);
  state.push("blockquote_close", "blockquote", -1);
  state.line = next;
  return true;
}

/** Three levels of headings, and subtext. */
function heading(state, line, _end, silent) {
  const found = /^(#{1,3}|-#)\s+(\S.*)$/.exec(lineText(state, line));
  if (!found) return false;
  if (silent) return true;
  const tag = found[1] === "-#" ? "small" : `h${found[1].length}`;
  state.push("heading_open", tag, 1).map = [line, line + 1];
  const inline = state.push("inline", "", 0);
  inline.content = found[2];
  inline.children = [];
  state.push("heading_close", tag, -1);
  state.line = line + 1;
  return true;
}

/** A line that stands further left than a list's item does not belong to it. */
function outdent(state, line, _end, silent) {
  return silent && state.sCount[line] < state.blkIndent;
}

function plainText(state, silent) {
  PLAIN.lastIndex = state.pos;
  if (!PLAIN.test(state.src)) return false;
  const end = Math.min(PLAIN.lastIndex, state.posMax);
  if (!silent) state.pending += state.src.slice(state.pos, end);
  state.pos = end;
  return true;
}

function spoiler(state, silent) {
  const { pos, posMax } = state;
  const close = state.src.startsWith("||", pos) ? state.src.indexOf("||", pos + 3) : -1;
  if (close < 0 || close + 2 > posMax) return false;
  if (!silent) {
    state.push("spoiler_open", "span", 1);
    state.pos = pos + 2;
    state.posMax = close;
    state.md.inline.tokenize(state);
    state.push("spoiler_close", "span", -1);
    state.posMax = posMax;
  }
  state.pos = close + 2;
  return true;
}

/** The address of a channel or message of Discord becomes a chip, whatever stands behind it. */
function placeLink(state, silent) {
  const start = state.pos - "https".length;
  if (state.src[state.pos] !== ":" || state.linkLevel > 0 || !state.pending.endsWith("https")) return false;
  const found = matchedAt(PLACE, state.src, start);
  if (!found || start + found[0].length > state.posMax) return false;
  if (!silent) {
    state.pending = state.pending.slice(0, -"https".length);
    state.push("mark", "", 0).meta = { channel: found[1], message: found[2] };
  }
  state.pos = start + found[0].length;
  return true;
}

function matchedAt(pattern, text, start) {
  pattern.lastIndex = start;
  return pattern.exec(text);
}

function mark(state, silent) {
  const found = state.src[state.pos] === "<" ? matchedAt(MARK, state.src, state.pos) : null;
  if (!found) return false;
  if (!silent) state.push("mark", "", 0).meta = found.groups;
  state.pos += found[0].length;
  return true;
}

function everyone(state, silent) {
  const found = /^@(everyone|here)\b/.exec(state.src.slice(state.pos, state.pos + 12));
  if (!found) return false;
  if (!silent) state.push("mark", "", 0).meta = { everyone: found[0] };
  state.pos += found[0].length;
  return true;
}

/** Note how many empty lines stand before each block: Discord shows them all. */
function spaceOut(tokens, lines) {
  let end = 0;
  let depth = 0;
  for (const token of tokens) {
    const outermost = depth === 0 && token.map;
    depth += token.nesting;
    if (!outermost) continue;
    if (end > 0) token.meta = { ...token.meta, gap: Math.min(token.map[0] - end, 4) };
    end = token.map[1];
    while (end > 0 && !lines[end - 1]?.trim()) end -= 1;
  }
}

function draw(tokens, root) {
  const open = [root];
  for (const token of tokens) {
    if (token.nesting < 0) {
      if (open.length > 1 && !token.hidden) open.pop();
      continue;
    }
    if (token.type === "inline") {
      draw(token.children, open.at(-1));
      continue;
    }
    if (token.hidden) continue;
    const node = element(token);
    if (token.meta?.gap > 0) node.classList.add(`gap-${token.meta.gap}`);
    open.at(-1).append(node);
    if (token.nesting > 0) open.push(node);
  }
}

const ELEMENTS = {
  text: (token) => token.content,
  text_special: (token) => token.content,
  softbreak: () => el("br"),
  hardbreak: () => el("br"),
  code_inline: (token) => el("code", { class: "inline-code" }, token.content),
  fence: (token) => codeBlock(token.content, token.info),
  paragraph_open: () => el("div"),
  heading_open: (token) =>
    token.tag === "small" ? el("div", { class: "subtext" }) : headingElement(token.tag),
  strong_open: (token) => el(token.markup === "__" ? "u" : "strong"),
  ordered_list_open: (token) => el("ol", { start: token.attrGet("start") }),
  link_open: (token) => link(token.attrGet("href")),
  spoiler_open: spoilerElement,
  mark: (token) => markElement(token.meta),
};

function element(token) {
  const special = ELEMENTS[token.type];
  return special ? special(token) : el(token.tag || "span");
}

/** A heading of a message is not one of the page: readers find it by its level below the channel's name. */
function headingElement(tag) {
  const level = Number(tag[1]);
  return el("div", { class: `heading heading-${level}`, role: "heading", "aria-level": level + 2 });
}

/** A link to a message or channel of Discord leads there on this page. */
function link(address) {
  if (!isWeb(address ?? "")) return el("span");
  const [, channel, message] = matchedAt(PLACE, address, 0) ?? [];
  if (world.channels.has(channel)) return el("a", { href: addressOf(world.channels.get(channel), message) });
  return el("a", { href: address, title: address, target: "_blank", rel: "noopener noreferrer nofollow" });
}

function spoilerElement() {
  const reveal = () => {
    node.classList.add("revealed");
    for (const name of ["role", "tabindex", "aria-label"]) node.removeAttribute(name);
  };
  const node = el("span", {
    class: "spoiler",
    role: "button",
    tabindex: 0,
    "aria-label": t("Spoiler, press to reveal"),
  });
  node.addEventListener("click", reveal, { once: true });
  node.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") reveal();
  });
  return node;
}

function markElement({ user, role, channel, message, emoji, command, time, style, everyone: all }) {
  if (user)
    return el(
      "span",
      { class: user === world.me ? "mention mine" : "mention" },
      `@${nameOf(user, "unknown-user")}`,
    );
  if (role) return el("span", { class: "mention" }, `@${world.roles[role] ?? "deleted-role"}`);
  if (all) return el("span", { class: "mention mine" }, all);
  if (emoji) return el("span", { class: "emoji-name" }, `:${emoji}:`);
  if (command) return el("span", { class: "mention" }, `/${command}`);
  if (time) return el("time", { class: "stamp", title: full(time * 1000) }, stamped(Number(time), style));
  const place = world.channels.get(channel);
  if (!place) return el("span", { class: "mention" }, `# ${t("unknown")}`);
  const name = place.guild ? `#${place.name}` : `@${place.name}`;
  return el("a", { class: "mention", href: addressOf(place, message) }, message ? `${name} ›` : name);
}
