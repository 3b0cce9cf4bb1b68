/// The answer: the figures of each lane, as text and JSON.
@NullMarked
package dev.sluice.lab.report;

import org.jspecify.annotations.NullMarked;
