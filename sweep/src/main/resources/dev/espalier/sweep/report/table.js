// All trials that are shown, to sort; long tables begin with their first rows.

const FIRST_ROWS = 50;
const sorting = {column: null, down: true, all: false};

/** How long the beginning is that all names share. */
const sharedStart = configurations.length > 1 ? configurations[0].name.length - shortened(configurations.map(trial => trial.name))[0].length : 0;

function columns() {
  const value = name => trial => trial.metrics[name];
  const ofMetric = name => ({name: shortLabel(name), key: name, of: value(name), text: trial => metric(name, trial.metrics[name]), down: moreIsBetter(name)});
  const parameters = FACETS.filter(facet => facet.values.length > 1 && !["network", "method", "pipeline"].includes(facet.key)).map(facet => ({
    name: facet.label, key: facet.key, of: trial => facet.of(trial)[0], text: trial => wordOf(facet, trial), words: facet.values.some(v => typeof v !== "number" && v !== "none"),
  }));
  const names = [...columnNames, chosen.y, chosen.x];
  return [
    {name: "trial", key: "name", of: trial => trial.name, text: trial => element("span", {title: trial.name}, trial.name.slice(sharedStart)), words: true},
    {name: "", key: "mark", of: trial => marksOf(trial).length, words: true, down: true,
      text: trial => marksOf(trial).flatMap(([kind, words]) => [kind === "front" ? element("span", {class: "dot", title: words}, "●") : element("span", {class: `badge ${kind}`, title: words}, kind), " "])},
    ...[...new Set(names)].filter(name => metricNames.includes(name)).map(name => (about(name).interval ? {...ofMetric(name), text: trial => withError(trial, name)} : ofMetric(name))),
    ...parameters,
    {name: "time", key: "time", of: trial => trial.seconds, text: trial => duration(trial.seconds)},
  ];
}

function showTable(section) {
  const holder = section.querySelector(".scroll");
  addView(section, draw);
  function sortBy(column) {
    const again = sorting.column === column.key;
    Object.assign(sorting, {column: column.key, down: again ? !sorting.down : (column.down ?? false)});
    draw();
  }
  function draw() {
    const known = columns();
    const {front} = currentView();
    const rows = sorted(known);
    const some = sorting.all ? rows : rows.slice(0, FIRST_ROWS);
    if (rows.includes(chosen.trial) && !some.includes(chosen.trial)) {
      some.push(chosen.trial);
    }
    const sort = column => (sorting.column === column.key ? (sorting.down ? "descending" : "ascending") : null);
    const cell = (trial, column) => element("td", {class: column.words ? "text" : null}, column.text(trial));
    holder.replaceChildren(rows.length === 0 ? element("p", {class: "note"}, "No trial to show.") : element("table", {},
      element("thead", {}, element("tr", {}, known.map(column => element("th", {scope: "col", class: column.words ? "text" : null, "aria-sort": sort(column)},
        element("button", {type: "button", "data-column": column.key, "aria-label": column.name || "marks", onclick: () => sortBy(column)}, column.name))))),
      element("tbody", {}, some.map(trial => element("tr", {
        tabindex: 0, "data-trial": trial.name, class: front.has(trial) ? "front" : "dominated", "aria-selected": String(trial === chosen.trial),
        onclick: () => select(trial), onkeydown: event => event.key === "Enter" && select(trial),
      }, known.map(column => cell(trial, column)))))));
    if (rows.length > some.length) {
      holder.append(element("button", {type: "button", class: "more", onclick: () => {
        sorting.all = true;
        draw();
      }}, `show all ${count(rows.length)}`));
    }
  }
}

/** The front first, cheapest at the top, until a column is chosen. */
function sorted(known) {
  const {shown, front} = currentView();
  const column = known.find(one => one.key === sorting.column);
  if (!column) {
    const by = trial => trial.metrics[chosen.x] ?? Infinity;
    return [...shown].sort((a, b) => front.has(b) - front.has(a) || by(a) - by(b));
  }
  const sign = sorting.down ? -1 : 1;
  const missing = value => value === null || value === undefined;
  return [...shown].sort((a, b) => {
    const [first, second] = [column.of(a), column.of(b)];
    return missing(first) || missing(second) ? missing(first) - missing(second) : sign * naturally(first, second);
  });
}
