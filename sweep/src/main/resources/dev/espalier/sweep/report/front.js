// The scatter of accuracy against a cost, with the front.

const sentence = words => words[0].toUpperCase() + words.slice(1);

const COLOURINGS = FACETS.filter(facet => facet.values.length > 1).map(facet => [facet.key, facet.label]);

/** What a trial is coloured by. */
const categoryOf = trial => wordOf(FACETS.find(facet => facet.key === chosen.colour), trial);

function categories() {
  const facet = FACETS.find(f => f.key === chosen.colour);
  const order = value => (facet.values.findIndex(known => String(known) === value) + facet.values.length + 1) % (facet.values.length + 1);
  return [...new Set(configurations.map(categoryOf))].sort((a, b) => order(a) - order(b));
}

function showFront(section) {
  const holder = section.querySelector(".chart");
  const chart = chartIn(holder);
  chart.on("click", event => select(trialAt(event)));
  chart.on("datazoom", event => chart.setOption({series: [{id: "ticks", markLine: {data: ticksOf(zoomed(event), chart.getWidth())}}]}));
  addView(section, () => {
    if (configurations.length > 0) {
      drawFrontControls(section.querySelector(".controls"));
    }
    const current = currentView();
    section.querySelector(".note").textContent = frontNote(current);
    const why = configurations.length === 0 ? "No trial is completed yet."
      : current.shown.length === 0 ? "No trial passes the filters."
      : current.drawable.length === 0 ? "No trial has both numbers; choose another axis." : "";
    if (!sayEmpty(holder, why)) {
      chart.setOption(frontOptions(current, holder.clientWidth), {notMerge: true});
    }
  });
}

function drawFrontControls(holder) {
  const values = configurations.map(trial => trial.metrics[chosen.x]).filter(value => value !== null);
  const positive = values.every(value => value > 0);
  const costs = metricNames.filter(name => !isAccuracy(name));
  holder.replaceChildren(...[
    choice("up", accuracies.length ? accuracies.map(name => [name, label(name)]) : [[chosen.y, label(chosen.y)]], chosen.y, y => choose({y})),
    choice("across", costs.map(name => [name, label(name)]), chosen.x, x => choose({x, log: isRatio(x) && chosenPositive(x)})),
    toggle("log", chosen.log, log => choose({log}), {disabled: !positive && !chosen.log, title: positive ? null : "some values are zero"}),
    toggle("near the front", chosen.near, near => choose({near}), {title: "moves accuracies far below the front to the lower edge"}),
    COLOURINGS.length > 0 && choice("colour by", COLOURINGS, chosen.colour, colour => choose({colour})),
  ].filter(Boolean));
}

const chosenPositive = name => configurations.every(trial => trial.metrics[name] === null || trial.metrics[name] > 0);

function frontNote({shown, drawable, own, line, references}) {
  const words = [];
  const chooser = chooserOf(chosen.y);
  if (chooser !== chosen.y) {
    words.push(`${sentence(label(chosen.y))} is shown but never used to choose: the front is that of ${label(chooser)}.`);
  }
  if (drawable.length > 0 && !own) {
    words.push(`Front of the trials and axes shown: ${line.length} of ${drawable.length}.`);
  }
  if (references.length > 0) {
    words.push(`${count(references.length)} controls are drawn for reference and are never on the front.`);
  }
  if (drawable.length < shown.length) {
    words.push(`${shown.length - drawable.length} trials have no place on these axes.`);
  }
  const barred = drawable.filter(trial => intervalOf(trial, chosen.y));
  if (barred.length > 0) {
    const given = barred.find(trial => trial.confidence?.interval)?.confidence;
    const over = given?.over === "seeds" ? `${seeds.length} seeds` : `${count(data.data.validation)} validation images`;
    const unsaid = seeds.length < 3 ? `; ${seeds.length === 1 ? "one seed" : "two seeds"}: variation between seeds is not included` : "";
    words.push(`Bars: ${given ? "95 % intervals over" : "one standard error on"} ${over}${unsaid}.`);
  }
  return words.join(" ");
}

/** The least accuracy that is worth the space: well below the knee, or where the front's upper half ends. */
function floorOf({drawable, front}) {
  const heights = drawable.map(trial => trial.metrics[chosen.y]);
  const lowest = Math.min(...heights);
  const members = [...front].map(trial => trial.metrics[chosen.y]).sort((a, b) => b - a);
  if (!chosen.near || members.length < 2 || !moreIsBetter(chosen.y)) {
    return lowest;
  }
  const best = members[0];
  const knee = drawable.find(trial => trial.knee && front.has(trial));
  const reach = knee ? knee.metrics[chosen.y] : members[Math.floor(members.length / 2)];
  const floor = best - 1.6 * Math.max(best - reach, 0.02);
  return best - lowest > 1.5 * (best - floor) ? floor : lowest;
}

/** What the chart leaves beside the axes, and what a label of the axis across needs, in pixels. */
const SIDES = {left: 62, right: 22};
const TICK_LABEL = 54;

