/// Reads a part of the log, event by event and in slices, for searches and histograms. Read [EventScan] first.
@NullMarked
package dev.sluice.core.search;

import org.jspecify.annotations.NullMarked;
