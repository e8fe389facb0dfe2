// What is chosen on the page, and the views that follow it. A view is drawn when it is on the screen.

const accuracies = metricNames.filter(isAccuracy);
const firstUpwards = metricNames.includes(firstObjective.metric) ? firstObjective.metric : accuracies[0];
const chosen = {
  y: accuracies.includes(firstUpwards) ? firstUpwards : (accuracies[0] ?? firstUpwards ?? "seconds"),
  x: metricNames.includes(lastObjective.metric) ? lastObjective.metric : (metricNames[0] ?? "seconds"),
  log: isRatio(lastObjective.metric),
  near: true,
  colour: networks.length > 1 ? "network" : "method",
  /** Facet to the set of its values that are shown; a facet that is not in it shows all. */
  filters: new Map(),
  text: "",
  trial: null,
};

/** Parameters of steps and baselines; pruning nothing is one trial for several scopes. */
const PARAMETERS = data.axes.map(({parameter, label}) => ({
  key: parameter,
  label,
  of: trial => (parameter === "scope" ? trial.scopes : [trial.parameters[parameter] ?? "none"]),
}));
const FACETS = [
  {key: "network", label: "network", of: trial => [trial.network]},
  {key: "method", label: "method", of: trial => [trial.method]},
  {key: "pipeline", label: "pipeline", of: trial => trial.pipelines},
  ...PARAMETERS,
  {key: "encoding", label: "smallest encoding", isMeasured: true, of: trial => [smallestEncoding(trial)]},
];
for (const facet of FACETS) {
  facet.values = distinct(configurations.flatMap(facet.of));
}

/** The value of a facet in words; a trial that stands for several scopes has none of its own. */
const wordOf = (facet, trial) => {
  const values = facet.of(trial);
  return values.length === 1 ? String(values[0]) : facet.key === "pipeline" ? values.join(", ") : "none";
};

/** Whether a trial passes all filters, but for one facet that may be left out. */
function passes(trial, except) {
  for (const [key, values] of chosen.filters) {
    if (key !== except && !FACETS.find(f => f.key === key).of(trial).some(value => values.has(value))) {
      return false;
    }
  }
  return trial.name.includes(chosen.text);
}

/** The controls of what is shown: those that pass the filters too, and narrower networks of an architecture shown. */
function referencesOf(shown) {
  const architectures = new Set(shown.map(trial => trial.parameters.model));
  return controls.filter(trial => (trial.control === "width" ? architectures.has(trial.parameters.model) : passes(trial)));
}

const filtered = () => chosen.filters.size > 0 || chosen.text !== "";

/** The trials that are shown and the front among them; worked out once for each change. */
let view = null;

function currentView() {
  if (!view) {
    const shown = configurations.filter(trial => passes(trial));
    const chooser = chooserOf(chosen.y);
    const isDrawable = trial => [chosen.x, chosen.y, chooser].every(name => trial.metrics[name] !== null)
      && (!chosen.log || trial.metrics[chosen.x] > 0);
    const drawable = shown.filter(isDrawable);
    const line = frontOf(drawable, chosen.x, chooser);
    // The spec's own view has its own front, which may span more than these two objectives.
    const own = frontIsGiven && !filtered() && chooser === firstObjective.metric && chosen.x === lastObjective.metric;
    const members = own ? drawable.filter(trial => trial.front) : line;
    view = {shown, drawable, line, own, front: new Set(members), references: referencesOf(shown).filter(isDrawable)};
  }
  return view;
}

/** The front in the order of its costs, then the rest of it: what the arrow keys walk. */
function walk() {
  const {line, front} = currentView();
  return [...line, ...[...front].filter(trial => !line.includes(trial))];
}

/** Whether the marks of the front that came with the data are those of what is shown: not of single seeds. */
const frontIsGiven = configurations.every(({seeds: members = []}) => members.every(trial => Boolean(trial.front) === Boolean(members[0].front)));

const views = [];
const observer = new IntersectionObserver(
  entries => entries.forEach(entry => {
    const seen = views.find(v => v.element === entry.target);
    seen.visible = entry.isIntersecting;
    drawIfDue(seen);
  }),
  {rootMargin: "150px"});

/** Draws now if the view can be seen, else when it first can. */
function addView(element, draw) {
  const added = {element, draw, due: true, visible: false};
  views.push(added);
  observer.observe(element);
}

function drawIfDue(one) {
  if (one.due && one.visible) {
    one.due = false;
    one.draw();
  }
}

function redraw() {
  views.forEach(one => {
    one.due = true;
    drawIfDue(one);
  });
}

/** Changes what is chosen and draws what follows from it. */
function choose(change) {
  Object.assign(chosen, change);
  view = null;
  redraw();
}

/** Shows only these values of a facet; all of them for none. */
function filter(facet, values) {
  if (values.size === 0 || values.size === facet.values.length) {
    chosen.filters.delete(facet.key);
  } else {
    chosen.filters.set(facet.key, values);
  }
  choose({});
}

/** Chooses a trial, and names it in the address so that a link leads back to it. */
function select(trial) {
  if (trial && trial !== chosen.trial) {
    history.replaceState(null, "", `#trial=${encodeURIComponent(trial.name)}`);
    choose({trial});
  }
}

/** The trial that the address names; null if it names none that is here. */
function linkedTrial() {
  const [, name] = location.hash.match(/^#trial=(.*)$/) ?? [];
  try {
    return name === undefined ? null : (byName.get(decodeURIComponent(name)) ?? null);
  } catch {
    return null; // not a name of ours
  }
}