function frontOptions(current, width) {
  const roomy = width > 560;
  const colours = palette();
  const {shown, drawable, front, line, own, references} = current;
  const floor = floorOf(current);
  const heights = drawable.map(trial => trial.metrics[chosen.y]);
  const tops = [...front].map(trial => intervalOf(trial, chosen.y)?.[1] ?? -Infinity);
  const highest = Math.max(...heights, ...references.map(trial => trial.metrics[chosen.y]), ...tops, ...baselines.filter(trial => shown.some(other => other.network === trial.network)).map(trial => trial.metrics[chosen.y] ?? -Infinity));
  const margin = (highest - floor) * 0.04 || 0.05;
  const bottom = floor - margin;
  const point = trial => ({value: [trial.metrics[chosen.x], Math.max(trial.metrics[chosen.y], bottom)], trial: trial.index,
    ...(trial.metrics[chosen.y] < bottom ? {symbol: "triangle", symbolRotate: 180, symbolSize: 7} : {})});
  const known = categories();
  const looks = new Map(known.map((name, i) => [name, look(i)]));
  const across = extentOf([...drawable, ...references].map(trial => trial.metrics[chosen.x]));
  const shared = {type: "scatter", cursor: "pointer"};
  return {
    ...chartBase(colours),
    grid: {...SIDES, top: 40, bottom: 52},
    toolbox: {show: roomy, right: 0, top: -4, itemSize: 14, iconStyle: {borderColor: colours.soft}, feature: {dataZoom: {title: {zoom: "zoom in", back: "zoom out"}, brushStyle: {color: colours.line}}, restore: {title: "whole view"}, saveAsImage: {title: "save as PNG", name: data.sweep, backgroundColor: colours.card}}},
    tooltip: {...chartBase(colours).tooltip, trigger: "item", formatter: event => (trialAt(event) ? trialTip(trialAt(event)) : "")},
    legend: {...chartBase(colours).legend, data: ["dominated", ...known.filter(name => [...front].some(trial => categoryOf(trial) === name)), ...kindsOf(references).map(kind => CONTROLS[kind])], width: roomy ? width - 130 : width - 10},
    xAxis: {...axisLook(colours, axisName(chosen.x, chosen.log)), type: chosen.log ? "log" : "value", min: across[0], max: across[1], nameGap: 32,
      ...(chosen.log ? {axisLabel: {show: false}, axisTick: {show: false}, splitLine: {show: false}} : {axisLabel: {...axisLook(colours).axisLabel, formatter: value => (value >= across[0] && value <= across[1] ? tick(chosen.x, value) : "")}})},
    yAxis: {...axisLook(colours, axisName(chosen.y, false)), type: "value", min: bottom, max: highest + margin, nameGap: 46,
      axisLabel: {...axisLook(colours).axisLabel, showMinLabel: false, showMaxLabel: false, formatter: value => String(Number(value.toFixed(3)))}},
    series: [
      {id: "ticks", type: "scatter", data: [], silent: true, markLine: {silent: true, symbol: "none", lineStyle: {color: colours.faint, type: "solid", width: 1}, label: {position: "start", distance: 8, color: colours.soft, fontSize: 12, formatter: event => tick(chosen.x, event.value)}, data: ticksOf(across, width)}},
      denseLines(current, colours),
      {...shared, name: "dominated", data: drawable.filter(trial => !front.has(trial)).map(point), symbolSize: 6, itemStyle: {color: colours.grey, opacity: 0.55}},
      {type: "line", data: line.map(point), showSymbol: false, silent: true, z: 2, lineStyle: {color: colours.soft, width: 1.5}},
      ...controlSeries(references, point, colours),
      errorBars(drawable.filter(trial => front.has(trial)), looks, bottom),
      ...known.map(name => ({...shared, name, z: 4, symbolSize: 11, symbol: looks.get(name).symbol, itemStyle: {color: looks.get(name).colour, borderColor: colours.card, borderWidth: 1},
        data: drawable.filter(trial => front.has(trial) && categoryOf(trial) === name).map(point)})),
      rings(drawable, references, own, point, colours),
    ],
  };
}

const axisName = (name, log) => `${label(name)}${log ? ", logarithmic" : ""}`;

/** The axis from end to end, with a margin. */
function extentOf(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (chosen.log) {
    const margin = high > low ? (high / low) ** 0.05 : 1.5;
    return [low / margin, high * margin];
  }
  const margin = high > low ? (high - low) * 0.05 : Math.abs(high) * 0.1 || 1;
  return [low - margin, high + margin];
}

