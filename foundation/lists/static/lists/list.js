/* A list keeps itself fresh without losing what a person has chosen, opened or typed. */
"use strict";
(() => {
  document.documentElement.classList.add("has-script");
  const EVERY = 30000;
  const region = () => document.getElementById("list-rows");
  const form = () => document.getElementById("list-form");
  const bar = () => document.getElementById("bulk-bar");
  const ticks = () => [...document.querySelectorAll('#result_list input[name="t"]')];
  const rowOf = (el) => el.closest("tr.data-row");

  // What is chosen: the bar appears, and says how many.
  function show() {
    const chosen = ticks().filter((box) => box.checked);
    for (const box of ticks()) {
      rowOf(box).classList.toggle("is-chosen", box.checked);
      if (!box.checked && rowOf(box).classList.contains("is-gone")) rowOf(box).remove();
    }
    const all = document.getElementById("pick-all");
    if (all) {
      all.checked = chosen.length > 0 && chosen.length === ticks().length;
      all.indeterminate = chosen.length > 0 && !all.checked;
    }
    if (!bar()) return;
    bar().classList.toggle("is-open", chosen.length > 0);
    const words = chosen.length === 1 ? form().dataset.chosenOne : form().dataset.chosenMany;
    document.getElementById("bulk-count").textContent = words.replace("{n}", chosen.length);
  }
  let last = null;
  document.addEventListener("click", (event) => {
    const box = event.target.closest('#result_list input[name="t"]');
    if (box && event.shiftKey && last) {
      const all = ticks();
      const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
      if (from >= 0) for (const one of all.slice(from, to + 1)) one.checked = box.checked;
    }
    if (box) { last = box; show(); }
    if (event.target.id === "pick-all") {
      for (const one of ticks()) one.checked = event.target.checked;
      show();
    }
    if (event.target.closest("[data-unchoose]")) {
      for (const one of ticks()) one.checked = false;
      show();
    }
    const verb = event.target.closest("[data-bulk]");
    if (verb) {
      event.preventDefault();
      verb.closest("details")?.removeAttribute("open");
      const data = new URLSearchParams(new FormData(form()));
      window.desk.show(`${verb.formAction}?${data}`);
    }
    for (const menu of document.querySelectorAll("details.order-menu[open]")) {
      if (!menu.contains(event.target)) menu.removeAttribute("open");
    }
  });
  document.addEventListener("list:pick", (event) => {
    const box = event.detail.querySelector('input[name="t"]');
    if (box) { box.checked = !box.checked; last = box; show(); }
  });

  // A form of filters sends only what was filled in.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".filter-form, .list-search")) return;
    for (const field of event.target.elements) if (field.name && !field.value) field.disabled = true;
  });

  // Columns: by arrows or by dragging.
  document.addEventListener("click", (event) => {
    const mover = event.target.closest("[data-move]");
    if (!mover) return;
    const line = mover.closest("li");
    const up = mover.dataset.move === "-1";
    const other = up ? line.previousElementSibling : line.nextElementSibling;
    if (other) up ? other.before(line) : other.after(line);
    mover.focus();
  });
  let dragged = null;
  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("[data-sortable] li") || null;
    dragged?.classList.add("is-dragged");
  });
  document.addEventListener("dragover", (event) => {
    const line = dragged && event.target.closest("[data-sortable] li");
    if (!line || line === dragged) return;
    event.preventDefault();
    const box = line.getBoundingClientRect();
    event.clientY > box.top + box.height / 2 ? line.after(dragged) : line.before(dragged);
  });
  document.addEventListener("dragend", () => { dragged?.classList.remove("is-dragged"); dragged = null; });

  // Freshness: the rows come again; what is the same stays the same element.
  let mark = "", busy = false, since = Date.now();
  function offline(is) { const told = document.getElementById("list-offline"); if (told) told.hidden = !is; }
  async function refresh() {
    if (busy || document.hidden || !region()) return;
    if (!navigator.onLine) { offline(true); return; }
    busy = true; since = Date.now();
    const url = new URL(location);
    url.searchParams.set("part", "rows");
    try {
      const answer = await fetch(url, { headers: mark ? { "If-None-Match": mark } : {}, cache: "no-store" });
      offline(false);
      if (answer.ok && !answer.redirected) { merge(await answer.text()); mark = answer.headers.get("ETag") || ""; }
    } catch { offline(true); }
    busy = false;
  }
  function merge(html) {
    const fresh = document.createElement("div");
    fresh.innerHTML = html;
    const [then, now] = [region().querySelector("tbody"), fresh.querySelector("tbody")];
    const head = (box) => box.querySelector("thead")?.textContent;
    if (!then || !now || head(region()) !== head(fresh)) {
      if (!ticks().some((box) => box.checked)) region().replaceChildren(...fresh.childNodes);
      show();
      return;
    }
    const anchor = [...then.rows].find((row) => row.getBoundingClientRect().bottom > 0);
    const before = anchor?.getBoundingClientRect().top;
    const known = new Map([...then.rows].map((row) => [row.dataset.pk, row]));
    let place = null;
    for (const row of [...now.rows]) {
      const old = known.get(row.dataset.pk);
      const used = old || row;
      if (old) update(old, row); else row.classList.add("is-new");
      const following = place ? place.nextElementSibling : then.firstElementChild;
      if (following !== used) then.insertBefore(used, following);
      place = used;
      known.delete(row.dataset.pk);
    }
    for (const row of known.values()) leave(row);
    const [foot, next] = [region().querySelector("nav.pages"), fresh.querySelector("nav.pages")];
    if (foot && next && !foot.contains(document.activeElement)) foot.replaceWith(next);
    else if (!foot && next) region().append(next);
    else if (foot && !next) foot.remove();
    if (anchor?.isConnected) scrollBy(0, anchor.getBoundingClientRect().top - before);
    show();
  }
  function update(old, row) {
    old.classList.remove("is-gone");
    const box = old.querySelector('input[name="t"]');
    const fresh = row.querySelector('input[name="t"]');
    if (box && fresh) box.value = fresh.value;
    const held = old.contains(document.activeElement) && document.activeElement !== box;
    [...row.cells].forEach((cell, at) => {
      if (cell.classList.contains("pick") || !old.cells[at]) return;
      if (old.cells[at].innerHTML !== cell.innerHTML && !held) old.cells[at].innerHTML = cell.innerHTML;
    });
  }
  // A chosen or current row that left the list stays in sight, struck, until it is let go.
  function leave(row) {
    if (row.querySelector('input[name="t"]')?.checked) row.classList.add("is-gone");
    else row.remove();
  }
  setInterval(refresh, EVERY);
  addEventListener("focus", () => { if (Date.now() - since > 5000) refresh(); });
  document.addEventListener("visibilitychange", () => { if (Date.now() - since > 5000) refresh(); });
  addEventListener("online", refresh);
  addEventListener("offline", () => offline(true));
  window.desk = { ...window.desk, refresh };

  document.addEventListener("DOMContentLoaded", () => {
    const address = new URL(location);
    if (address.searchParams.get("again")) for (const box of ticks()) box.checked = true;
    show();
    // On a phone the open view may be out of sight among the others.
    const tab = document.querySelector(".list-tabs .is-current");
    if (tab) tab.parentElement.scrollLeft = tab.offsetLeft + tab.offsetWidth - tab.parentElement.clientWidth;
  });
})();
