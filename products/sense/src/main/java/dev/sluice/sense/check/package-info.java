/// The kinds of checks: siblings behind [Check], which do not know each other. Read [Check] and [Outcome] first.
@NullMarked
package dev.sluice.sense.check;

import org.jspecify.annotations.NullMarked;