/** Round values of a logarithmic axis, four or more where there are, without those whose labels would touch. */
function ticksOf([low, high], width) {
  if (!chosen.log) {
    return [];
  }
  const at = digits => {
    const ticks = [];
    for (let e = Math.floor(Math.log10(low)); e <= Math.log10(high); e++) {
      digits.forEach(digit => ticks.push(digit * 10 ** e));
    }
    return ticks.filter(tick => tick >= low && tick <= high);
  };
  const choices = [[1], [1, 3], [1, 2, 5], [1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9]].map(at);
  const place = value => (width - SIDES.left - SIDES.right) * Math.log(value / low) / Math.log(high / low);
  const shown = [];
  for (const value of choices.find(ticks => ticks.length >= 4) ?? choices[3]) {
    if (shown.length === 0 || place(value) - place(shown[shown.length - 1]) >= TICK_LABEL) {
      shown.push(value);
    }
  }
  return shown.map(value => ({xAxis: value}));
}

/** What of the axis across is on the screen after a zoom. */
function zoomed({batch = []}) {
  const across = batch.find(({dataZoomId}) => /xAxis/.test(dataZoomId));
  const whole = () => extentOf([...currentView().drawable, ...currentView().references].map(trial => trial.metrics[chosen.x]));
  return Number.isFinite(across?.startValue) ? [across.startValue, across.endValue] : whole();
}

const kindsOf = references => Object.keys(CONTROLS).filter(kind => references.some(trial => trial.control === kind));

/** The controls, each kind with a line through those that no other of it beats. */
function controlSeries(references, point, colours) {
  const symbols = {random: "emptyTriangle", width: "emptyDiamond"};
  return kindsOf(references).flatMap(kind => {
    const members = references.filter(trial => trial.control === kind);
    const best = frontOf(members, chosen.x, chooserOf(chosen.y));
    return [
      {type: "scatter", cursor: "pointer", name: CONTROLS[kind], z: 3, symbol: symbols[kind], symbolSize: 9, itemStyle: {color: colours.soft}, data: members.map(point)},
      {type: "line", data: best.map(point), showSymbol: false, silent: true, z: 1, lineStyle: {color: colours.grey, width: 1.2, type: "dashed"}},
    ];
  });
}

/** Lines at the dense baselines of the networks shown, and at those of them that were fine-tuned longest. */
function denseLines({shown}, colours) {
  const known = new Set(shown.map(trial => trial.network));
  const here = trial => known.has(trial.network);
  const longest = denseTuned.filter(trial => here(trial) && trial.epochs === Math.max(...denseTuned.map(other => other.epochs)));
  const line = (trial, words, type, position) => ({
    yAxis: trial.metrics[chosen.y], lineStyle: {type},
    label: {formatter: words, position},
  });
  const all = [
    ...baselines.filter(here).map(trial => line(trial, `dense${ofNetwork(trial)} ${metric(chosen.y, trial.metrics[chosen.y])}`, "dashed", "insideStartTop")),
    ...longest.map(trial => line(trial, `dense${ofNetwork(trial)}, ${trial.epochs} epochs more ${metric(chosen.y, trial.metrics[chosen.y])}`, "dotted", "insideStartBottom")),
  ].filter(reference => reference.yAxis !== null);
  return {type: "scatter", data: [], silent: true, markLine: {silent: true, symbol: "none", precision: 9, z: 1, lineStyle: {color: colours.grey, width: 1.2}, label: {color: colours.soft, fontSize: 11.5}, data: all}};
}

const ofNetwork = trial => (networks.length > 1 ? ` ${trial.network}` : "");

function errorBars(members, looks, bottom) {
  const bars = members.filter(trial => intervalOf(trial, chosen.y));
  return {
    type: "custom", silent: true, z: 3, clip: true,
    data: bars.map(trial => [trial.metrics[chosen.x], ...intervalOf(trial, chosen.y).map(end => Math.max(end, bottom))]),
    renderItem(parameters, api) {
      const [x, low] = api.coord([api.value(0), api.value(1)]);
      const high = api.coord([api.value(0), api.value(2)])[1];
      const style = {stroke: looks.get(categoryOf(bars[parameters.dataIndex])).colour, lineWidth: 1.5};
      const stroke = (x1, y1, x2, y2) => ({type: "line", shape: {x1, y1, x2, y2}, style});
      return {type: "group", children: [stroke(x, low, x, high), stroke(x - 4, low, x + 4, low), stroke(x - 4, high, x + 4, high)]};
    },
  };
}

/** A ring around the knee and the chosen trial, a square around dense baselines. */
function rings(drawable, references, own, point, colours) {
  const ring = (trial, symbol, size, colour, words) => ({...point(trial), symbol, symbolSize: size, symbolRotate: 0,
    itemStyle: {color: "transparent", borderColor: colour, borderWidth: 2},
    label: {show: words !== "", formatter: words, position: "right", distance: 6, color: colours.ink, fontWeight: 600}});
  const data = drawable.filter(trial => trial.isBaseline).map(trial => ring(trial, "rect", 16, colours.soft, ""));
  const knee = own && drawable.find(trial => trial.knee);
  if (knee) {
    data.push(ring(knee, "circle", 19, colours.ink, "knee"));
  }
  if ([...drawable, ...references].includes(chosen.trial)) {
    data.push(ring(chosen.trial, "circle", 25, colours.accent, ""));
  }
  return {type: "scatter", data, z: 5, silent: true};
}
