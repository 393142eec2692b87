// A chosen order line fills what it tells of the request; the server does the same without this.
(() => {
  "use strict";
  const ours = new Set();
  function fill(name, value) {
    const box = document.getElementById(`id_${name}`);
    // What a person typed stays; what another order filled gives way.
    if (!box || !value || (box.value && !ours.has(name))) return;
    box.value = value;
    if (box.value === value) ours.add(name);
  }
  function choose(line) {
    for (const { name, value } of line.attributes) {
      if (name.startsWith("data-fill-")) fill(name.slice(10), value);
      if (name.startsWith("data-tick-") && value) {
        const radio = document.querySelector(`#known input[name="${name.slice(10)}"][value="${value}"]`);
        if (radio) radio.checked = true;
      }
    }
  }
  document.addEventListener("input", (event) => {
    if (event.target.id?.startsWith("id_")) ours.delete(event.target.id.slice(3));
  });
  document.addEventListener("change", (event) => {
    if (event.target.name === "order_line") choose(event.target);
  });
})();
