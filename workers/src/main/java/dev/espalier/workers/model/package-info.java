/**
 * Networks as plain-Java tables of layers: shapes, seeded weights, parameters and MACs. No
 * framework.
 */
@NullMarked
package dev.espalier.workers.model;

import org.jspecify.annotations.NullMarked;
