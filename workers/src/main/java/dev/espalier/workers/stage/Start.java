package dev.espalier.workers.stage;

/** A stage that starts a network: every trial begins with one, the baseline. */
public non-sealed interface Start extends Stage {}
