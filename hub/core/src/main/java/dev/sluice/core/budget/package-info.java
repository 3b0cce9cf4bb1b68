/// Limits of sums: how much of the heap all clients together may take, calculated when the process starts.
///
/// Read [Budget] first: it is the whole table.
@NullMarked
package dev.sluice.core.budget;

import org.jspecify.annotations.NullMarked;
