// The chosen trial: its figures, its curve, its layers, its path.

/** Which parts are open stays as it was when another trial is chosen. */
const openParts = new Set(["curve", "layers", "seeds"]);

function showTrial(aside) {
  let curve = null;
  let drawn = "";
  addView(aside, () => {
    const trial = chosen.trial;
    const wanted = `${trial?.name} ${isDark()}`;
    if (wanted === drawn) { // a filter changes its marks at most
      aside.querySelector(".badges")?.replaceChildren(...badges(trial));
      return;
    }
    drawn = wanted;
    if (!trial) {
      aside.replaceChildren(element("p", {class: "note"}, trials.length === 0 ? "No trial is over yet." : "Choose a trial: click a point, a line or a row."));
      return;
    }
    if (curve) {
      echarts.dispose(curve);
    }
    curve = element("div", {class: "chart"});
    aside.replaceChildren(...[
      heading(trial),
      element("div", {class: "badges"}, badges(trial)),
      trial.failed ? element("p", {class: "note"}, `Failed: ${trial.failed}`) : figures(trial),
      part("curve", `Curve${ofSeed(trial)}`, curve),
      trial.layers && part("layers", `Layers${ofSeed(trial)}`, element("div", {class: "scroll"}, layerTable(trial))),
      encodingsOf(trial).length > 1 && part("encodings", "Encodings", encodingTable(trial)),
      trial.seeds && part("seeds", "Seeds", seedTable(trial.seeds)),
      part("metrics", "Metrics and parameters", pairs(trial)),
      part("path", "Stages", stageTable(trial)),
    ].filter(Boolean));
    drawTrialCurve(curve, trial);
  });
}

function heading(trial) {
  const step = (words, by, title) => element("button", {type: "button", title, "aria-label": title, onclick: () => stepOnFront(by)}, words);
  return element("div", {class: "name"}, element("h2", {}, trial.name),
    element("span", {class: "steps choice"}, step("←", -1, "Smaller on the front"), step("→", 1, "Larger on the front")));
}

/** Goes to the next trial on the front; from a trial off it, to the one beside it in cost. */
function stepOnFront(by) {
  const members = walk();
  if (members.length === 0) {
    return;
  }
  const at = members.indexOf(chosen.trial);
  if (at >= 0) {
    select(members[Math.min(Math.max(at + by, 0), members.length - 1)]);
    return;
  }
  const here = chosen.trial ? cost(chosen.trial, chosen.x) : -Infinity;
  const beyond = members.filter(trial => (cost(trial, chosen.x) - here) * by > 0);
  select((by > 0 ? beyond[0] : beyond[beyond.length - 1]) ?? members[by > 0 ? members.length - 1 : 0]);
}

function badges(trial) {
  const found = marksOf(trial).map(([kind, words]) => element("span", {class: `badge ${kind}`}, words));
  const {confidence} = trial;
  if (confidence?.non_dominated !== undefined) {
    found.push(element("span", {class: "badge"}, `P(on the front) ${confidence.non_dominated.toFixed(2)}`));
  }
  if (confidence?.knee !== undefined) {
    found.push(element("span", {class: "badge"}, `P(knee) ${confidence.knee.toFixed(2)}`));
  }
  if (trial.stands_for) {
    found.push(element("span", {class: "badge"}, `stands for ${trial.stands_for.join(" and ")}`));
  }
  return found;
}

function figures(trial) {
  const dense = baselineOf(trial);
  const value = name => trial.metrics[name];
  const figure = (number, small, words) => element("div", {class: "figure"},
    element("b", {}, number, small && element("small", {}, ` ${small}`)), element("span", {}, words));
  const against = name => (dense && dense !== trial && value(name) !== null && dense.metrics[name] !== null
    ? `, ${signed(value(name) - dense.metrics[name], 4)} to dense` : "");
  const times = (whole, rest) => (whole > 0 && rest > 0 ? `1/${(whole / rest).toFixed(1)}` : null);
  const interval = trial.confidence?.interval;
  const found = [];
  const open = interval ? `${interval[0].toFixed(4)} to ${interval[1].toFixed(4)}` : trial.error ? `± ${trial.error.toFixed(4)}` : null;
  for (const name of figureNames.filter(known => value(known) !== null)) {
    const {dense: whole, interval: uncertain} = about(name);
    found.push(figure(metric(name, value(name)), uncertain ? open : whole ? times(value(whole), value(name)) : null, `${label(name)}${isAccuracy(name) ? against(name) : ""}`));
  }
  found.push(figure(duration(trial.seconds), null, `all stages; its last ${duration(trial.own)}`));
  return element("div", {class: "figures"}, found);
}

function part(key, words, ...content) {
  const made = element("details", {open: openParts.has(key), ontoggle: () => {
    made.open ? openParts.add(key) : openParts.delete(key);
    if (key === "curve" && made.open && chosen.trial) {
      drawTrialCurve(made.querySelector(".chart"), chosen.trial);
    }
  }}, element("summary", {}, words), ...content);
  return made;
}

