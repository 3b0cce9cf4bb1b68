/// The kinds of checks: siblings behind [Check], which do not know each other. Start with [Check] and
/// [Outcome].
@NullMarked
package dev.sluice.sense.check;

import org.jspecify.annotations.NullMarked;
