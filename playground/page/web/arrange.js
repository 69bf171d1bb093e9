// What people arrange: threads, channels, servers, pins, permissions, and where the bot is.

import { el } from "./dom.js";
import { oneLine } from "./markdown.js";
import { openMenu } from "./menu.js";
import { askForName, showDialog } from "./modal.js";
import { speak, t } from "./words.js";
import { nameOf, world, writerOf } from "./world.js";

/** The languages that people and servers may have here, by themselves. */
export const LOCALES = { "en-US": "English", ko: "한국어", de: "Deutsch", fr: "Français", ja: "日本語" };
const STATES = { inherit: "By role", allow: "Allow", deny: "Deny" };

export class Arrange {
  #ask;
  #tried;
  #goTo;

  /** `ask` asks the playground, `tried(promise)` tells what goes wrong, `goTo(channelId, messageId)` leads there. */
  constructor({ ask, tried, goTo }) {
    this.#ask = ask;
    this.#tried = tried;
    this.#goTo = goTo;
  }

  /** Open a thread, from a message where one is given. */
  thread(message) {
    const channel = world.here.id;
    askForName(t("Create thread"), t("What it is about"), async (name) => {
      const { id } = await this.#ask("thread", { channel, message: message?.id, name });
      this.#goTo(id);
    });
  }

  /** Copy the address of a place or message, as Discord has it. */
  copyLink(channel, messageId) {
    const parts = [channel.guild ?? "@me", channel.id, messageId].filter(Boolean);
    this.#tried(navigator.clipboard.writeText(`https://discord.com/channels/${parts.join("/")}`));
  }

  /** Open the menu of the channel that is shown. */
  channelMenu(where, further) {
    const { here } = world;
    const items = [
      { label: t("Pinned messages"), act: () => this.#pins() },
      here.threads && { label: t("Create thread"), act: () => this.thread() },
      here.guild && { label: t("Copy link"), act: () => this.copyLink(here) },
      here.managed && here.kind === "text" && { label: t("Permissions"), act: () => this.#permissions() },
      ...further,
    ];
    openMenu(where, items.filter(Boolean), { label: t("Channel") });
  }

  /** Open the menu of a server. */
  serverMenu(where, guild) {
    const bot = { bot: nameOf(world.bot) };
    const there = guild.members.includes(world.bot);
    const items = [
      guild.extended && { label: t("Create channel"), act: () => this.#channel(guild) },
      guild.managed &&
        (there
          ? { label: t("Remove {bot}", bot), danger: true, act: () => this.#bot(guild, false) }
          : { label: t("Add {bot}", bot), act: () => this.#bot(guild, true) }),
      guild.managed && {
        label: t("Language of the server"),
        detail: LOCALES[guild.locale],
        act: () => this.#localeMenu(where, guild.locale, { guild: guild.id }),
      },
      { label: t("Create a server"), detail: t("without {bot}, until it is added", bot), act: () => this.#server() },
    ];
    openMenu(where, items.filter(Boolean), { label: guild.name });
  }

  /** Choose the language that one speaks; the page is drawn anew in it. */
  ownLocale(where) {
    this.#localeMenu(where, world.locale, {});
  }

  #localeMenu(where, now, of) {
    const items = Object.entries(LOCALES).map(([locale, label]) => ({
      label,
      detail: locale === now ? t("now") : "",
      act: async () => {
        await this.#tried(this.#ask("locale", { locale, ...of }));
        if (of.guild) return;
        world.locale = locale;
        speak(locale);
      },
    }));
    openMenu(where, items, { label: t("Language") });
  }

  /** Open the menu of the direct messages: conversations of people, and the app on one's own account. */
  directMenu(where) {
    const bot = { bot: nameOf(world.bot) };
    const others = world.people.filter((person) => person.id !== world.me);
    const items = others.map((person) => ({
      label: t("Talk with {name}", { name: nameOf(person.id) }),
      act: async () => {
        const opened = await this.#tried(this.#ask("conversation", { with: person.id }));
        if (opened) this.#goTo(opened.id);
      },
    }));
    openMenu(where, [...items, this.#install(bot)], { label: t("Direct messages") });
  }

  #install(bot) {
    return {
      label: world.installed ? t("Remove {bot} from my account", bot) : t("Install {bot} on my account", bot),
      detail: t("its commands for installing go along everywhere"),
      separated: true,
      act: () => this.#tried(this.#ask("install", { on: !world.installed })),
    };
  }

  #channel(guild) {
    askForName(t("Create channel"), t("new-channel"), async (name) => {
      const { id } = await this.#ask("channel", { guild: guild.id, name });
      this.#goTo(id);
    });
  }

  #server() {
    askForName(t("Create a server"), t("My server"), async (name) => {
      const { id } = await this.#ask("server", { name });
      this.#goTo(id);
    });
  }

  #bot(guild, there) {
    this.#tried(this.#ask("bot", { guild: guild.id, there }));
  }

  async #pins() {
    const { here } = world;
    const pinned = await this.#tried(this.#ask("pins", { channel: here.id }));
    if (!pinned) return;
    const shown = pinned.map((message) => {
      const show = () => {
        dialog.addEventListener("close", () => this.#goTo(here.id, message.id)); // once the focus is back
        dialog.close();
      };
      const said = oneLine(message.content).slice(0, 200) || t("a message");
      return el(
        "li",
        {},
        el("button", { type: "button", class: "pinned", onclick: show }, el("strong", {}, writerOf(message)), said),
      );
    });
    const list = shown.length ? el("ul", {}, shown) : el("p", {}, t("Nothing is pinned here."));
    const dialog = showDialog(t("Pinned messages"), el("div", { class: "dialog-body" }, list));
  }

  async #permissions() {
    const channel = world.here.id;
    const known = await this.#tried(this.#ask("permissions", { channel }));
    if (!known) return;
    const target = el(
      "select",
      { "aria-label": t("For whom") },
      known.targets.map((one) => el("option", { value: one.id }, one.name)),
    );
    const rows = el("div", { class: "permissions" });
    const change = async (permission, state) => {
      await this.#tried(this.#ask("permit", { channel, target: target.value, permission, state }));
      (known.states[target.value] ??= {})[permission] = state;
    };
    const drawRows = () => {
      const states = known.states[target.value] ?? {};
      rows.replaceChildren(...known.permissions.map((one) => row(one, states[one] ?? "inherit", change)));
    };
    target.addEventListener("change", drawRows);
    drawRows();
    const title = t("Permissions in #{name}", { name: world.here.name });
    showDialog(title, el("div", { class: "dialog-body" }, target, rows));
  }
}

function row(permission, state, change) {
  const select = el(
    "select",
    { "aria-label": t(permission) },
    Object.entries(STATES).map(([value, label]) => el("option", { value, selected: value === state }, t(label))),
  );
  select.addEventListener("change", () => change(permission, select.value));
  return el("label", {}, el("span", {}, t(permission)), select);
}
