"use strict";
// Draws a table that says data-chart="bar" or "line": the first column names, the cells with data-value count. The table is
// the data and stays; without this file, or without ECharts, nothing is lost.
(function () {
  if (!window.echarts) return;
  const read = function (element, name) { return getComputedStyle(element).getPropertyValue(name).trim(); };

  function option(table) {
    const rows = Array.from(table.tBodies[0].rows).map(function (row) {
      return { name: row.cells[0].textContent.trim(), cell: row.querySelector("[data-value]") };
    }).filter(function (row) { return row.cell && row.cell.dataset.value !== ""; });
    const bars = table.dataset.chart === "bar", ink = read(table, "--ink"), soft = read(table, "--soft"), line = read(table, "--line");
    const names = { type: "category", data: rows.map(function (row) { return row.name; }), inverse: bars, axisTick: { show: false },
      axisLine: { lineStyle: { color: line } }, axisLabel: { color: ink, width: window.innerWidth < 640 ? 120 : 180, overflow: "truncate", interval: bars ? 0 : "auto" } };
    const values = { type: "value", splitLine: { lineStyle: { color: line } }, axisLabel: { show: false } };
    return {
      rows: rows.length,
      drawing: {
        animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches, animationDuration: 300,
        textStyle: { fontFamily: getComputedStyle(table).fontFamily, fontSize: 14, color: ink },
        grid: { left: 8, right: 72, top: 8, bottom: 8, containLabel: true },
        xAxis: bars ? values : names, yAxis: bars ? names : values,
        aria: { enabled: true, decal: { show: true } },
        series: [{
          type: table.dataset.chart, barMaxWidth: 22, itemStyle: { color: read(table, "--accent") },
          label: { show: true, position: bars ? "right" : "top", color: soft, formatter: function (one) { return rows[one.dataIndex].cell.textContent.trim(); } },
          data: rows.map(function (row) { return Number(row.cell.dataset.value); }),
        }],
      },
    };
  }

  function draw(table) {
    const made = option(table);
    if (made.rows < 2) return;
    const box = document.createElement("div");
    box.className = "chart";
    box.setAttribute("aria-hidden", "true"); // the table says the same
    box.style.height = made.rows * (made.rows > 30 ? 22 : 30) + 24 + "px"; // room for every name and value
    table.parentNode.insertBefore(box, table);
    const chart = window.echarts.init(box, null, { renderer: "canvas" });
    chart.setOption(made.drawing);
    window.addEventListener("resize", function () { chart.resize(); });
  }
  document.querySelectorAll("table[data-chart]").forEach(draw);
})();
