// Where one writes: Enter sends, Shift+Enter breaks the line, Up edits one's last message, Esc cancels.

import { CommandEntry, flattened } from "./commands.js";
import { el, icon } from "./dom.js";
import { Drafts } from "./drafts.js";
import { Tray } from "./files.js";
import { Suggestions } from "./suggestions.js";
import { t } from "./words.js";
import { addressAs, nameOf, ownerElse, withMarks, withNames, world, writerOf } from "./world.js";

const MOST_OFFERED = 12;
const MOST_CHARACTERS = 4000;
const TYPING_EVERY = 8000;

export class Composer {
  #form = document.getElementById("composer-form");
  #acts;
  #field;
  #bar;
  #tray;
  #suggestions;
  #entry = null;
  #reply = null;
  #editing = null;
  #commands = [];
  #typed = 0;
  #place = "";
  #drafts = new Drafts();

  /** `acts` carries out what is written: `ask`, `editLast`, `notice`, `outcome`. */
  constructor(acts) {
    this.#acts = acts;
    this.#draw();
    this.#suggestions = new Suggestions(this.#field, this.#form, t("Suggestions"));
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.#field.addEventListener("keydown", (event) => this.#key(event));
    this.#field.addEventListener("input", () => this.#input());
    this.#field.addEventListener("blur", () => this.#suggestions.close());
    this.#field.addEventListener("paste", (event) => this.#paste(event.clipboardData));
    this.#listenForDrops(document.querySelector(".room"));
  }

  /** Turn to the channel that is shown now; what was begun there stands there again. */
  async enter() {
    const { here } = world;
    const place = `${world.me}/${here.id}`;
    if (place !== this.#place) {
      this.#place = place;
      this.#tray.turnTo(place);
      this.cancel();
    }
    const name = here.guild ? `#${here.name}` : `@${here.name}`;
    this.#field.placeholder = here.writable ? t("Message {place}", { place: name }) : t("You may not write here");
    this.#field.setAttribute("aria-label", this.#field.placeholder);
    this.#field.disabled = !here.writable;
    await this.#learn();
  }

  /** Write something into the field, for the person to send. */
  fill(text) {
    this.cancel();
    this.#field.value = text;
    this.focus();
    this.#input();
  }

  focus() {
    this.#field.focus();
  }

