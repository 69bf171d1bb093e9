// One request to the model, as it was sent: its messages with their tokens, where memory was cut, what came back.

import { coloured } from "./code.js";
import { el } from "./dom.js";
import { world } from "./world.js";

/** Return the details of a request; `goTo(channel, message)` shows where its memory begins. */
export function modelRequest(asked, goTo) {
  const settings = coloured(JSON.stringify(asked.settings, null, 2), "json");
  return el(
    "div",
    { class: "model-request" },
    el("p", { class: "tally" }, tally(asked)),
    cutoff(asked.cutoff, goTo),
    el("ol", { class: "sent-messages" }, asked.messages.map(sent)),
    asked.text &&
      el(
        "div",
        { class: "sent-message by-assistant" },
        head("answer", asked.completion_tokens),
        el("p", {}, asked.text),
      ),
    el(
      "details",
      {},
      el("summary", {}, "Settings of the request"),
      el("pre", { class: "code-block" }, el("code", {}, settings)),
    ),
  );
}

function tally(asked) {
  const parts = [`${asked.prompt_tokens} tokens in ${asked.messages.length} messages`];
  if (asked.cached_tokens) parts.push(`${asked.cached_tokens} of them cached`);
  if (asked.status !== 200) parts.push(`answered ${asked.status}`);
  else parts.push(`${asked.completion_tokens} tokens back`);
  if (asked.first_chunk !== null) parts.push(`first chunk after ${asked.first_chunk.toFixed(2)} s`);
  parts.push(
    asked.running
      ? "still running"
      : asked.closed_early
        ? `closed by the bot after ${asked.seconds.toFixed(1)} s`
        : `${asked.seconds.toFixed(1)} s`,
  );
  return parts.join(" · ");
}

function cutoff(found, goTo) {
  if (!found) return null;
  const place = world.channels.get(found.channel);
  const where = place
    ? place.kind === "dm"
      ? "the direct messages"
      : `#${place.name}`
    : "a channel that you do not see";
  const left =
    found.left_out === 0
      ? "nothing before it was left out"
      : `${found.left_out} earlier ${found.left_out === 1 ? "message was" : "messages were"} left out`;
  const show =
    place &&
    el(
      "button",
      { type: "button", class: "as-link", onclick: () => goTo(found.channel, found.message) },
      "Show",
    );
  return el("p", { class: "cutoff" }, el("b", {}, "Cut-off: "), `memory begins in ${where}; ${left}. `, show);
}

function sent(message) {
  const text =
    typeof message.content === "string" ? message.content : JSON.stringify(message.content, null, 2);
  return el(
    "li",
    { class: `sent-message by-${message.role}` },
    head(message.name ? `${message.role} (${message.name})` : message.role, message.tokens),
    el("p", {}, text),
  );
}

function head(role, tokens) {
  return el("div", { class: "sent-head" }, el("b", {}, role), el("span", {}, `${tokens} tokens`));
}
