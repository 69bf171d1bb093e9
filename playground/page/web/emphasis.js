// Discord's emphasis: from mark to mark, whatever stands around it; of two readings the longer one wins.

const BOLD = /\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)/y;
const UNDERLINE = /__((?:\\[\s\S]|[^\\])+?)__(?!_)/y;
const STAR = /\*(?!\s)((?:\\[\s\S]|\*\*|[^*\\])+?)(?<!\s) {0,2}\*(?!\*)/y;
const LOW = /_((?:\\[\s\S]|__|[^_\\])+?)_(?![a-zA-Z0-9_])/y;

/** Take what stands between two marks of bold, underlined or italic text. */
export function emphasis(state, silent) {
  const mark = state.src[state.pos];
  if (mark !== "*" && mark !== "_") return false;
  const text = state.src.slice(0, state.posMax);
  const double = matched(mark === "*" ? BOLD : UNDERLINE, text, state.pos);
  const single = matched(mark === "*" ? STAR : LOW, text, state.pos);
  const strong = double && (!single || double[0].length > single[0].length);
  const found = strong ? double : single;
  if (!found) return false;
  if (!silent) enclose(state, strong ? ["strong", mark + mark] : ["em", mark], found[1]);
  state.pos += found[0].length;
  return true;
}

function matched(pattern, text, at) {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function enclose(state, [name, markup], inner) {
  const { pos, posMax } = state;
  state.push(`${name}_open`, name, 1).markup = markup;
  state.pos = pos + markup.length;
  state.posMax = state.pos + inner.length;
  state.md.inline.tokenize(state);
  state.push(`${name}_close`, name, -1);
  state.pos = pos;
  state.posMax = posMax;
}
