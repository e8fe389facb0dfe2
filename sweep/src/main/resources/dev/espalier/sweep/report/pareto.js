// The front in two axes. The spec's own front comes with the data; this one follows axes and filters.

/** Less is better. */
const cost = (trial, name) => (moreIsBetter(name) ? -1 : 1) * trial.metrics[name];

/** Test accuracy is shown and never chooses: where it is drawn, validation decides. */
function chooserOf(name) {
  const {chooser} = about(name);
  return data.metrics.includes(chooser) ? chooser : name;
}

/** The trials that no other beats in both metrics, cheapest x first; equal ones stay side by side. */
function frontOf(candidates, x, y) {
  const costs = new Map(candidates.map(trial => [trial, [cost(trial, x), cost(trial, y)]]));
  const sorted = [...candidates].sort((a, b) => {
    const [first, second] = [costs.get(a), costs.get(b)];
    return first[0] - second[0] || first[1] - second[1];
  });
  const front = [];
  let best = [Infinity, Infinity];
  for (const trial of sorted) {
    const [across, upwards] = costs.get(trial);
    if (upwards < best[1] || (upwards === best[1] && across === best[0])) {
      front.push(trial);
      best = [across, upwards];
    }
  }
  return front;
}
