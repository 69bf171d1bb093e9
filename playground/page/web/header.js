// The head of the room: where one is, which model answers, and the switches.

import { el, icon } from "./dom.js";
import { membersOpen } from "./members.js";
import { switchLabel, switchTheme, themeSwitch } from "./theme.js";
import { t } from "./words.js";
import { world } from "./world.js";

const OWN_MODEL = [
  ["OPENAI_API_KEY=…", "a key of OpenAI"],
  [
    "OPENAI_BASE_URL=http://127.0.0.1:11434/v1",
    "any server that speaks its protocol: Ollama, LM Studio, vLLM, llama.cpp",
  ],
];

const narrow = matchMedia("(max-width: 760px)");

let drawn = "";

/** Draw the header if it has changed; `acts` are `toggleSidebar`, `toggleInspector`, `inspectorOpen` and `channelMenu`. */
export function drawHeader(acts) {
  const { here } = world;
  const parent = world.channels.get(here.parent);
  const key = JSON.stringify([here, parent?.name, world.answering, acts.inspectorOpen(), membersOpen()]);
  if (key === drawn) return;
  drawn = key;
  const about = !here.guild ? t("Direct messages") : parent ? t("Thread in #{name}", { name: parent.name }) : here.topic;
  const menu = el(
    "button",
    {
      type: "button",
      class: "icon-button only-narrow",
      "aria-label": t("Servers and channels"),
      onclick: acts.toggleSidebar,
    },
    icon("menu"),
  );
  const wire = el(
    "button",
    {
      type: "button",
      class: "inspector-toggle",
      "aria-label": t("Behind the curtain"),
      "aria-expanded": String(acts.inspectorOpen()),
      "aria-controls": "inspector",
      onclick: acts.toggleInspector,
    },
    icon("wire"),
    el("span", {}, t("Behind the curtain")),
  );
  const more = el(
    "button",
    { type: "button", class: "icon-button", "aria-label": t("Channel"), title: t("Channel"), "aria-haspopup": "menu" },
    icon("more"),
  );
  const further = [
    here.guild && { label: t("Members"), separated: true, act: acts.toggleMembers },
    { label: switchLabel(), act: switchTheme },
  ];
  more.addEventListener("click", () => acts.channelMenu(more, narrow.matches ? further : []));
  document
    .getElementById("header")
    .replaceChildren(...[
      menu,
      el("h1", {}, icon({ dm: "person", group: "people", thread: "thread" }[here.kind] ?? "hash"), el("span", {}, here.name)),
      el("p", { class: "topic" }, about ?? ""),
      model(),
      wire,
      here.guild && !acts.inspectorOpen() && members(acts),
      themeSwitch(),
      more,
    ].filter(Boolean));
  document.title = `${here.guild ? "#" : ""}${here.name} · Playground`;
}

function members(acts) {
  const attributes = {
    type: "button",
    class: "icon-button only-wide",
    "aria-label": t("Members"),
    title: t("Members"),
    "aria-expanded": String(membersOpen()),
    "aria-controls": "members",
    onclick: acts.toggleMembers,
  };
  return el("button", attributes, icon("people"));
}

function model() {
  const name = world.answering || t("offline stand-in");
  const explained = world.answering ? configured() : standIn();
  const summary = el(
    "summary",
    {},
    el("span", { class: "model-label" }, t("Answers: ")),
    el("strong", {}, name),
  );
  const details = el(
    "details",
    { class: "answering" },
    summary,
    el("div", { class: "model-card" }, explained),
  );
  details.addEventListener("keydown", (event) => {
    if (event.key === "Escape") details.open = false;
  });
  details.addEventListener("focusout", (event) => {
    if (!details.contains(event.relatedTarget)) details.open = false;
  });
  return details;
}

function standIn() {
  const lines = OWN_MODEL.map(([setting, what]) =>
    el("li", {}, el("code", {}, setting), el("small", {}, t(what))),
  );
  return [
    el(
      "p",
      {},
      t(
        "The stand-in runs on this machine and knows only what it is sent, so that you can see what the bot remembers.",
      ),
    ),
    el(
      "p",
      {},
      t("To talk to a real model, set one of these and start again:"),
      " ",
      el("code", {}, "make demo"),
    ),
    el("ul", {}, lines),
  ];
}

function configured() {
  return [
    el(
      "p",
      {},
      t("The bot asks {model}, as its settings say. Those requests do not pass through the playground.", {
        model: world.answering,
      }),
    ),
    el("p", {}, t("Unset OPENAI_API_KEY and OPENAI_BASE_URL to talk to the offline stand-in.")),
  ];
}
