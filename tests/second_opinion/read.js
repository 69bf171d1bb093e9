// What npm's discord-markdown-parser sees of each text of a JSON list on standard input: a list of [words, looks, link].
"use strict";
const { parse } = require("discord-markdown-parser");

const LOOKS = {
  strong: "bold",
  em: "italic",
  underline: "underline",
  strikethrough: "strike",
  spoiler: "spoiler",
  blockQuote: "quote",
  heading: "heading",
  subtext: "subtext",
};
const CODE = { inlineCode: "code", codeBlock: "block" };
const WORDS = { br: "\n", everyone: "@everyone", here: "@here" };

function read(nodes, looks, href) {
  return [nodes].flat().flatMap((node) => {
    if (node.type in LOOKS) {
      return read(node.content, [...looks, LOOKS[node.type]], href);
    }
    if (node.type === "link" || node.type === "url" || node.type === "autolink") {
      return read(node.content, looks, node.target);
    }
    const words = node.type === "twemoji" ? node.name : (node.content ?? WORDS[node.type] ?? "");
    return [[words, node.type in CODE ? [...looks, CODE[node.type]] : looks, href]];
  });
}

const texts = JSON.parse(require("fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(texts.map((text) => read(parse(text, "extended"), [], ""))));
