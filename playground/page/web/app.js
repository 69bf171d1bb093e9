// Where the page is put together: one connection, one person, one channel that is shown.

import { Composer } from "./composer.js";
import { Arrange } from "./arrange.js";
import { Cluster } from "./cluster.js";
import { Connection } from "./connection.js";
import { Inspector } from "./inspector.js";
import { announce, el } from "./dom.js";
import { drawGreeting } from "./greeting.js";
import { drawHeader } from "./header.js";
import { closeMenu, openMenu } from "./menu.js";
import { isEphemeral, isTalk } from "./message.js";
import { lastOf, Messages, spoken } from "./messages.js";
import { drawMembers, toggleMembers } from "./members.js";
import { showModal } from "./modal.js";
import { drawSidebar, forgetUnread, noteRead, noteUnread } from "./sidebar.js";
import { localized, speak, t } from "./words.js";
import { addressOf, channelOf, greet, myself, nameOf, settle, withNames, world } from "./world.js";

const MESSAGE_COMMAND = 3;
const REACTIONS = [..."👍👎😄😂😮😢😡🎉👀🙏👏🔥💯✅❌❓🤔🚀💡☕🍀"].concat("❤️", "✔️", "⚠️");
const REACTIONS_A_ROW = 6;
const TYPING_SECONDS = 10;
const QUIET_MS = 1500;
const NOTICE_MS = 8000;

const connection = new Connection();
const ask = (what, fields) => connection.ask(what, fields);
const on = (name, act) => connection.addEventListener(name, (event) => act(event.detail));
const at = (message) => ({ channel: message.channel_id, message: message.id });

const messages = new Messages({
  older: (before) => ask("open", { channel: world.here.id, before }),
  goTo: (id) => messages.goTo(id),
  addressOf: (channelId) => (world.channels.has(channelId) ? addressOf(world.channels.get(channelId)) : null),
  use: (message, kind, id, values) => outcome(ask(kind, { ...at(message), id, values })),
  react: (message, emoji) => tried(ask("react", { ...at(message), emoji })),
  dismiss: (message) => tried(ask("delete", at(message))),
  reply: (message) => composer.reply(message),
  menu: messageMenu,
  pickReaction,
});

const composer = new Composer({
  ask,
  notice,
  outcome,
  editLast: () => {
    const mine = lastOf(messages.all, world.me);
    if (mine) composer.edit(mine);
  },
});

const arrange = new Arrange({
  ask,
  tried,
  goTo: (channelId, messageId) => {
    if (world.channels.has(channelId)) goTo(world.channels.get(channelId), messageId);
    else wanted = channelId;
  },
});

const cluster = new Cluster({ ask, tried });

let wanted = null; // a place that was made a moment ago, and of which this window will be told

const inspector = new Inspector({
  ask,
  notice,
  closed: () => header(),
  goTo: (channelId, messageId) => goTo(world.channels.get(channelId), messageId),
});

// Where one is stands in the address: `#alex/general`, and for a link to a message `#alex/general/123`.

function inAddress() {
  const [person = "", place = "", message = ""] = decodeURIComponent(location.hash.slice(1)).split("/");
  return { person, place, message };
}

async function follow() {
  const { person, place, message } = inAddress();
  if (!world.me || person !== myself().name) connection.open(person);
  else await goTo(channelOf(place), message);
}

/** Show a channel, and in it a message where one is named. */
async function goTo(channel, messageId) {
  if (!messageId || channel !== world.here) await show(channel);
  if (!messageId) return;
  history.replaceState(null, "", addressOf(world.here));
  await messages.goTo(messageId);
}

