/* The desk's keyboard, dialogs and drafts. Everything also works without it. */
"use strict";
(() => {
  const typing = (el) => el.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
  const dialog = () => document.getElementById("verb-dialog");

  // Dialogs: a verb's form is fetched, shown, and sent without leaving the page.
  async function show(url) {
    const box = dialog();
    if (!box) { location.href = url; return; }
    const answer = await fetch(url, { headers: { "HX-Request": "true" } });
    if (!answer.ok || answer.redirected) { location.href = url; return; }
    fill(box, await answer.text());
    if (!box.open) box.showModal();
    (box.querySelector("input:checked, textarea, input:not([type=hidden])") || box).focus();
  }
  function fill(box, html) { box.innerHTML = html; }
  window.desk = { ...window.desk, show };

  document.addEventListener("click", (event) => {
    const verb = event.target.closest("[data-verb]");
    if (verb && !event.ctrlKey && !event.metaKey) { event.preventDefault(); show(verb.href); }
    if (event.target.closest("[data-close]") && dialog()?.open) { event.preventDefault(); dialog().close(); }
  });

  // Signing in again in another tab changes the token; what was typed here still counts.
  function freshen(form) {
    const token = form.querySelector("input[name=csrfmiddlewaretoken]");
    const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    if (token && cookie) token.value = cookie[1];
  }
  function complain(form, name) {
    for (const button of form.querySelectorAll("button")) button.disabled = false;
    const box = form.querySelector(".form-errors") || document.createElement("div");
    box.className = "form-errors";
    box.setAttribute("role", "alert");
    box.textContent = form.dataset[name];
    form.querySelector(".dialog-end").before(box);
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    freshen(form);
    if (!form.matches("[data-dialog]") || !dialog()?.open) return;
    event.preventDefault();
    const data = new FormData(form, event.submitter);
    if (event.submitter) event.submitter.disabled = true;
    try {
      const answer = await fetch(form.action, { method: "POST", body: data, headers: { "HX-Request": "true" } });
      const next = answer.headers.get("HX-Redirect");
      if (next) { location.href = next; return; }
      if (answer.redirected || answer.status === 403) { complain(form, "signedOut"); return; }
      if (!answer.ok) { complain(form, "notSent"); return; }
      fill(dialog(), await answer.text());
      dialog().querySelector(".has-error :is(input, select, textarea)")?.focus();
    } catch {
      complain(form, "notSent");
    }
  });

  // Drafts: what was typed survives an expired login, an error, a closed window.
  const place = (form) => `draft-${form.dataset.draft}`;
  const forget = (form) => localStorage.removeItem(place(form));
  function remember() {
    const said = new URL(location).searchParams.has("said");
    if (said) history.replaceState(null, "", location.pathname);
    for (const form of document.querySelectorAll("form[data-draft]")) {
      const text = form.querySelector("textarea");
      if (!text) continue;
      if (said) forget(form);
      if (!text.value) text.value = localStorage.getItem(place(form)) || "";
      text.addEventListener("input", () =>
        text.value ? localStorage.setItem(place(form), text.value) : forget(form));
    }
  }

  // From a row back to the list as it was left: its page, filters and view.
  function backToTheList() {
    if (document.getElementById("list")) sessionStorage.setItem("list", location.pathname + location.search);
    const left = sessionStorage.getItem("list") || "";
    const back = document.querySelector(".ticket-head a.back");
    if (back && left.startsWith(`${back.pathname}?`)) back.href = left;
  }

  // Keys: / search, j and k rows, Enter open, x choose, n new, f filter, s search in the list, c classify, a assign,
  // r reply, i note, ? help. The current row is an element, so that a refresh may move it.
  let current = null, spot = 0;
  const rows = () => [...document.querySelectorAll(".queue #result_list tr.data-row")];
  function move(by) {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(current);
    current?.classList.remove("is-current");
    // Where the current row has left the list, go on from its place.
    const next = at < 0 ? (current ? spot - (by > 0) : -1) + by : at + by;
    spot = Math.max(0, Math.min(all.length - 1, next));
    current = all[spot];
    current.classList.add("is-current");
    current.scrollIntoView({ block: "nearest" });
  }
  function showKeys() {
    for (const line of document.querySelectorAll("#keys-dialog [data-needs]")) {
      line.classList.toggle("is-elsewhere", !document.querySelector(line.dataset.needs));
    }
    document.getElementById("keys-dialog")?.showModal();
  }
  function act(key) {
    const target = document.querySelector(`[data-key="${key}"]`);
    if (target) { target.click(); return true; }
    if (key === "/") { document.querySelector("#searchbar, input[name=q], #known-words")?.focus(); return true; }
    if (key === "j") { move(1); return true; }
    if (key === "k") { move(-1); return true; }
    if (key === "r" || key === "i") { document.getElementById("compose_body")?.focus(); return true; }
    if (key === "Enter" && current?.isConnected && !document.activeElement.closest("a, button, summary")) { current.querySelector("a.row-link, th a, td a")?.click(); return true; }
    if (key === "x" && current?.isConnected) { document.dispatchEvent(new CustomEvent("list:pick", { detail: current })); return true; }
    if (key === "?") { showKeys(); return true; }
    return false;
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (dialog()?.open) return;
    if (act(event.key)) event.preventDefault();
  });
  // The theme writes the name of a chosen file into the text field above it; only its own boxes have one.
  function ownFiles() {
    for (const input of document.querySelectorAll(".desk input[type=file]")) input.hasChangeListener = true;
  }
  document.addEventListener("DOMContentLoaded", () => {
    remember();
    backToTheList();
    ownFiles();
    new MutationObserver(ownFiles).observe(document.body, { childList: true, subtree: true });
  });
})();
