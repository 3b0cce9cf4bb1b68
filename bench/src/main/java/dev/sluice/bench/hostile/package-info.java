/// Thousands of honest readers, a tenth as many hostile clients beside them, and a hub, each in a process of its own.
/// Start with [Trial], then [Hostility].
@NullMarked
package dev.sluice.bench.hostile;

import org.jspecify.annotations.NullMarked;
