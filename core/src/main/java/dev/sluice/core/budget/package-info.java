/// Limits of sums: what all clients together may take of the heap, reckoned when the process starts.
///
/// Read [Budget], which is the whole table.
@NullMarked
package dev.sluice.core.budget;

import org.jspecify.annotations.NullMarked;
