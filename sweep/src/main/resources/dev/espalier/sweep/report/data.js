// The data block, decoded: trials with names in place of numbers.

const data = JSON.parse(document.getElementById("data").textContent);

/** What the data says of each metric; of one that it does not name, its name. */
const described = new Map(data.descriptions.map(metric => [metric.name, metric]));
const about = name => described.get(name) ?? {name, label: name, unit: "number"};

const label = name => about(name).label;

/** For heads of columns and axes. */
const shortLabel = name => about(name).heading ?? label(name);

const objectives = data.objectives;
const firstObjective = objectives[0];
const lastObjective = objectives[objectives.length - 1];

/** Whether more of a metric is better: what the spec says, else what its description says. */
function moreIsBetter(name) {
  const objective = objectives.find(o => o.metric === name);
  return objective ? objective.maximize : Boolean(about(name).more_is_better);
}

/** Whether ratios of it matter rather than differences. */
const isRatio = name => Boolean(about(name).logarithmic);

/** Whether it is drawn upwards: an accuracy. */
const isAccuracy = name => about(name).unit === "fraction of images";

const named = (names, values) => Object.fromEntries(names.map((name, i) => [name, values?.[i] ?? null]));

/** What was done to a network beside training it. */
const methodOf = steps => [...new Set(steps.filter(step => step !== "fine-tune"))].join(" + ") || "dense";

/** What reference trials are compared for. */
const CONTROLS = {random: "random pruning", width: "dense, narrower"};

/** Parameters that each trial of a grid has. */
const IN_GRIDS = ["model", "width", "sparsity", "scope", "fine_tune_epochs", "centroids", "seed"];

function trialOf(row) {
  const parameters = named(data.parameters, row.parameters);
  const steps = data.steps[row.steps];
  return {
    ...row,
    parameters,
    steps,
    pipelines: (row.pipelines ?? []).map(place => data.pipelines[place]),
    metrics: {...named(data.metrics, row.metrics), seconds: row.seconds},
    network: parameters.width === null ? String(parameters.model) : `${parameters.model}, width ${parameters.width}`,
    method: methodOf(steps),
    scopes: row.stands_for ?? [parameters.scope ?? "none"],
    epochs: parameters.fine_tune_epochs ?? 0,
    centroids: parameters.centroids ?? "none",
    isBaseline: steps.length === 0 && !row.control,
    /** The dense network, fine-tuned as long as pruned ones were. */
    isDenseTuned: steps.length > 0 && steps.every(step => step === "fine-tune"),
    /** Whether a grid could have it, so that curves of studies compare it with others. */
    isOfGrid: /^(prune,)?(fine-tune,)?(cluster,)?$/.test(steps.map(step => `${step},`).join(""))
      && Object.entries(parameters).every(([name, value]) => value === null || IN_GRIDS.includes(name)),
  };
}

/**
 * Trials that differ in nothing but their seed, as one: the mean of each metric that all of them
 * have. What has no mean, such as layers and curves, is that of the first.
 */
function meanOf(members) {
  const first = members[0];
  if (members.length === 1) {
    return first;
  }
  const mean = name => (members.some(trial => trial.metrics[name] === null) ? null
    : members.reduce((sum, trial) => sum + trial.metrics[name], 0) / members.length);
  const {seed, ...parameters} = first.parameters;
  return {
    ...first,
    name: first.name.replace(/-seed[^-]*$/, ""),
    parameters,
    metrics: Object.fromEntries(Object.keys(first.metrics).map(name => [name, mean(name)])),
    seconds: mean("seconds"),
    error: null, // between seeds; the interval of the confidence has it
    seeds: members,
  };
}

function configurationsOf(some) {
  const groups = new Map();
  for (const trial of some) {
    const {seed, ...parameters} = trial.parameters;
    const key = JSON.stringify(parameters);
    groups.set(key, [...(groups.get(key) ?? []), trial]);
  }
  return [...groups.values()].map(meanOf);
}

const trials = data.trials.map(trialOf);
const completed = trials.filter(trial => !trial.failed);
const failed = trials.filter(trial => trial.failed);
const seeds = distinct(trials.map(trial => trial.parameters.seed));

