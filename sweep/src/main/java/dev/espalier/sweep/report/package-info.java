/**
 * A finished sweep as one HTML page that needs no network: {@link
 * dev.espalier.sweep.report.Report}. The page's script and style lie beside it as resources.
 */
@NullMarked
package dev.espalier.sweep.report;

import org.jspecify.annotations.NullMarked;
