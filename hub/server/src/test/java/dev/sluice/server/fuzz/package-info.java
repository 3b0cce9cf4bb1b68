/// Fuzzers of everything that reads clients' bytes. Read [FuzzTarget] first.
@NullMarked
package dev.sluice.server.fuzz;

import org.jspecify.annotations.NullMarked;
