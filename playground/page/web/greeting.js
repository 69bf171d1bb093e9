// What an empty channel says to somebody who is here for the first time: three things to try.

import { el } from "./dom.js";
import { nameOf, world } from "./world.js";

/** Draw the greeting, or hide it where something was said; `fill` writes into the message box. */
export function drawGreeting(empty, fill) {
  const box = document.getElementById("greeting");
  box.hidden = !empty;
  if (!empty) return;
  const { here } = world;
  const name = here.kind === "dm" ? nameOf(world.bot) : `#${here.name}`;
  box.replaceChildren(
    el("img", { src: "/web/icon.svg", alt: "", width: 56, height: 56 }),
    el("h2", {}, `This is ${name}`),
    el("p", {}, `Nothing was said here yet. ${nameOf(world.bot)} listens; here are three things to try.`),
    el(
      "ul",
      {},
      suggestions(here).map((one) => suggestion(one, fill)),
    ),
  );
}

function suggestions(here) {
  const to = here.kind === "dm" ? "" : `@${nameOf(world.bot)} `;
  return [
    {
      title: "See what it remembers",
      text: `${to}Hello! I'm ${nameOf(world.me)}.`,
      why: "Then ask whether it knows your name.",
    },
    {
      title: "Watch it write",
      text: `${to}Show me a long answer with some code.`,
      why: "One message, edited as the words arrive.",
    },
    {
      title: "Find its commands",
      text: "/",
      why: "All of them, with their options, as the bot registered them.",
    },
  ];
}

function suggestion({ title, text, why }, fill) {
  const button = el(
    "button",
    { type: "button", onclick: () => fill(text) },
    el("strong", {}, title),
    el("code", {}, text),
    el("small", {}, why),
  );
  return el("li", {}, button);
}
