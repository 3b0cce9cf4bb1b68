/// The Mercure protocol, 0.x and 1.0, over the channels of a hub: a topic is a channel. Start with
/// [dev.sluice.mercure.Mercure]; `docs/mercure.md` has the mapping and its reasons.
@NullMarked
package dev.sluice.mercure;

import org.jspecify.annotations.NullMarked;
