/// Channels as a hub keeps them: policies, endings, listings, and grants that are watched.
@NullMarked
package dev.sluice.core.delivery.channel;

import org.jspecify.annotations.NullMarked;