  /** Answer a message. */
  reply(message) {
    this.cancel();
    this.#reply = { message, ping: true };
    const ping = el("button", { type: "button", class: "as-link", "aria-pressed": "true" }, t("@ on"));
    ping.addEventListener("click", () => {
      this.#reply.ping = !this.#reply.ping;
      ping.textContent = this.#reply.ping ? t("@ on") : t("@ off");
      ping.setAttribute("aria-pressed", String(this.#reply.ping));
    });
    this.#show([t("Replying to {name}", { name: writerOf(message) })], ping);
    this.focus();
  }

  /** Change a message of one's own. */
  edit(message) {
    this.cancel();
    this.#editing = message;
    this.#show([t("Editing your message")], el("small", {}, t("Enter saves, Esc cancels")));
    this.#field.value = withNames(message.content);
    this.#fit();
    this.focus();
  }

  /** Be done with a reply, an edit or a command; the draft of a new message stays. */
  cancel() {
    this.#entry?.close();
    this.#entry = null;
    this.#reply = null;
    this.#editing = null;
    this.#field.value = this.#drafts.of(this.#place);
    this.#field.hidden = false;
    this.#bar.hidden = true;
    this.#suggestions.close();
    this.#fit();
  }

  #draw() {
    this.#bar = el("div", { class: "composer-bar", hidden: true });
    const tray = el("div", { class: "tray", hidden: true });
    this.#tray = new Tray(tray, this.#acts.notice);
    const chooser = el("input", {
      type: "file",
      multiple: true,
      hidden: true,
      "aria-label": t("Files to send"),
    });
    chooser.addEventListener("change", () => {
      this.#tray.add(chooser.files);
      chooser.value = "";
      this.focus();
    });
    const open = el(
      "button",
      { type: "button", class: "icon-button", "aria-label": t("Attach files"), title: t("Attach files") },
      icon("plus"),
    );
    open.addEventListener("click", () => chooser.click());
    this.#field = el("textarea", {
      id: "composer",
      rows: 1,
      maxlength: MOST_CHARACTERS,
      spellcheck: "true",
      disabled: true, // until a channel is shown, which would clear it
    });
    this.#form.append(this.#bar, tray, el("div", { class: "composer-line" }, this.#field, open), chooser);
  }

  #show(said, control) {
    const close = el(
      "button",
      { type: "button", class: "icon-button", "aria-label": t("Cancel"), onclick: () => this.cancel() },
      icon("close"),
    );
    this.#bar.replaceChildren(el("span", {}, said), control, close);
    this.#bar.hidden = false;
  }

  #key(event) {
    if (this.#suggestions.key(event) || event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#send();
    } else if (event.key === "Escape") {
      this.cancel();
    } else if (event.key === "ArrowUp" && !this.#field.value && !this.#editing) {
      event.preventDefault();
      this.#acts.editLast();
    }
  }

  #input() {
    if (!this.#editing) this.#drafts.keep(this.#place, this.#field.value);
    this.#fit();
    this.#suggest();
    const writes = this.#field.value && !this.#field.value.startsWith("/");
    if (writes && Date.now() - this.#typed > TYPING_EVERY) {
      this.#typed = Date.now();
      this.#acts.ask("type", { channel: world.here.id }).catch(() => {});
    }
  }

  /** Take pasted files; of a text that is too long the browser takes the beginning. */
  #paste(pasted) {
    this.#tray.add(pasted.files);
    const { value, selectionStart, selectionEnd } = this.#field;
    const kept = value.length - (selectionEnd - selectionStart);
    if (kept + pasted.getData("text").length > MOST_CHARACTERS) {
      this.#acts.notice(t("A message has at most {most} characters; the rest was left out.", { most: MOST_CHARACTERS }));
    }
  }

  /** Where the style sheet can't, let the field grow with its text. */
  #fit() {
    if (CSS.supports("field-sizing", "content")) return;
    this.#field.style.height = "auto";
    this.#field.style.height = `${Math.min(this.#field.scrollHeight, innerHeight * 0.4)}px`;
  }

  async #learn() {
    try {
      this.#commands = flattened(await this.#acts.ask("commands", { channel: world.here.id }));
    } catch {
      this.#commands = [];
    }
  }

  async #suggest() {
    const { value } = this.#field;
    const begins = value === "/" || !this.#suggestions.open; // a pasted one begins with more
    if (value.startsWith("/") && begins) await this.#learn();
    if (this.#field.value !== value) return;
    const before = value.slice(0, this.#field.selectionStart);
    const command = /^\/([\w\- ]*)$/.exec(before);
    const name = /(?:^|\s)@([^\s@]*)$/.exec(before);
    if (command) this.#offerCommands(command[1]);
    else if (name) this.#offerNames(name[1]);
    else this.#suggestions.close();
  }

  #offerCommands(typed) {
    const wanted = typed.trim().toLowerCase();
    const fitting = this.#commands.filter((one) => one.path.includes(wanted));
    fitting.sort((one, other) => other.path.startsWith(wanted) - one.path.startsWith(wanted));
    const items = fitting.map((one) => ({ label: `/${one.path}`, detail: described(one), command: one }));
    const owner = wanted ? undefined : ownerElse();
    if (owner) {
      const detail = t("Be {name}, who owns this server", { name: nameOf(owner.id) });
      items.push({ label: t("Commands of admins"), detail, be: owner });
    }
    this.#suggestions.offer(items, ({ command, be }) => {
      if (command) this.#begin(command);
      else location.hash = addressAs(be);
    });
  }

  #offerNames(typed) {
    const wanted = typed.toLowerCase();
    const fitting = Object.entries(world.users).filter(([, user]) =>
      user.name.toLowerCase().startsWith(wanted),
    );
    fitting.sort(([, one], [, other]) => other.bot - one.bot);
    const items = fitting
      .slice(0, MOST_OFFERED)
      .map(([, user]) => ({ label: user.name, mark: "@", detail: user.bot ? t("app") : "" }));
    this.#suggestions.offer(items, (item) => this.#complete(`@${item.label} `));
  }

  #complete(text) {
    const { selectionStart: end, value } = this.#field;
    const start = value.lastIndexOf("@", end - 1);
    this.#field.setRangeText(text, start, end, "end");
    this.#input();
  }

  #begin(command) {
    this.#drafts.keep(this.#place, "");
    this.cancel();
    this.#field.hidden = true;
    this.#entry = new CommandEntry(command, this.#form, {
      ask: this.#acts.ask,
      run: (values) => this.#run(command, values),
      cancel: () => {
        this.cancel();
        this.focus();
      },
    });
  }

  async #run(command, options) {
    this.cancel();
    this.focus();
    await this.#acts.outcome(
      this.#acts.ask("run", { channel: world.here.id, command: command.path, options }),
    );
  }

  async #send() {
    const written = this.#field.value.trim();
    const exact = this.#commands.find((one) => `/${one.path}` === written);
    if (exact) {
      this.#begin(exact);
      return;
    }
    if (!written && !this.#tray.count) return;
    await this.#deliver(written);
  }

  async #deliver(written) {
    const text = withMarks(written);
    const [editing, reply, channel] = [this.#editing, this.#reply, world.here.id];
    const files = editing ? [] : await this.#tray.take();
    if (!editing) this.#drafts.keep(this.#place, "");
    this.cancel();
    this.#typed = 0;
    try {
      if (editing) await this.#acts.ask("edit", { channel: editing.channel_id, message: editing.id, text });
      else await this.#acts.ask("post", { channel, text, files, ...replying(reply) });
    } catch (error) {
      this.#field.value = written;
      this.#input();
      this.#acts.notice(error.message);
    }
  }

  #listenForDrops(room) {
    const carries = (event) => event.dataTransfer?.types.includes("Files");
    room.addEventListener("dragover", (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      room.classList.add("dropping");
    });
    room.addEventListener("dragleave", (event) => {
      if (!room.contains(event.relatedTarget)) room.classList.remove("dropping");
    });
    room.addEventListener("drop", (event) => {
      room.classList.remove("dropping");
      if (!carries(event)) return;
      event.preventDefault();
      this.#tray.add(event.dataTransfer.files);
      this.focus();
    });
  }
}

function described(command) {
  const names = command.options
    .map((option) => (option.required ? option.name : `${option.name}?`))
    .join(", ");
  return names ? `${command.description} · ${names}` : command.description;
}

function replying(reply) {
  return reply ? { reply: reply.message.id, ping: reply.ping } : {};
}
