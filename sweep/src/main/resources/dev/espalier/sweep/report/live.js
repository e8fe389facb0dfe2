// A sweep that still runs: what goes on, and the page again when trials are over.

const EVERY_MILLIS = 2000;
const KEPT = "espalier-view";

/** What a page begins with; of the trials that are over, which the next page has more of. */
const initial = {...chosen};

/** What was changed on the page, for the next one of the same tab. The address has the trial. */
function keepView() {
  const {trial, filters, ...rest} = chosen;
  const changed = Object.fromEntries(Object.entries(rest).filter(([key, value]) => value !== initial[key]));
  const lists = [...filters].map(([key, values]) => [key, [...values]]);
  sessionStorage.setItem(KEPT, JSON.stringify({...changed, filters: lists}));
}

/** What was changed on the page before this one, as far as it is still there. */
function restoreView() {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  sessionStorage.removeItem(KEPT);
  if (kept) {
    const {x, y, colour, filters, ...rest} = kept;
    const known = (value, names) => (names.includes(value) ? value : undefined);
    const facets = filters.filter(([key]) => FACETS.some(facet => facet.key === key));
    choose({
      ...rest,
      x: known(x, metricNames) ?? chosen.x,
      y: known(y, metricNames) ?? chosen.y,
      colour: known(colour, FACETS.map(facet => facet.key)) ?? chosen.colour,
      filters: new Map(facets.map(([key, values]) => [key, new Set(values)])),
    });
  }
}

function progressOf({done, failed: broken, stages, running}) {
  const left = stages - done - broken;
  const words = [`${count(done)} of ${count(stages)} stages done`];
  if (broken > 0) {
    words.push(`${count(broken)} failed`);
  }
  if (running.length > 0) {
    words.push(`running: ${running.join(", ")}`);
  } else if (left > 0) {
    words.push("nothing is running: start the same command again to continue");
  }
  return words.join(" · ");
}

/** Whether a reload now would take something away from under a hand. */
const isBusy = () => document.activeElement?.matches("input[type=search], select") || document.querySelector("#front .chart:active") !== null;

async function follow(line) {
  let next = EVERY_MILLIS;
  try {
    const answer = await fetch("state");
    if (!answer.ok) {
      throw new Error(await answer.text());
    }
    const state = await answer.json();
    line.textContent = progressOf(state);
    line.classList.remove("lost");
    if (state.version !== data.version && !isBusy()) {
      keepView();
      location.reload();
      return;
    }
  } catch (problem) {
    line.textContent = problem instanceof TypeError ? "No longer updated: the server of this page has ended. The page shows the last data that it received." : problem.message;
    line.classList.add("lost");
    next = 5 * EVERY_MILLIS;
  }
  setTimeout(() => follow(line), next);
}

restoreView();
{
  const line = element("p", {id: "live", "aria-live": "off"}, "");
  section("summary").after(line);
  follow(line);
}
