// Servers and their channels with what is new in them, the direct messages, and who this window is.

import { LOCALES } from "./arrange.js";
import { avatar, el, icon } from "./dom.js";
import { openMenu } from "./menu.js";
import { t } from "./words.js";
import { addressAs, addressOf, earlier, myself, nameOf, world } from "./world.js";

const unread = new Map();

/** Note that something new stands in a channel that is not shown. */
export function noteUnread(channelId, forMe) {
  unread.set(channelId, { forMe: forMe || Boolean(unread.get(channelId)?.forMe) });
  drawSidebar();
}

/** Note that a channel was looked at. */
export function noteRead(channelId) {
  unread.delete(channelId);
}

/** Forget what is new: another person looks now. */
export function forgetUnread() {
  unread.clear();
}

let drawn = "";
let menus;

/** Draw the sidebar if it has changed; a place that had the focus keeps it. `arrange` opens its menus. */
export function drawSidebar(arrange) {
  menus = arrange ?? menus;
  const sidebar = document.getElementById("sidebar");
  const channels = [...world.channels.values()];
  const key = JSON.stringify([world.guilds, channels, world.here?.id, world.me, [...unread]]);
  if (key === drawn) return;
  drawn = key;
  const focused = sidebar.contains(document.activeElement) && document.activeElement.getAttribute("href");
  const direct = channels.filter((one) => !one.guild);
  const about = el("span", {}, el("strong", {}, nameOf(world.bot)), el("small", {}, t("The playground")));
  const head = el(
    "header",
    { class: "sidebar-head" },
    el("img", { src: "/web/icon.svg", alt: "", width: 32, height: 32 }),
    about,
  );
  const servers = world.guilds.map((guild) => section(guild.name, ofGuild(channels, guild.id), (where) => menus.serverMenu(where, guild)));
  const places = el("div", { class: "places" }, servers, section(t("Direct messages"), direct, (where) => menus.directMenu(where)));
  sidebar.replaceChildren(head, places, me());
  if (focused) sidebar.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
}

function ofGuild(channels, guildId) {
  const own = channels.filter((one) => one.guild === guildId).sort((one, other) => earlier(one.id, other.id));
  return own
    .filter((one) => one.kind === "text")
    .flatMap((one) => [one, ...own.filter((thread) => thread.parent === one.id && shows(thread))]);
}

/** A thread that is archived is listed only while one looks at it. */
function shows(thread) {
  return !thread.archived || thread.id === world.here?.id;
}

function section(title, channels, open) {
  if (!channels.length) return null;
  const id = `section-${channels[0].guild ?? "direct"}`;
  const more = el(
    "button",
    { type: "button", class: "icon-button", "aria-label": t("Menu of {name}", { name: title }), "aria-haspopup": "menu" },
    icon("plus"),
  );
  more.addEventListener("click", () => open(more));
  const head = el("div", { class: "section-head" }, el("h2", { id }, title), more);
  return el("section", {}, head, el("ul", { "aria-labelledby": id }, channels.map(entry)));
}

function entry(channel) {
  const news = unread.get(channel.id);
  const here = channel.id === world.here?.id;
  const drawing =
    channel.kind === "dm"
      ? avatar(world.bot, channel.name, true)
      : icon({ thread: "thread", group: "people" }[channel.kind] ?? "hash");
  const link = el(
    "a",
    {
      href: addressOf(channel),
      class: ["place", channel.kind, news && "unread"].filter(Boolean).join(" "),
      "aria-current": here ? "page" : null,
    },
    drawing,
    el("span", { class: "place-name" }, channel.name),
    news?.forMe && el("span", { class: "badge", title: t("Mentions you") }, "@"),
    news && el("span", { class: "hidden" }, t("unread")),
  );
  return el("li", {}, link);
}

function me() {
  const person = myself();
  const name = nameOf(person.id);
  const button = el(
    "button",
    {
      type: "button",
      class: "me",
      "aria-haspopup": "menu",
      "aria-label": t("You are {name}, {role}. Switch person", { name, role: t(person.role) }),
    },
    avatar(person.id, name, false),
    el("span", { class: "me-name" }, el("strong", {}, name), el("small", {}, t(person.role))),
    icon("swap"),
  );
  button.addEventListener("click", () => openMenu(button, people(button), { label: t("Who are you?") }));
  return button;
}

function people(button) {
  const others = world.people.filter((person) => person.id !== world.me);
  const be = others.map((person) => ({
    label: t("Be {name}", { name: nameOf(person.id) }),
    detail: t(person.role),
    act: () => (location.hash = addressAs(person)),
  }));
  const beside = others.map((person, index) => ({
    label: t("New window as {name}", { name: nameOf(person.id) }),
    separated: index === 0,
    act: () => window.open(`/${addressAs(person)}`, "_blank", "noopener"),
  }));
  const language = {
    label: t("Language"),
    detail: LOCALES[world.locale],
    separated: true,
    act: () => menus.ownLocale(button),
  };
  return [...be, ...beside, language];
}
