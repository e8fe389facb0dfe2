// Puts the parts together: what is chosen first, the views, links and keys.

const section = id => document.getElementById(id);

chosen.trial = linkedTrial() ?? configurations.find(trial => trial.knee) ?? configurations.find(trial => trial.front) ?? configurations[0] ?? failed[0] ?? null;

showSummary(section("summary"));
const {search, clearFilters} = showFilters(section("filters"));
showFront(section("front"));
showTrial(section("trial"));
showFailed(section("failed"));
for (const [id, show] of [["studies", showStudies], ["layers", showLayers], ["parallel", showParallel], ["table", showTable]]) {
  section(id).hidden = configurations.length === 0;
  if (configurations.length > 0) {
    show(section(id));
  }
}
showAbout(section("about"));
showThemeChoice(section("theme"));

addEventListener("hashchange", () => {
  const trial = linkedTrial();
  if (trial) {
    choose({trial});
  }
});

addEventListener("keydown", event => {
  const typing = event.target.closest("input, select, textarea");
  if (event.key === "Escape") {
    clearFilters();
    document.activeElement.blur();
  } else if (!typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      stepOnFront(event.key === "ArrowRight" ? 1 : -1);
      event.preventDefault();
    } else if (event.key === "/") {
      search.focus();
      event.preventDefault();
    }
  }
});

// The moment that the front is on the screen, for those who measure.
requestAnimationFrame(() => requestAnimationFrame(() => performance.mark("espalier-drawn")));
