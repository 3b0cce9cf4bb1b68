/// Live data, published in channels of a hub: `sense/state`, `sense/samples/NAME`, `sense/alerts`,
/// `sense/incidents`, `sense/self`. Start with [LiveFeed].
@NullMarked
package dev.sluice.sense.live;

import org.jspecify.annotations.NullMarked;
