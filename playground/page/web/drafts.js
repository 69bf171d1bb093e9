// What was begun and not sent, by person and channel; it outlives a reload, but not the window.

export class Drafts {
  /** Return the draft of a place. */
  of(place) {
    return sessionStorage.getItem(`draft/${place}`) ?? "";
  }

  /** Keep a draft, or with no text forget it. */
  keep(place, text) {
    if (text) sessionStorage.setItem(`draft/${place}`, text);
    else sessionStorage.removeItem(`draft/${place}`);
  }
}
