/// The question: which lanes are measured, with which load.
@NullMarked
package dev.sluice.lab.plan;

import org.jspecify.annotations.NullMarked;
