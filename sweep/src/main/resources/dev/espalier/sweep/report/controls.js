// The small controls that stand above charts.

/** A list to choose from; options are [value, words]. */
function choice(words, options, value, change) {
  const list = element("select", {"aria-label": words, onchange: () => change(options[list.selectedIndex][0])},
    options.map(([option, text]) => element("option", {selected: option === value}, text)));
  return element("label", {}, words, list);
}

function toggle(words, on, change, {disabled = false, title = null} = {}) {
  const box = element("input", {type: "checkbox", checked: on, disabled, onchange: () => change(box.checked)});
  return element("label", {title}, box, words);
}

/** Two columns of what a tooltip says, below its title. */
function tip(title, rows) {
  return element("div", {class: "tip"}, element("b", {}, title),
    element("table", {}, element("tbody", {}, rows.map(([name, value]) =>
      element("tr", {}, element("td", {}, name), element("td", {}, value))))));
}

/** An accuracy with what chance leaves open. */
function withError(trial, name) {
  const value = metric(name, trial.metrics[name]);
  if (!about(name).interval) {
    return value;
  }
  const {interval} = trial.confidence ?? {};
  const half = interval ? (interval[1] - interval[0]) / 2 : trial.error;
  return half ? `${value} ± ${half.toFixed(4)}` : value;
}

/** The trial that an item of a chart stands for. Items name it by its place: charts copy what they are given. */
const trialAt = event => (event.data?.trial === undefined ? null : everyConfiguration[event.data.trial]);

function trialTip(trial) {
  const compared = columnNames.find(name => about(name).dense);
  const ratio = trial.metrics[about(compared).dense] / trial.metrics[compared];
  const rows = [
    [label(chosen.y), withError(trial, chosen.y)],
    [label(chosen.x), metric(chosen.x, trial.metrics[chosen.x])],
    compared && chosen.x !== compared && [label(compared), metric(compared, trial.metrics[compared])],
    Number.isFinite(ratio) && ["of the dense size", `1/${ratio.toFixed(1)}`],
    networks.length > 1 && ["network", trial.network],
    ...PARAMETERS.map(facet => [facet.label, wordOf(facet, trial)]),
  ].filter(Boolean);
  return tip(trial.name, rows);
}

/** What is worth a mark: place on the front, knee, ties, control. */
function marksOf(trial) {
  const {own, front} = currentView();
  const marks = [];
  if (front.has(trial)) {
    marks.push(["front", own ? "front" : "front of this view"]);
  }
  if (own && trial.knee) {
    marks.push(["knee", "knee"]);
  }
  if (own && trial.tied) {
    marks.push(["tied", "tied with a smaller one"]);
  }
  if (trial.isBaseline) {
    marks.push(["dense", "dense baseline"]);
  }
  if (trial.control) {
    marks.push(["dense", `control: ${CONTROLS[trial.control]}`]);
  }
  if (trial.isDenseTuned) {
    marks.push(["dense", "control: dense, fine-tuned"]);
  }
  return marks;
}
