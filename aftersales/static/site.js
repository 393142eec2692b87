/* The customers' pages work without this file; it only makes them nicer. */
(() => {
  "use strict";
  const PHONE = window.matchMedia("(max-width: 639px)");
  const KEPT = "kept-form";

  /* --- a form is sent once --------------------------------------------------------------- */
  const sendOnce = (form) => {
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = "yes";
      form.querySelectorAll("[type=submit]").forEach((b) => b.setAttribute("aria-busy", "true"));
    });
  };
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      form.querySelectorAll("[type=submit]").forEach((b) => b.removeAttribute("aria-busy"));
    });
  });

  /* --- photos: collected over several picks, shown, removable ------------------------------ */
  const photos = (box) => {
    const input = box.querySelector("input[type=file]");
    const list = box.querySelector(".previews");
    const most = Number(box.dataset.most);
    let chosen = [];
    const same = (a, b) => a.name === b.name && a.size === b.size && a.lastModified === b.lastModified;

    const put = () => {
      const transfer = new DataTransfer();
      chosen.forEach((file) => transfer.items.add(file));
      input.files = transfer.files;
    };
    const draw = () => {
      list.querySelectorAll("img").forEach((img) => URL.revokeObjectURL(img.src));
      list.replaceChildren(...chosen.map(tile));
      list.hidden = chosen.length === 0;
    };
    const tile = (file) => {
      const item = document.createElement("li");
      const isPicture = /^image\/(jpeg|png|gif|webp)$/.test(file.type);
      const shown = document.createElement(isPicture ? "img" : "span");
      if (isPicture) { shown.src = URL.createObjectURL(file); shown.alt = file.name; }
      else { shown.className = "paper"; shown.textContent = file.name; }
      const remove = document.createElement("button");
      remove.type = "button";
      remove.setAttribute("aria-label", `${box.dataset.remove}: ${file.name}`);
      const cross = document.createElement("span");
      cross.textContent = "×";
      remove.append(cross);
      remove.addEventListener("click", () => {
        chosen = chosen.filter((other) => other !== file);
        put(); draw(); input.focus();
      });
      item.append(shown, remove);
      return item;
    };
    input.addEventListener("change", () => {
      const fresh = [...input.files].filter((file) => !chosen.some((other) => same(file, other)));
      chosen = [...chosen, ...fresh].slice(0, most);
      put(); draw();
    });
  };

  /* --- one question at a time on a phone --------------------------------------------------- */
  const wizard = (form) => {
    const all = [...form.querySelectorAll(".step")];
    const bar = form.querySelector("progress");
    const words = form.querySelector("[data-step-words]");
    let here = 0;

    const kind = () => form.querySelector("[name=kind]:checked")?.value;
    const fits = (step) => !step.dataset.only || step.dataset.only.split(" ").includes(kind());
    const steps = () => all.filter(fits);
    const isOn = () => form.classList.contains("wizard");

    const show = (index, focus) => {
      const now = steps();
      form.querySelectorAll("[data-must] input").forEach((input) => {
        input.required = input.closest("[data-must]").dataset.must === kind();
      });
      here = Math.max(0, Math.min(index, now.length - 1));
      all.forEach((step) => {
        step.classList.toggle("is-open", step === now[here]);
        step.hidden = !fits(step);
      });
      form.classList.toggle("is-first", here === 0);
      form.classList.toggle("is-last", here === now.length - 1);
      bar.max = now.length;
      bar.value = here + 1;
      words.textContent = words.dataset.stepWords
        .replace("{n}", here + 1).replace("{all}", now.length);
      if (focus && isOn()) {
        window.scrollTo({ top: 0 });
        const legend = now[here].querySelector("legend");
        legend.tabIndex = -1;
        legend.focus({ preventScroll: true });
      }
    };
    const wrongIn = (step) => [...step.querySelectorAll(":invalid")].find((el) => el.matches("input, select, textarea"));
    const next = () => {
      const wrong = wrongIn(steps()[here]);
      if (wrong) wrong.reportValidity();
      else show(here + 1, true);
    };
    const arrange = () => {
      form.classList.toggle("wizard", PHONE.matches);
      form.noValidate = PHONE.matches;
      show(here, false);
    };
    form.querySelector(".wizard-next").addEventListener("click", next);
    form.querySelector(".wizard-back").addEventListener("click", () => show(here - 1, true));
    form.addEventListener("change", (event) => { if (event.target.name === "kind") show(here, false); });
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !isOn() || !event.target.matches("input")) return;
      if (form.classList.contains("is-last")) return;
      event.preventDefault();
      next();
    });
    form.addEventListener("submit", (event) => {
      if (!isOn()) return;
      const index = steps().findIndex(wrongIn);
      if (index < 0) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      show(index, true);
      wrongIn(steps()[index]).reportValidity();
    });
    const refused = steps().findIndex((step) => step.querySelector(".problem"));
    here = Math.max(0, refused);
    PHONE.addEventListener("change", arrange);
    document.querySelectorAll("#problems a").forEach((link) => link.addEventListener("click", () => {
      const target = document.querySelector(link.hash);
      const index = steps().findIndex((step) => step.contains(target));
      if (index >= 0) show(index, false);
    }));
    arrange();
  };

  /* --- another language keeps what was typed ----------------------------------------------- */
  const OUR_OWN = new Set(["csrfmiddlewaretoken", "once", "website"]);
  const keep = (form) => {
    document.querySelector(".languages")?.addEventListener("submit", () => {
      const typed = [...new FormData(form)].filter(([name, value]) =>
        typeof value === "string" && !OUR_OWN.has(name));
      sessionStorage.setItem(KEPT, JSON.stringify(typed));
    });
    const kept = sessionStorage.getItem(KEPT);
    sessionStorage.removeItem(KEPT);
    if (!kept) return;
    for (const [name, value] of JSON.parse(kept)) {
      for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (field.type === "checkbox") field.checked = true;
        else if (field.type === "radio") field.checked = field.value === value;
        else field.value = value;
      }
    }
  };

  /* --- copying a link ---------------------------------------------------------------------- */
  const copy = (button) => {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(new URL(button.dataset.copy, location.href).href);
      button.textContent = button.dataset.done;
    });
  };

  document.querySelectorAll("form[data-keep]").forEach(keep);
  document.querySelectorAll("form[data-wizard]").forEach(wizard);
  document.querySelectorAll("form[data-send-once]").forEach(sendOnce);
  document.querySelectorAll("[data-photos]").forEach(photos);
  document.querySelectorAll("[data-copy]").forEach(copy);
  document.getElementById("problems")?.focus({ preventScroll: true });
})();
