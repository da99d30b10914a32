"use strict";
(() => {
  const form = document.querySelector("form.filter");
  if (!form) return;
  const text = document.getElementById("filter-text");
  const effect = document.getElementById("filter-effect");
  const status = document.getElementById("filter-status");
  const rows = [...document.querySelectorAll("#table-people tbody tr")].map((row) => ({
    row,
    words: row.textContent.toLowerCase(),
    effect: row.cells[0].textContent,
  }));
  const total = Number(document.getElementById("table-people").dataset.total);
  const some = total > rows.length ? ` (${rows.length.toLocaleString("en")} shown here)` : "";
  const apply = () => {
    const wanted = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const entry of rows) {
      const fits = (!effect.value || entry.effect === effect.value) && wanted.every((word) => entry.words.includes(word));
      entry.row.hidden = !fits;
      shown += fits;
    }
    status.textContent = `${shown.toLocaleString("en")} of ${total.toLocaleString("en")} lines${some}`;
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  apply();
})();
