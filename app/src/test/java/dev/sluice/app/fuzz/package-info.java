/// Fuzzers of the configuration file and of the Java client's parsers. Read [dev.sluice.server.fuzz.FuzzTarget] first.
@NullMarked
package dev.sluice.app.fuzz;

import org.jspecify.annotations.NullMarked;
