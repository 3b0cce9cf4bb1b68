/// The result of a run: the figures of each lane as text, HTML and JSON.
@NullMarked
package dev.sluice.lab.report;

import org.jspecify.annotations.NullMarked;
