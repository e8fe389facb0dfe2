// The curves that studies of pruning draw: accuracy against sparsity by scope, and by epochs.
// Sparsity 0 is one trial for both scopes and stands in the lines of both.

const SCOPES = distinct(configurations.filter(trial => trial.isOfGrid).flatMap(trial => trial.scopes)).filter(scope => scope !== "none");
const study = {network: networks[0], centroids: null, epochs: null, scope: SCOPES[0], across: "sparsity"};

function showStudies(section) {
  const [shared, byScope, byEpochs] = section.querySelectorAll(".controls");
  const [scopeHolder, epochsHolder] = section.querySelectorAll(".chart");
  function set(change) {
    Object.assign(study, change);
    draw();
  }
  function draw() {
    const shown = currentView().shown.filter(trial => trial.isOfGrid);
    // A choice that the filters took away gives way to one that is left.
    const pick = (values, asked, otherwise) => (values.includes(asked) ? asked : otherwise(values));
    const first = values => values[0];
    const last = values => values[values.length - 1];
    const known = distinct(shown.map(trial => trial.network));
    const network = pick(known, study.network, first);
    const ofNetwork = shown.filter(trial => trial.network === network);
    const centroids = distinct(ofNetwork.map(trial => trial.centroids));
    const k = pick(centroids, study.centroids, values => (values.includes("none") ? "none" : values[0]));
    const same = ofNetwork.filter(trial => trial.centroids === k && trial.parameters.sparsity !== null);
    const epochs = distinct(same.map(trial => trial.epochs));
    const e = pick(epochs, study.epochs, last);
    const wanted = chosen.filters.get("scope");
    const scopes = SCOPES.filter(scope => (!wanted || wanted.has(scope)) && same.some(trial => trial.scopes.includes(scope)));
    const scope = pick(scopes, study.scope, first);
    const options = values => values.map(value => [value, String(value)]);
    shared.replaceChildren(...[
      known.length > 1 && choice("network", options(known), network, value => set({network: value})),
      centroids.length > 1 && choice("centroids", options(centroids), k, value => set({centroids: value})),
    ].filter(Boolean));
    byScope.replaceChildren(...[epochs.length > 1 && choice("epochs of fine-tuning", options(epochs), e, value => set({epochs: value}))].filter(Boolean));
    byEpochs.replaceChildren(...[
      scopes.length > 1 && choice("scope", options(scopes), scope, value => set({scope: value})),
      epochs.length > 1 && choice("across", [["sparsity", "sparsity"], ["epochs", "epochs"]], study.across, value => set({across: value})),
    ].filter(Boolean));
    const sparsity = trial => trial.parameters.sparsity;
    const epochsOf = trial => trial.epochs;
    drawStudy(scopeHolder, network, "sparsity", scopes.map(value => line(value, same.filter(trial => trial.epochs === e && belongs(trial, value)), sparsity)));
    const scoped = same.filter(trial => belongs(trial, scope));
    drawStudy(epochsHolder, network, study.across === "sparsity" ? "sparsity" : "epochs of fine-tuning", study.across === "sparsity"
      ? epochs.map(value => line(`${value} epochs`, scoped.filter(trial => trial.epochs === value), sparsity))
      : distinct(scoped.map(sparsity)).map(value => line(`sparsity ${value}`, scoped.filter(trial => sparsity(trial) === value), epochsOf)));
  }
  addView(section, draw);
}

/** Where sparsity is 0 there is nothing to rank, so the trial belongs to each scope. */
const belongs = (trial, scope) => scope === undefined || trial.scopes.includes(scope) || trial.scopes.includes("none");

function line(name, members, across) {
  const known = members.filter(trial => trial.metrics[chosen.y] !== null);
  const points = known.map(trial => ({value: [across(trial), trial.metrics[chosen.y]], trial: trial.index}));
  return {name, points: points.sort((a, b) => a.value[0] - b.value[0])};
}

function drawStudy(holder, network, across, lines) {
  const drawn = lines.filter(({points}) => points.length > 0);
  const most = Math.max(0, ...drawn.map(({points}) => points.length));
  if (sayEmpty(holder, most === 0 ? "No trial for this choice passes the filters." : "")) {
    return;
  }
  const colours = palette();
  const chart = chartIn(holder);
  const dense = baselines.filter(trial => trial.network === network && trial.metrics[chosen.y] !== null);
  const top = Math.max(...dense.map(trial => trial.metrics[chosen.y]));
  chart.off("click");
  chart.on("click", event => select(trialAt(event)));
  chart.setOption({
    ...chartBase(colours),
    grid: {left: 54, right: 16, top: 34, bottom: 44},
    tooltip: {...chartBase(colours).tooltip, trigger: "item", formatter: event => studyTip(event, across)},
    xAxis: {...axisLook(colours, across), type: "value", nameGap: 26, splitLine: {show: false}, scale: true, min: 0},
    yAxis: {...axisLook(colours, label(chosen.y)), type: "value", nameGap: 38, scale: true, max: ({max}) => (top > max ? Math.ceil(top * 100) / 100 : null)},
    series: drawn.map(({name, points}, i) => ({
      name, type: "line", data: points, cursor: "pointer", symbol: look(i).symbol, symbolSize: 8, color: look(i).colour, lineStyle: {width: 2, type: i % 2 ? "dashed" : "solid"},
      markLine: i === 0 ? {silent: true, symbol: "none", precision: 9, lineStyle: {color: colours.grey, type: "dashed"}, label: {color: colours.soft, fontSize: 11.5, position: "insideEndTop", formatter: "dense baseline"},
        data: dense.map(trial => ({yAxis: trial.metrics[chosen.y]}))} : undefined,
    })),
  }, {notMerge: true});
}

function studyTip({seriesName, data: at}, across) {
  const trial = everyConfiguration[at.trial];
  return tip(trial.name, [[seriesName, `${across} ${at.value[0]}`], [label(chosen.y), withError(trial, chosen.y)]]);
}
