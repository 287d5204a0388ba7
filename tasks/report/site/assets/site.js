"use strict";
(() => {
  const make = (tag, text, set = {}) => Object.assign(document.createElement(tag), {textContent: text}, set);
  const counted = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

  const keep = (blob, name) => {
    const url = URL.createObjectURL(blob);
    make("a", "", {href: url, download: name}).click();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  };

  // Tables: sorting by a column, filtering by words, and a copy as CSV.
  const value = (row, at) => {
    const cell = row.cells[at];
    return cell.dataset.v ?? cell.textContent.trim().replace(/\s+/g, " ");
  };
  const number = (text) => (/^[+−-]?[\d,]*\.?\d+$/.test(text) ? Number(text.replace(/,/g, "").replace("−", "-")) : null);
  const compare = (one, other) => {
    if (one === "" || other === "") return one === other ? 0 : one === "" ? 1 : -1;
    const a = number(one), b = number(other);
    return a !== null && b !== null ? a - b : one.localeCompare(other);
  };
  const quoted = (text) => (/^[=+\-@\t\r]/.test(text) && number(text) === null ? "'" + text : text);
  const csv = (table) =>
    [...table.rows].filter((row) => !row.hidden).map((row) =>
      [...row.cells].map((cell) => {
        const text = quoted(cell.dataset.v ?? cell.textContent.trim().replace(/\s+/g, " "));
        return /[",\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
      }).join(",")).join("\r\n") + "\r\n";
  for (const table of document.querySelectorAll("table.sortable")) {
    const body = table.tBodies[0];
    [...table.tHead.rows[0].cells].forEach((head, at) => {
      const button = make("button", head.textContent.trim(), {type: "button"});
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") !== "ascending";
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const rows = [...body.rows].map((row) => [value(row, at), row]);
        rows.sort((a, b) => (a[0] === "" || b[0] === "" || up ? compare(a[0], b[0]) : compare(b[0], a[0])));
        body.append(...rows.map((pair) => pair[1]));
      });
    });
    const tools = make("div", "", {className: "tools"});
    if (body.rows.length > 5) {
      const label = make("label", "Filter ");
      const words = make("input", "", {type: "search"});
      const said = make("span", "", {className: "soft"});
      said.setAttribute("role", "status");
      words.addEventListener("input", () => {
        const asked = words.value.toLowerCase().split(/\s+/).filter(Boolean);
        let shown = 0;
        for (const row of body.rows) {
          const text = row.textContent.toLowerCase();
          row.hidden = !asked.every((word) => text.includes(word));
          shown += !row.hidden;
        }
        said.textContent = asked.length ? `${shown} of ${counted(body.rows.length, "row")}` : "";
      });
      label.append(words);
      tools.append(label, said);
    }
    const save = make("button", "Download as CSV", {type: "button"});
    save.addEventListener("click", () => {
      keep(new Blob(["\ufeff" + csv(table)], {type: "text/csv"}), (table.dataset.name || "table") + ".csv");
    });
    tools.append(save);
    (table.closest(".wide") || table).before(tools);
  }

  // What is wider than a phone: a chart shows its newest months first, the map its middle.
  for (const wide of document.querySelectorAll(".wide")) {
    if (wide.querySelector("svg.chart")) wide.scrollLeft = wide.scrollWidth;
    if (wide.querySelector("svg.map")) wide.scrollLeft = (wide.scrollWidth - wide.clientWidth) / 2;
  }

  // Drawings to keep as they are seen, below their title and above what the colours mean; PNG is twice as large.
  const looks = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-opacity", "vector-effect", "paint-order"];
  const shape = (tag, set, text = "") => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(set)) made.setAttribute(name, value);
    made.textContent = text;
    return made;
  };
  const kept = (figure) => {
    const drawing = figure.querySelector("svg"), copy = drawing.cloneNode(true);
    const parts = [...copy.querySelectorAll("*")];
    [...drawing.querySelectorAll("*")].forEach((part, at) => {
      const style = getComputedStyle(part);
      if (style.display === "none" && part.localName !== "title") parts[at].remove();
      for (const name of looks) parts[at].setAttribute(name, style.getPropertyValue(name));
      parts[at].removeAttribute("href");
    });
    const {width: across, height: down} = drawing.viewBox.baseVal, width = 1000, height = (width * down) / across;
    for (const [name, value] of Object.entries({x: 0, y: 40, width, height})) copy.setAttribute(name, value);
    const colours = getComputedStyle(document.documentElement), colour = (name) => colours.getPropertyValue(name).trim();
    const whole = shape("svg", {width, height: height + 80, viewBox: `0 0 ${width} ${height + 80}`, "font-family": "sans-serif", "font-size": 15});
    whole.append(
      shape("rect", {width: "100%", height: "100%", fill: colour("--paper")}),
      shape("text", {x: 10, y: 26, fill: colour("--ink"), "font-weight": "bold"}, figure.dataset.title + (output ? `, ${output.textContent}` : "")),
      copy,
      ...[...document.querySelectorAll(".legend .pair")].flatMap((pair, at) => [
        shape("rect", {x: 10 + 190 * at, y: height + 53, width: 13, height: 13, fill: getComputedStyle(pair.querySelector(".key")).backgroundColor}),
        shape("text", {x: 30 + 190 * at, y: height + 65, fill: colour("--ink")}, pair.textContent.trim()),
      ]),
    );
    if (figure.dataset.note) whole.append(shape("text", {x: 770, y: height + 65, fill: colour("--ink")}, figure.dataset.note));
    return new XMLSerializer().serializeToString(whole);
  };
  const output = document.querySelector("#month-shown");
  for (const figure of document.querySelectorAll("figure[data-name]")) {
    const tools = make("div", "", {className: "tools"});
    const what = figure.querySelector("svg.map") ? "Map" : "Chart";
    const svg = make("button", `${what} as SVG`, {type: "button"}), png = make("button", `${what} as PNG`, {type: "button"});
    svg.addEventListener("click", () => keep(new Blob([kept(figure)], {type: "image/svg+xml"}), `${figure.dataset.name}.svg`));
    png.addEventListener("click", () => {
      const image = new Image();
      image.addEventListener("load", () => {
        const canvas = make("canvas", "", {width: 2 * image.width, height: 2 * image.height});
        canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
        canvas.toBlob((blob) => keep(blob, `${figure.dataset.name}.png`));
      });
      image.src = "data:image/svg+xml," + encodeURIComponent(kept(figure));
    });
    tools.append(svg, png);
    figure.append(tools);
  }

  // SQL to copy.
  for (const pre of document.querySelectorAll("pre.sql")) {
    const button = make("button", "Copy", {type: "button", className: "copy"});
    button.addEventListener("click", async () => {
      const range = document.createRange();
      range.selectNodeContents(pre);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      try {
        await navigator.clipboard.writeText(pre.textContent);
        button.textContent = "Copied";
      } catch {
        button.textContent = "Selected: copy it with Ctrl-C";
      }
    });
    pre.after(button);
  }

  // The map: months by a slider, parts of the world by buttons.
  const map = document.querySelector("svg.map");
  if (!map) return;
  const slider = document.querySelector("#month");
  const dots = [...map.querySelectorAll("a.place")].map((link) => {
    const circle = link.querySelector("circle");
    const months = new Map(link.dataset.months.split(" ").map((pair) => [pair.slice(0, 7), Number(pair.slice(8))]));
    const total = [...months.values()].reduce((sum, count) => sum + count, 0);
    return {link, circle, months, total, title: link.querySelector("title")};
  });
  const most = Math.max(...dots.map((dot) => dot.total), 1);
  const largest = Number(map.dataset.largest), smallest = Number(map.dataset.smallest);
  const names = (map.dataset.months || "").split(" ").filter(Boolean);
  const draw = () => {
    const box = map.viewBox.baseVal;
    const pixel = box.width / (map.clientWidth || 1000);
    map.classList.toggle("far", box.width > 400 || map.clientWidth < 500);
    const at = Number(slider.value), month = at ? names[at - 1] : "";
    let incidents = 0, places = 0;
    for (const dot of dots) {
      const count = month ? dot.months.get(month) || 0 : dot.total;
      dot.link.style.display = count ? "" : "none";
      dot.circle.setAttribute("r", Math.max(largest * Math.sqrt(count / most), smallest) * pixel);
      const words = `${dot.link.dataset.name}: ${count}`;
      dot.link.setAttribute("aria-label", words);
      dot.title.textContent = words;
      incidents += count;
      places += count ? 1 : 0;
    }
    for (const name of map.querySelectorAll("text")) name.setAttribute("font-size", 11.5 * pixel);
    const words = `${month || "all months"}: ${counted(incidents, "incident")} in ${counted(places, "place")}`;
    output.textContent = words;
    slider.setAttribute("aria-valuetext", words);
  };
  for (const button of document.querySelectorAll(".views button")) {
    button.addEventListener("click", () => {
      for (const other of document.querySelectorAll(".views button")) other.setAttribute("aria-pressed", other === button);
      map.setAttribute("viewBox", button.dataset.box);
      draw();
    });
  }
  slider.max = names.length;
  slider.addEventListener("input", draw);
  document.querySelector(".controls").hidden = false;
  addEventListener("resize", draw);
  draw();
})();