async function show(channel) {
  const all = [...world.channels.values()];
  const shown = channel ?? all.find((one) => one.kind === "text") ?? all[0];
  world.here = shown;
  noteRead(shown.id);
  history.replaceState(null, "", addressOf(shown));
  closeSidebar();
  drawSidebar(arrange);
  header();
  typists.clear();
  drawTyping();
  const { messages: newest, more } = await ask("open", { channel: shown.id });
  if (world.here?.id !== shown.id) return;
  messages.show(newest, more);
  drawGreeting(!newest.some(isTalk), (text) => composer.fill(text));
  await composer.enter();
  if (matchMedia("(hover: hover)").matches && !inspector.open) composer.focus();
}

function header() {
  const channelMenu = (where, further) => arrange.channelMenu(where, further);
  const inspectorOpen = () => inspector.open;
  document.getElementById("app").classList.toggle("with-inspector", inspector.open);
  drawHeader({ toggleSidebar, toggleInspector, inspectorOpen, channelMenu, toggleMembers: showMembers });
  cluster.show();
  drawMembers();
}

function showMembers() {
  toggleMembers();
  header();
}

async function toggleInspector() {
  await inspector.toggle();
  header();
  if (!inspector.open) document.querySelector(".inspector-toggle").focus();
}

function toggleSidebar() {
  const open = document.getElementById("app").classList.toggle("with-sidebar");
  document.getElementById("veil").hidden = !open;
  if (open) document.querySelector("#sidebar a").focus();
}

function closeSidebar() {
  document.getElementById("app").classList.remove("with-sidebar");
  document.getElementById("veil").hidden = true;
}

// What the server tells.

on("HELLO", async (hello) => {
  if (hello.me !== world.me) forgetUnread();
  if (speak(hello.locale)) return;
  greet(hello);
  if (hello.unknown)
    notice(t("Nobody here is called {name}; you are {me}.", { name: hello.unknown, me: nameOf(hello.me) }));
  offline.hidden = true;
  offline.textContent = notRunning;
  cluster.begin(hello.cluster);
  const { place, message } = inAddress();
  await goTo(channelOf(place), message);
  await inspector.look();
});

const offline = document.getElementById("offline");
const notRunning = offline.textContent;

on("LOST", () => {
  offline.hidden = false;
});

on("FULL", (most) => {
  offline.textContent = t("The playground shows itself in {most} windows at once; please close one of them.", { most });
  offline.hidden = false;
});

on("PLACES", (places) => {
  const before = world.here?.id;
  settle(places);
  const made = world.channels.get(wanted);
  if (made) wanted = null;
  if (made) goTo(made);
  else if (world.here?.id !== before) show();
  else if (world.here) {
    drawSidebar();
    header();
    composer.enter();
  }
});

on("MESSAGE_CREATE", (message) => {
  typists.delete(message.author.id);
  drawTyping();
  if (message.channel_id !== world.here?.id) {
    const forMe =
      message.mentions.some((user) => user.id === world.me) ||
      world.channels.get(message.channel_id)?.kind === "dm";
    noteUnread(message.channel_id, forMe && message.author.id !== world.me);
    return;
  }
  if (isTalk(message)) drawGreeting(false);
  messages.put(message);
  if (message.author.id === world.me) messages.toEnd();
  else announceQuietly(message);
});

on("MESSAGE_UPDATE", (message) => {
  if (message.channel_id !== world.here?.id) return;
  messages.change(message);
  announceQuietly(message);
});

on("MESSAGE_DELETE", ({ id }) => messages.remove(id));
on("MESSAGE_DELETE_BULK", ({ ids }) => ids.forEach((id) => messages.remove(id)));
on("WIRE", (news) => inspector.hear(news));
on("INSTRUMENTS", (state) => inspector.tune(state));

on("TYPING_START", ({ user_id: userId, channel_id: channelId }) => {
  if (userId === world.me || channelId !== world.here?.id) return;
  clearTimeout(typists.get(userId));
  const over = () => {
    typists.delete(userId);
    drawTyping();
  };
  typists.set(userId, setTimeout(over, TYPING_SECONDS * 1000));
  drawTyping();
});

const typists = new Map();

