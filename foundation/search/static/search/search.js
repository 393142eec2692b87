/* The search box: what is found shows while typing, and typing never waits for it. */
"use strict";
(() => {
  const WAIT = 150;

  function attach(form) {
    const input = form.querySelector("input[name=q]");
    const list = document.createElement("ul");
    list.className = "search-quick";
    list.id = `${input.id}-found`;
    list.setAttribute("role", "listbox");
    list.hidden = true;
    form.append(list);
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list",
    })) input.setAttribute(name, value);

    let timer = 0, asking = null, at = -1;
    const options = () => [...list.querySelectorAll("[role=option]")];

    function open(is) {
      list.hidden = !is;
      input.setAttribute("aria-expanded", String(is));
      if (!is) choose(-1);
    }
    function choose(n) {
      const all = options();
      all[at]?.setAttribute("aria-selected", "false");
      at = all.length ? Math.max(-1, Math.min(all.length - 1, n)) : -1;
      const one = all[at];
      if (!one) { input.removeAttribute("aria-activedescendant"); return; }
      one.setAttribute("aria-selected", "true");
      one.scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", one.id);
    }
    function later(event) {
      // A Chinese keyboard is still composing: these letters are not what is meant.
      if (event.isComposing) return;
      clearTimeout(timer);
      asking?.abort();
      if (!input.value.trim()) { list.replaceChildren(); open(false); return; }
      timer = setTimeout(ask, WAIT);
    }
    async function ask() {
      const words = input.value;
      asking = new AbortController();
      try {
        const url = `${form.action}?${new URLSearchParams({ part: "quick", q: words })}`;
        const answer = await fetch(url, { signal: asking.signal });
        if (!answer.ok || answer.redirected) return;
        const html = await answer.text();
        if (input.value !== words) return;
        list.innerHTML = html;
        at = -1;
        open(list.children.length > 0 && document.activeElement === input);
      } catch { /* Enter still searches. */ }
    }
    input.addEventListener("input", later);
    input.addEventListener("compositionend", () => later({ isComposing: false }));
    input.addEventListener("focus", () => { if (list.children.length) open(true); });
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Escape") {
        if (!list.hidden) { event.preventDefault(); open(false); } else input.blur();
      } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (!list.children.length) return;
        event.preventDefault();
        open(true);
        choose(at + (event.key === "ArrowDown" ? 1 : -1));
      } else if (event.key === "Enter" && at >= 0 && !list.hidden) {
        event.preventDefault();
        const link = options()[at].querySelector("a");
        if (event.ctrlKey || event.metaKey) window.open(link.href); else location.href = link.href;
      }
    });
    form.addEventListener("submit", (event) => {
      clearTimeout(timer);
      asking?.abort();
      if (!input.value.trim()) { event.preventDefault(); input.focus(); }
    });
    form.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !form.contains(event.relatedTarget)) open(false);
    });
    document.addEventListener("pointerdown", (event) => { if (!form.contains(event.target)) open(false); });
  }

  function toTheBox() {
    const input = document.getElementById("search-words");
    if (input && input.offsetParent) { input.focus(); input.select(); return; }
    const icon = document.querySelector(".search-icon");
    if (icon) location.href = icon.href;
  }
  const typing = (el) => el.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
  // Before the theme's and the lists' own keys: one key leads to one box on every page.
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || document.querySelector("dialog[open]")) return;
    const command = event.ctrlKey || event.metaKey;
    const everywhere = command && !event.altKey && event.key.toLowerCase() === "k";
    const plain = !command && !event.altKey && !typing(event.target);
    const here = document.querySelector("#searchbar, #known-words");
    if (everywhere || (plain && event.key === "/")) toTheBox();
    else if (plain && event.key === "s" && here) { here.focus(); here.select?.(); }
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("form[data-search]").forEach(attach);
  });
})();
