/* A job's page and the sign in the header look again by themselves. Both also work without. */
"use strict";
(() => {
  if (window.jobsAreWatched) return;
  window.jobsAreWatched = true;

  // The page of one job: its state is put in place, unless it is what stands there already.
  function watchJob(box) {
    let shown = "";
    async function look() {
      if (document.hidden) { setTimeout(look, 1500); return; }
      let isRunning = true;
      try {
        const answer = await fetch(box.dataset.address, { headers: { "HX-Request": "true" } });
        if (answer.redirected || answer.status === 404) { location.reload(); return; }
        if (answer.ok) {
          // The form's token differs each time; it is no news.
          const html = await answer.text(), news = html.replace(/name="csrfmiddlewaretoken" value="[^"]*"/, "");
          const part = document.createElement("div");
          part.innerHTML = html;
          isRunning = Boolean(part.querySelector("[data-running]"));
          if (news !== shown && !(isRunning && box.querySelector("form :active"))) {
            shown = news;
            put(box, part);
          }
        }
      } catch { /* no connection: later again */ }
      if (isRunning) setTimeout(look, 1000);
    }
    setTimeout(look, 700);
  }
  function put(box, part) {
    const focused = box.contains(document.activeElement) && document.activeElement.tagName === "BUTTON";
    box.replaceChildren(...part.childNodes);
    if (focused) (box.querySelector("form button") || box.querySelector("a.desk-button"))?.focus();
  }

  // The sign: how many run; when one ends, which and how.
  function watchSign(sign) {
    const mine = new Set(sign.dataset.jobs.split(" ").filter(Boolean));
    const words = sign.querySelector(".job-sign-words");
    async function look() {
      if (document.hidden) { setTimeout(look, 3000); return; }
      try {
        const answer = await fetch(sign.dataset.address);
        if (answer.ok && !answer.redirected) {
          const { jobs } = await answer.json();
          const known = jobs.filter((job) => mine.has(String(job.key)));
          const ended = known.filter((job) => !job.is_unfinished);
          if (ended.length === known.length) { if (ended.length) tell(ended[0]); else sign.hidden = true; return; }
        }
      } catch { /* later again */ }
      setTimeout(look, 3000);
    }
    function tell(job) {
      sign.classList.add(job.state === "done" ? "is-ended" : "is-failed");
      sign.href = job.address;
      words.textContent = sign.dataset.ended.replace("{title}", job.title).replace("{state}", job.words);
      sign.title = words.textContent;
    }
    setTimeout(look, 2000);
  }

  function begin() {
    const box = document.getElementById("job");
    const sign = document.getElementById("job-sign");
    if (box?.dataset.running !== undefined) watchJob(box);
    if (sign) watchSign(sign);
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin); else begin();
})();
