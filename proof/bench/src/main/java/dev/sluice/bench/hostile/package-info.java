/// Thousands of honest readers, a tenth as many hostile clients, and a hub, each in a separate process; and
/// one client that takes all it can get, beside a bystander. Start with [Trial] and [Hostility], or with
/// [Floods] and [Flood]. The honest readers are those of `dev.sluice.load`.
@NullMarked
package dev.sluice.bench.hostile;

import org.jspecify.annotations.NullMarked;
