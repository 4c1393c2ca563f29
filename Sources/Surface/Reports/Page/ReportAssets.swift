/// The style and the script of every report; a page brings both with it.
enum ReportAssets {
  static let style = """
    :root{--back:#fff;--text:#1c2430;--soft:#667085;--line:#d9dee7;--tile:#f5f7fa;--plus:#2f6fb2;--minus:#c0392b;--total:#5a6472}
    @media(prefers-color-scheme:dark){:root{--back:#14181f;--text:#e6e9ef;--soft:#98a2b3;--line:#313a48;--tile:#1d232d;--plus:#6aa9e9;--minus:#ef7a6d;--total:#8b95a5}}
    *{box-sizing:border-box}body{margin:0 auto;max-width:72rem;padding:1.5rem;background:var(--back);color:var(--text);font:15px/1.45 system-ui,sans-serif}
    h1{font-size:1.6rem;margin:0 0 .2rem}h2{font-size:1.15rem;margin:2rem 0 .6rem}.soft,footer{color:var(--soft)}
    .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:.8rem}.tile{background:var(--tile);border-radius:.5rem;padding:.8rem 1rem}
    .tile b{display:block;font-size:1.35rem;font-variant-numeric:tabular-nums}.scroll{overflow:auto;max-height:34rem;border:1px solid var(--line);border-radius:.4rem}
    table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}th,td{padding:.28rem .6rem;border-bottom:1px solid var(--line);text-align:left;white-space:nowrap}
    th{position:sticky;top:0;background:var(--tile)}thead th{cursor:pointer}th button{all:unset;cursor:pointer;font-weight:600}th button:focus-visible{outline:2px solid var(--plus)}
    th[aria-sort=ascending] button::after{content:" ▲"}th[aria-sort=descending] button::after{content:" ▼"}
    .n{text-align:right}.neg{color:var(--minus)}td i{color:var(--soft)}input,select{font:inherit;color:inherit;background:var(--tile);border:1px solid var(--line);border-radius:.3rem;padding:.25rem .5rem;margin:0 .5rem .5rem 0}
    svg{width:100%;height:auto}svg text{font:12px system-ui,sans-serif;fill:var(--text)}svg .end{text-anchor:end}svg .middle{text-anchor:middle}svg .value{fill:var(--soft)}
    .plus{fill:var(--plus)}.minus{fill:var(--minus)}.total{fill:var(--total)}.grid{stroke:var(--line)}.line{fill:none;stroke-width:2}.point{fill:var(--back,#fff);stroke-width:2}
    .l0{stroke:#2f6fb2}.l1{stroke:#d9822b}.l2{stroke:#2e9e6b}.l3{stroke:#8e5bb5}.l4{stroke:#c0392b}.l5{stroke:#5a6472}svg .t0{fill:#2f6fb2}svg .t1{fill:#d9822b}svg .t2{fill:#2e9e6b}svg .t3{fill:#8e5bb5}svg .t4{fill:#c0392b}svg .t5{fill:#5a6472}
    details{margin:.4rem 0}pre{white-space:pre-wrap;background:var(--tile);padding:.6rem;border-radius:.4rem}.open{cursor:pointer}footer{margin-top:2.5rem;border-top:1px solid var(--line);padding-top:.8rem;font-size:.85rem;overflow-wrap:anywhere}
    @media print{.scroll{max-height:none;overflow:visible;border:0}input,select,details{display:none}body{max-width:none;padding:0}section{break-inside:avoid}}
    """

  /// Sorts, filters and drills; every text is set as text, never as markup.
  static let script = """
    "use strict";
    for (const box of document.querySelectorAll("[data-table]")) {
      const table = box.querySelector("table"), body = table.tBodies[0], filter = box.querySelector("input"), told = box.querySelector(".told");
      const rows = Array.from(body.rows);
      const key = (row, i) => { const c = row.cells[i]; return c.dataset.v === undefined ? c.textContent : c.dataset.v === "" ? null : Number(c.dataset.v); };
      table.tHead.addEventListener("click", event => {
        const head = event.target.closest("th"); if (!head) return;
        const i = head.cellIndex, down = head.getAttribute("aria-sort") === "ascending";
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        rows.sort((a, b) => { const x = key(a, i), y = key(b, i); if (x === null || y === null) return (x === null) - (y === null);
          const order = typeof x === "number" ? x - y : x < y ? -1 : x > y ? 1 : 0; return down ? -order : order; });
        body.append(...rows);
      });
      filter.addEventListener("input", () => {
        const wanted = filter.value.toLowerCase(); let shown = 0;
        for (const row of rows) { const fits = row.textContent.toLowerCase().includes(wanted); row.hidden = !fits; shown += fits; }
        told.textContent = shown + " of " + rows.length + " rows";
      });
    }
    for (const box of document.querySelectorAll("[data-pivot]")) {
      const data = JSON.parse(box.querySelector("script").textContent), body = box.querySelector("tbody");
      const format = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 2 });
      const exact = (sum, scale) => { const digits = (sum < 0n ? -sum : sum).toString().padStart(scale + 1, "0"); const whole = digits.slice(0, digits.length - scale).replace(/\\B(?=(\\d{3})+$)/g, ","); return (sum < 0n ? "-" : "") + whole + (scale ? "." + digits.slice(-scale) : ""); };
      const groups = (rows, level) => { const found = new Map(); for (const row of rows) { const k = row[data.texts[level]]; if (!found.has(k)) found.set(k, []); found.get(k).push(row); } return found; };
      const add = (rows, level, after) => {
        let last = after;
        for (const [name, members] of groups(rows, level)) {
          const line = document.createElement("tr"), first = document.createElement("td");
          const deeper = level + 1 < data.texts.length;
          first.textContent = "\\u2003".repeat(level) + (deeper ? "▸ " : "") + (name === null ? "NULL" : name);
          line.append(first);
          data.numbers.forEach((i, place) => { const cell = document.createElement("td"), scale = data.scales[place]; let sum = scale === null ? 0 : 0n; for (const m of members) sum += scale === null ? m[i] ?? 0 : BigInt(m[i] ?? 0); cell.textContent = scale === null ? format.format(sum) : exact(sum, scale); cell.className = sum < 0 ? "n neg" : "n"; line.append(cell); });
          line.dataset.level = level;
          if (deeper) { line.className = "open"; line.tabIndex = 0;
            const toggle = () => {
              if (line.dataset.open) { delete line.dataset.open; first.textContent = first.textContent.replace("▾", "▸"); while (line.nextElementSibling && Number(line.nextElementSibling.dataset.level) > level) line.nextElementSibling.remove(); }
              else { line.dataset.open = "1"; first.textContent = first.textContent.replace("▸", "▾"); add(members, level + 1, line); }
            };
            line.addEventListener("click", toggle); line.addEventListener("keydown", e => { if (e.key === "Enter") toggle(); }); }
          if (last) last.after(line); else body.append(line);
          last = line;
        }
      };
      add(data.rows, 0, null);
    }
    """
}
