/* The desk's keyboard, dialogs and drafts. Everything also works without it. */
"use strict";
(() => {
  const typing = (el) => el.closest("input, textarea, select, [contenteditable]");
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

  // Keys: / search, j and k rows, Enter open, n new, c classify, a assign, r reply, i note, ? help.
  let row = -1;
  const rows = () => [...document.querySelectorAll(".queue #result_list tr.data-row")];
  function move(by) {
    const all = rows();
    if (!all.length) return;
    all[row]?.classList.remove("is-current");
    row = Math.max(0, Math.min(all.length - 1, row + by));
    all[row].classList.add("is-current");
    all[row].scrollIntoView({ block: "nearest" });
  }
  function act(key) {
    const target = document.querySelector(`[data-key="${key}"]`);
    if (target) { target.click(); return true; }
    if (key === "/") { document.querySelector("#searchbar, input[name=q], #known-words")?.focus(); return true; }
    if (key === "j") { move(1); return true; }
    if (key === "k") { move(-1); return true; }
    if (key === "r" || key === "i") { document.getElementById("compose_body")?.focus(); return true; }
    if (key === "Enter" && row >= 0) { rows()[row]?.querySelector("a.row-link")?.click(); return true; }
    if (key === "?") { document.getElementById("keys-dialog")?.showModal(); return true; }
    return false;
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (dialog()?.open) return;
    if (act(event.key)) event.preventDefault();
  });
  document.addEventListener("DOMContentLoaded", remember);
})();
