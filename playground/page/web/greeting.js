// What an empty channel says to somebody who is here for the first time: three things to try.

import { el } from "./dom.js";
import { t } from "./words.js";
import { addressAs, nameOf, ownerElse, world } from "./world.js";

/** Draw the greeting, or hide it where something was said; `fill` writes into the message box. */
export function drawGreeting(empty, fill) {
  const box = document.getElementById("greeting");
  box.hidden = !empty;
  if (!empty) return;
  const { here } = world;
  const name = here.kind === "dm" ? nameOf(world.bot) : `#${here.name}`;
  box.replaceChildren(
    el("img", { src: "/web/icon.svg", alt: "", width: 56, height: 56 }),
    el("h2", {}, t("This is {name}", { name })),
    el("p", {}, t("Nothing was said here yet. {bot} listens; here are three things to try.", { bot: nameOf(world.bot) })),
    el(
      "ul",
      {},
      suggestions(here).map((one) => suggestion(one, fill)),
    ),
    asOwner(),
  );
}

function suggestions(here) {
  const to = here.kind === "dm" ? "" : `@${nameOf(world.bot)} `;
  return [
    {
      title: t("See what it remembers"),
      text: to + t("Hello! I'm {name}.", { name: nameOf(world.me) }),
      why: t("Then ask whether it knows your name."),
    },
    {
      title: t("Watch it write"),
      text: to + t("Show me a long answer with some code."),
      why: t("One message, edited as the words arrive."),
    },
    {
      title: t("Find its commands"),
      text: "/",
      why: t("All of them, with their options, as the bot registered them."),
    },
  ];
}

/** Who is no admin is told how to try what admins can do. */
function asOwner() {
  const owner = ownerElse();
  if (!owner) return "";
  const be = el("a", { href: addressAs(owner) }, t("Be {name}", { name: nameOf(owner.id) }));
  return el("p", {}, t("To try what admins can do:"), " ", be);
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
