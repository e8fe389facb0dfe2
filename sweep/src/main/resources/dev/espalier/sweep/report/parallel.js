// Each trial as a line through its parameters and metrics; the front in colour, the rest grey.

function parallelAxes() {
  const parameters = FACETS.filter(facet => facet.values.length > 1 && !facet.isMeasured).map(facet => ({
    name: facet.label, values: facet.values.map(String),
    category: facet.values.length <= MANY || facet.values.some(value => typeof value !== "number"),
    of: trial => facet.of(trial)[0],
  }));
  const figures = figureNames.filter(name => name !== chosen.y && (isRatio(name) || chooserOf(name) !== name));
  const asked = [chosen.x, ...figures.reverse(), chosen.y];
  const metrics = [...new Set(asked)].filter(name => metricNames.includes(name)).map(name => ({
    name: shortLabel(name), metric: name, log: isRatio(name) && chosenPositive(name), of: trial => trial.metrics[name],
  }));
  return [...parameters, ...metrics];
}

function showParallel(section) {
  const holder = section.querySelector(".chart");
  const chart = chartIn(holder);
  chart.on("click", event => select(trialAt(event)));
  addView(section, () => {
    const {shown, front} = currentView();
    if (sayEmpty(holder, shown.length === 0 ? "No trial passes the filters." : "")) {
      return;
    }
    chart.setOption(parallelOptions(shown, front), {notMerge: true});
  });
}

function parallelOptions(shown, front) {
  const colours = palette();
  const axes = parallelAxes();
  const known = categories();
  const row = (trial, lineStyle) => ({value: axes.map(axis => (axis.category ? String(axis.of(trial)) : axis.of(trial))), trial: trial.index, name: trial.name, lineStyle});
  const members = shown.filter(trial => front.has(trial));
  const style = trial => ({color: look(known.indexOf(categoryOf(trial))).colour, width: trial === chosen.trial ? 4 : 2, opacity: 0.9});
  const others = shown.filter(trial => !front.has(trial) && trial !== chosen.trial);
  const series = (name, data, z, look) => ({name, type: "parallel", z, data, inactiveOpacity: 0.03, lineStyle: look, emphasis: {lineStyle: {width: 3, opacity: 1}}, progressive: 0, cursor: "pointer"});
  return {
    ...chartBase(colours),
    legend: {show: false},
    tooltip: {...chartBase(colours).tooltip, trigger: "item", formatter: event => trialTip(trialAt(event))},
    parallel: {left: 50, right: 70, top: 44, bottom: 24, parallelAxisDefault: {nameTextStyle: {color: colours.soft, fontSize: 12, lineHeight: 15}, axisLine: {lineStyle: {color: colours.grey}}, axisTick: {lineStyle: {color: colours.grey}}, axisLabel: {color: colours.soft, fontSize: 11.5, hideOverlap: true}, areaSelectStyle: {color: colours.accent, borderColor: colours.accent, opacity: 0.25}}},
    parallelAxis: axes.map((axis, dim) => ({
      dim,
      name: axis.name.replace(", ", ",\n"),
      ...(axis.category ? {type: "category", data: axis.values} : {type: axis.log ? "log" : "value", scale: true}),
      ...(axis.metric ? {axisLabel: {color: colours.soft, fontSize: 11.5, hideOverlap: true, formatter: value => tick(axis.metric, value)}, ...rangeOf(axis)} : {}),
    })),
    series: [
      series("dominated", others.map(trial => row(trial)), 1, {color: colours.grey, width: 1, opacity: Math.max(0.12, Math.min(0.5, 40 / others.length))}),
      series("front", members.map(trial => row(trial, style(trial))), 3, {}),
      series("chosen", shown.includes(chosen.trial) && !front.has(chosen.trial) ? [row(chosen.trial, {color: colours.accent, width: 4, opacity: 1})] : [], 4, {}),
    ],
  };
}

/** From end to end of what there is: a power of ten would leave most of the axis empty. */
function rangeOf({of}) {
  const values = configurations.map(of).filter(value => value !== null);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low < high ? {min: low, max: high} : {};
}
