/// The plan of a run: which lanes are measured, and with which load.
@NullMarked
package dev.sluice.lab.plan;

import org.jspecify.annotations.NullMarked;