/** Completed trials, seeds as one. Items of charts name them by their place. */
const everyConfiguration = configurationsOf(completed).map((configuration, index) => ({...configuration, index}));

/** What the charts show and compare, and the reference trials that are drawn beside it. */
const configurations = everyConfiguration.filter(trial => !trial.control);
const controls = everyConfiguration.filter(trial => trial.control);
const networks = distinct(configurations.map(trial => trial.network));
const baselines = configurations.filter(trial => trial.isBaseline);
const denseTuned = configurations.filter(trial => trial.isDenseTuned);

/** By the names of trials and of their means; failed ones are found too. */
const byName = new Map(failed.map(trial => [trial.name, trial]));
for (const configuration of everyConfiguration) {
  [configuration, ...(configuration.seeds ?? [])].forEach(trial => byName.set(trial.name, configuration));
}

/** Metrics that some trial has a number for, seconds last. */
const metricNames = [...data.metrics, "seconds"].filter(name => configurations.some(trial => trial.metrics[name] !== null));

/** Those of them that stand in every table, and those that stand among the figures of a trial too. */
const columnNames = [...described.keys()].filter(name => about(name).shown === "column" && metricNames.includes(name));
const figureNames = [...columnNames, ...[...described.keys()].filter(name => about(name).shown === "figure" && metricNames.includes(name))];

/** The lengths of a network in encodings, those that some trial has. */
const encodingNames = [...described.values()]
  .filter(one => one.unit === "bytes" && one.dense && !one.only_shown && metricNames.includes(one.name))
  .map(one => one.name);

/** The encodings of a trial with their lengths, the smallest first. */
const encodingsOf = trial => encodingNames
  .filter(name => trial.metrics[name] !== null)
  .map(name => [name, trial.metrics[name]])
  .sort(([, bytes], [, others]) => bytes - others);

/** The smallest encoding that treats all layers alike, in words; that of the tables chooses for each layer. */
const smallestEncoding = trial => {
  const [smallest] = encodingsOf(trial).filter(([name]) => about(name).shown !== "column");
  return smallest ? shortLabel(smallest[0]) : "none";
};

/** The untouched network of a trial. */
const baselineOf = trial => baselines.find(baseline => baseline.network === trial.network);

/** The layers of a trial as rows; none where its layers are not known. */
function layersOf(trial) {
  if (!trial.layers) {
    return [];
  }
  const [network, nonzero, values, encoding, bytes] = trial.layers;
  const table = data.networks[network];
  return table.names.map((name, i) => ({
    name,
    kind: table.kinds[i],
    shape: table.shapes[i],
    prunable: table.prunable[i],
    weights: table.weights[i],
    macs: table.macs[i],
    nonzero: data.columns[nonzero][i],
    values: data.columns[values][i],
    encoding: data.encodings[data.columns[encoding][i]],
    bytes: data.columns[bytes][i],
    sparsity: 1 - data.columns[nonzero][i] / table.weights[i],
  }));
}

/** The curve of one stage, by metric, with the epochs of the stage that it continues. */
function curveOf(stage) {
  const before = stage.continues === undefined ? {} : curveOf(data.stages[stage.continues]);
  const names = Object.keys(stage.curve ?? {});
  return Object.fromEntries(names.map(name => [name, [...(before[name] ?? []), ...stage.curve[name]]]));
}

/** The curves of a whole path: points [epoch, value] by metric, and where stages begin. */
function curvesOf(trial) {
  const metrics = {};
  const begins = [];
  let epoch = 0;
  for (const place of trial.path) {
    const stage = data.stages[place];
    const curve = curveOf(stage);
    begins.push({epoch, label: stage.label});
    for (const [name, values] of Object.entries(curve)) {
      metrics[name] = [...(metrics[name] ?? []), ...values.map((value, i) => [epoch + i + 1, value])];
    }
    epoch += Math.max(0, ...Object.values(curve).map(values => values.length));
  }
  return {metrics, begins, epochs: epoch};
}

/** What chance leaves open of an accuracy: the interval that was worked out, else one standard error. */
function intervalOf(trial, name) {
  if (!about(name).interval) {
    return null;
  }
  const value = trial.metrics[name];
  return trial.confidence?.interval ?? (trial.error ? [value - trial.error, value + trial.error] : null);
}
