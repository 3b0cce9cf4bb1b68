/// Thousands of honest readers, a tenth as many hostile clients beside them, and a hub, each in a process of its own;
/// and one client that takes all it can get, beside a bystander. Start with [Trial] and [Hostility], or with [Floods]
/// and [Flood]. The honest are those of `dev.sluice.load`.
@NullMarked
package dev.sluice.bench.hostile;

import org.jspecify.annotations.NullMarked;
