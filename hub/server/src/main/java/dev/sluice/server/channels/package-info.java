/// Information about channels: heads, the list, and deletion. Read [ChannelRoutes] first.
@NullMarked
package dev.sluice.server.channels;

import org.jspecify.annotations.NullMarked;
