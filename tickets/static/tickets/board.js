// The board comes again by itself; where nothing changed, nothing is sent.
(() => {
  const EVERY = 30000;
  const board = document.getElementById("board"), offline = document.getElementById("board-offline");
  let mark = "";
  async function refresh() {
    try {
      const answer = await fetch("?part=rows", { headers: mark ? { "If-None-Match": mark } : {}, cache: "no-store" });
      // Signed out: the page itself leads to the door.
      if (answer.redirected) { location.reload(); return; }
      if (answer.ok) { board.innerHTML = await answer.text(); mark = answer.headers.get("ETag") || ""; }
      offline.hidden = answer.ok || answer.status === 304;
    } catch { offline.hidden = false; }
  }
  setInterval(refresh, EVERY);
})();
