// A thin line tells about the connection. The pages work without this file.
(() => {
  const say = (what) => {
    const line = document.getElementById("line");
    if (!line) return;
    line.textContent = what ? line.dataset[what] : "";
    line.hidden = !what;
    line.className = what ? `line line-${what}` : "line";
  };
  const rest = () => say(navigator.onLine ? "" : "offline");

  addEventListener("online", rest);
  addEventListener("offline", rest);
  addEventListener("DOMContentLoaded", rest);
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.boosted) say("sending");
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) rest();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    // A part of a page is never replaced by an error page.
    if (event.detail.xhr.status >= 400 && !event.detail.boosted) event.detail.shouldSwap = false;
    if (event.detail.xhr.status < 500) rest();
  });
  for (const failure of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(failure, (event) => {
      if (event.detail.requestConfig.verb === "post") say("failed");
      else rest();
    });
  }
  // One open sheet at a time; a tap elsewhere closes it.
  document.addEventListener("click", (event) => {
    for (const open of document.querySelectorAll("details.menu[open], details.more[open]")) {
      if (!open.contains(event.target)) open.open = false;
    }
  });
})();
