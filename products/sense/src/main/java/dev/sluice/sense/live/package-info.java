/// Everything live is a channel of a hub: `sense/state`, `sense/samples/NAME`, `sense/alerts`,
/// `sense/incidents`, `sense/self`. Read
/// [LiveFeed] first.
@NullMarked
package dev.sluice.sense.live;

import org.jspecify.annotations.NullMarked;
