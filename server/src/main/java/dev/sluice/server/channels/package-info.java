/// What the hub says about channels besides their events, and about itself: heads, the list, deletion, probes, and the
/// contract for machines. Read [ChannelRoutes] first.
@NullMarked
package dev.sluice.server.channels;

import org.jspecify.annotations.NullMarked;
