// How sparse each layer is, in the trials of the front and in the chosen one.

const heat = {network: null};
const MOST_ROWS = 60;

function showLayers(section) {
  const holder = section.querySelector(".chart");
  addView(section, draw);
  function draw() {
    const members = [...walk()].filter(trial => trial.layers);
    if (chosen.trial?.layers && !members.includes(chosen.trial)) {
      members.unshift(chosen.trial);
    }
    const tables = distinct(members.map(trial => trial.layers[0]));
    const asked = heat.network ?? chosen.trial?.layers?.[0];
    const table = tables.includes(asked) ? asked : tables[0];
    const rows = members.filter(trial => trial.layers[0] === table).slice(0, MOST_ROWS);
    section.querySelector(".controls").replaceChildren(...(tables.length > 1
      ? [choice("network", tables.map(place => [place, members.find(trial => trial.layers[0] === place).network]), table, network => {
        heat.network = network;
        draw();
      })] : []));
    section.querySelector(".note").textContent = rows.length ? `${rows.length === MOST_ROWS ? `The first ${MOST_ROWS} trials` : "Trials"} of the front, cheapest at the top${rows.includes(chosen.trial) ? "; the chosen one is marked ▸" : ""}.` : "";
    holder.style.height = `${170 + 22 * Math.max(rows.length, 4)}px`;
    if (!sayEmpty(holder, rows.length === 0 ? "No layers to show." : "")) {
      drawHeat(holder, rows);
    }
  }
}

/** Names without the beginning that all of them share, up to a hyphen. */
function shortened(names) {
  let shared = names.length > 1 ? names[0].lastIndexOf("-") + 1 : 0;
  while (shared > 0 && !names.every(name => name.startsWith(names[0].slice(0, shared)))) {
    shared = names[0].lastIndexOf("-", shared - 2) + 1;
  }
  return names.map(name => name.slice(shared));
}

function drawHeat(holder, rows) {
  const colours = palette();
  const chart = chartIn(holder);
  const tables = rows.map(layersOf);
  const names = shortened(rows.map(trial => trial.name)).map((name, i) => (rows[i] === chosen.trial ? `▸ ${name}` : name));
  const widest = Math.max(...names.map(name => name.length));
  chart.off("click");
  chart.on("click", event => select(rows[event.value[1]]));
  chart.setOption({
    ...chartBase(colours),
    grid: {left: Math.min(24 + widest * 6.2, holder.clientWidth * 0.4), right: 10, top: 40, bottom: 120},
    tooltip: {...chartBase(colours).tooltip, formatter: ({value}) => {
      const layer = tables[value[1]][value[0]];
      return tip(layer.name, [
        ["trial", rows[value[1]].name], ["sparsity", layer.sparsity.toFixed(4)],
        ["non-zero weights", `${count(layer.nonzero)} of ${count(layer.weights)}`],
        ["values", count(layer.values)], ["bytes", `${count(layer.bytes)}, ${layer.encoding}`],
        ...(layer.prunable ? [] : [["", "not prunable"]]),
      ]);
    }},
    xAxis: {type: "category", data: tables[0].map(layer => layer.name), axisLabel: {rotate: 55, color: colours.soft, fontSize: 11, interval: "auto"}, axisLine: {show: false}, axisTick: {show: false}},
    yAxis: {type: "category", inverse: true, data: names, axisLabel: {color: colours.soft, fontSize: 11.5, interval: 0, width: holder.clientWidth * 0.38, overflow: "truncate", formatter: name => (name.startsWith("▸") ? `{chosen|${name}}` : name), rich: {chosen: {color: colours.ink, fontWeight: 700}}}, axisLine: {show: false}, axisTick: {show: false}},
    visualMap: {type: "continuous", min: 0, max: 1, precision: 2, orient: "horizontal", left: 0, top: 0, itemWidth: 12, itemHeight: 120, text: ["1", "0"], textStyle: {color: colours.soft}, inRange: {color: [...CIVIDIS].reverse()}},
    series: [{type: "heatmap", cursor: "pointer", itemStyle: {borderColor: colours.card, borderWidth: 1}, emphasis: {itemStyle: {borderColor: colours.ink}},
      data: tables.flatMap((table, y) => table.map((layer, x) => [x, y, Number(layer.sparsity.toFixed(4))]))}],
  }, {notMerge: true});
}