function drawTyping() {
  const names = [...typists.keys()].map((id) => nameOf(id));
  const dots = el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i"));
  const [name, other] = names;
  const text = [
    "",
    t("{name} is typing…", { name }),
    t("{name} and {other} are typing…", { name, other }),
    t("Several people are typing…"),
  ][Math.min(names.length, 3)];
  document.getElementById("typing").replaceChildren(...(names.length ? [dots, text] : []));
}

let quiet = 0;

/** Say a message to screen readers once it has stopped changing. */
function announceQuietly(message) {
  clearTimeout(quiet);
  quiet = setTimeout(() => announce(spoken(message)), QUIET_MS);
}

// What people do with messages.

async function messageMenu(message, where) {
  const offered = await tried(ask("commands", { channel: message.channel_id }));
  const mine = message.author.id === world.me;
  const may = (condition, item) => (condition ? [item] : []);
  const own = [
    ...may(world.here.writable && !isEphemeral(message), {
      label: t("Reply"),
      act: () => composer.reply(message),
    }),
    ...may(!isEphemeral(message), { label: t("React"), act: () => pickReaction(message, where) }),
    ...may(mine, { label: t("Edit"), act: () => composer.edit(message) }),
    ...may(world.here.threads && isTalk(message) && !isEphemeral(message) && !message.thread, {
      label: t("Create thread"),
      act: () => arrange.thread(message),
    }),
    ...may((world.here.moderated || !world.here.guild) && isTalk(message) && !isEphemeral(message), {
      label: message.pinned ? t("Unpin") : t("Pin"),
      act: () => tried(ask("pin", at(message))),
    }),
    { label: t("Copy text"), act: () => tried(navigator.clipboard.writeText(withNames(message.content))) },
    ...may(!isEphemeral(message), {
      label: t("Copy message link"),
      act: () => arrange.copyLink(world.here, message.id),
    }),
  ];
  const apps = (offered ?? [])
    .filter((command) => command.type === MESSAGE_COMMAND && !isEphemeral(message))
    .map((command, index) => ({
      label: localized(command, "name"),
      detail: nameOf(world.bot),
      separated: index === 0,
      act: () => outcome(ask("menu", { ...at(message), command: command.name })),
    }));
  const remove = may(mine || world.here.moderated || isEphemeral(message), {
    label: isEphemeral(message) ? t("Dismiss") : t("Delete"),
    danger: true,
    separated: true,
    act: () => tried(ask("delete", at(message))),
  });
  openMenu(where, [...own, ...apps, ...remove], { label: t("Message") });
}

function pickReaction(message, where) {
  const items = REACTIONS.map((emoji) => ({
    label: emoji,
    act: () => tried(ask("react", { ...at(message), emoji })),
  }));
  openMenu(where, items, { label: t("React with"), columns: REACTIONS_A_ROW });
}

/** Wait for what a bot makes of a press or a command: a modal is shown, silence is told. */
async function outcome(asked) {
  const result = await tried(asked);
  if (result?.is === "failed") notice(t("{bot} did not respond in time.", { bot: nameOf(world.bot) }));
  if (result?.is === "modal") {
    const { modal } = result;
    showModal(modal, async (answers) => {
      const next = await ask("submit", { modal: modal.id, answers });
      if (next.is === "failed") throw new Error(t("{bot} did not respond in time.", { bot: nameOf(world.bot) }));
    });
  }
}

async function tried(asked) {
  try {
    return await asked;
  } catch (error) {
    notice(error.message);
    return null;
  }
}

/** Tell the person something that went wrong, for a while. */
function notice(text) {
  document.querySelector(".notice")?.remove();
  const note = el("p", { class: "notice", role: "alert" }, text);
  document.getElementById("typing").after(note);
  setTimeout(() => note.remove(), NOTICE_MS);
}

addEventListener("hashchange", () => {
  closeMenu();
  follow();
});
document.getElementById("veil").addEventListener("click", closeSidebar);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeSidebar();
});
follow();