function drawTrialCurve(holder, trial) {
  const {metrics, begins, epochs} = curvesOf(trial);
  const names = Object.keys(metrics);
  if (sayEmpty(holder, names.length === 0 ? "no epoch was trained" : "") || !holder.clientWidth) {
    return;
  }
  const colours = palette();
  const accuracy = names.filter(isAccuracy);
  const series = [...accuracy, ...names.filter(name => !accuracy.includes(name))];
  const starts = begins.filter(({epoch, label: words}) => epoch > 0 && epoch < epochs && /^(prune|cluster)/.test(words));
  chartIn(holder).setOption({
    ...chartBase(colours),
    tooltip: {...chartBase(colours).tooltip, trigger: "axis", valueFormatter: value => metric("", value)},
    grid: {left: 38, right: 38, top: 30, bottom: 34},
    xAxis: {...axisLook(colours, "epoch"), type: "value", min: 0, max: epochs, nameGap: 20, minInterval: 1, splitLine: {show: false}},
    yAxis: [
      {...axisLook(colours), type: "value", scale: true},
      {...axisLook(colours), type: "value", min: 0, splitLine: {show: false}},
    ],
    series: series.map((name, i) => ({
      name: label(name), type: "line", yAxisIndex: accuracy.includes(name) ? 0 : 1, data: metrics[name],
      symbol: look(i).symbol, symbolSize: 4, showSymbol: metrics[name].length < 60, color: look(i).colour, lineStyle: {width: 1.6, type: i === 0 ? "solid" : "dashed"},
      markLine: i === 0 ? {silent: true, symbol: "none", lineStyle: {color: colours.grey, type: "dotted"}, label: {color: colours.soft, fontSize: 11, formatter: event => event.name, position: "end", distance: 2},
        data: starts.map(({epoch, label: words}) => ({xAxis: epoch, name: words.split(" ")[0]}))} : undefined,
    })),
  }, {notMerge: true});
}

function layerTable(trial) {
  const rows = layersOf(trial);
  const cell = (text, kind) => element("td", {class: kind}, text);
  const head = ["layer", "sparsity", "non-zero", "values", "bytes", "encoding"];
  return element("table", {},
    element("thead", {}, element("tr", {}, head.map((name, i) => element("th", {class: i === 0 ? "text" : i === 5 ? "text encoding" : null, scope: "col"}, name)))),
    element("tbody", {}, rows.map(row => element("tr", {title: `${row.kind} ${row.shape.join(" × ")}${row.prunable ? "" : ", not prunable"}; ${row.encoding}; ${count(row.weights)} weights; ${count(row.macs)} MACs, ${count(row.nonzero * row.macs / row.weights)} with non-zero weights`},
      cell(row.name, "text"),
      element("td", {}, element("span", {class: "bar"}, element("i", {style: `width:${(100 * row.sparsity).toFixed(1)}%`})), row.sparsity.toFixed(3)),
      cell(count(row.nonzero)), cell(count(row.values)), cell(count(row.bytes)), cell(row.encoding, "text encoding")))));
}

/** The lengths of the whole network, each with a bar against the longest. */
function encodingTable(trial) {
  const rows = encodingsOf(trial);
  const [, longest] = rows[rows.length - 1];
  return element("table", {}, element("tbody", {}, rows.map(([name, bytes]) => element("tr", {},
    element("td", {class: "text wrap"}, label(name)),
    element("td", {}, element("span", {class: "bar"}, element("i", {style: `width:${(100 * bytes / longest).toFixed(1)}%`})), metric(name, bytes))))));
}

function pairs(trial) {
  const row = (name, value) => element("tr", {}, element("td", {class: "text"}, name), element("td", {class: "wrap"}, value));
  return [
    element("table", {}, element("tbody", {},
      data.metrics.filter(name => !trial.failed && trial.metrics[name] !== null).map(name => row(name, exact(name, trial.metrics[name]))),
      Object.entries(trial.parameters).map(([name, value]) => row(name, String(value ?? "none"))))),
    element("p", {class: "id"}, `trial${ofSeed(trial)} ${trial.id}`),
  ];
}

/** What has no mean over seeds is that of one of them. */
const ofSeed = trial => (trial.seeds ? ` of seed ${trial.seeds[0].parameters.seed}` : "");

function seedTable(members) {
  const names = columnNames;
  return element("table", {},
    element("thead", {}, element("tr", {}, element("th", {scope: "col", class: "text"}, "seed"), names.map(name => element("th", {scope: "col"}, shortLabel(name))))),
    element("tbody", {}, members.map(trial => element("tr", {}, element("td", {class: "text"}, String(trial.parameters.seed)), names.map(name => element("td", {}, withError(trial, name)))))));
}

function stageTable(trial) {
  return element("table", {}, element("tbody", {}, trial.path.map(place => element("tr", {},
    element("td", {class: "text wrap"}, data.stages[place].label), element("td", {}, duration(data.stages[place].seconds))))));
}
