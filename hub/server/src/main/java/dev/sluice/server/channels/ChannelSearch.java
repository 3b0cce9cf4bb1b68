package dev.sluice.server.channels;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.delivery.Hub;
import dev.sluice.core.delivery.channel.ChannelListing;
import dev.sluice.core.log.ChannelState;
import dev.sluice.server.http.Exchange;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Finds the channels that a request may list. If few of them are granted, many are examined for each one found,
/// so other tasks of the event loop run in between.
public final class ChannelSearch {
    private final Exchange exchange;
    private final Hub hub;
    private final int max;
    private final Consumer<List<ChannelState>> onFound;
    private final List<ChannelState> found = new ArrayList<>();

    private ChannelSearch(Exchange exchange, Hub hub, int max, Consumer<List<ChannelState>> onFound) {
        this.exchange = exchange;
        this.hub = hub;
        this.max = max;
        this.onFound = onFound;
    }

    /// Calls `onFound` on the exchange's event loop, at once or later, unless the exchange is over by then.
    ///
    /// @param after only names after this one; null for all
    /// @throws dev.sluice.core.access.AccessDeniedException if no channel at all may be listed
    public static void begin(
            Exchange exchange, Hub hub, @Nullable ChannelName after, int max, Consumer<List<ChannelState>> onFound) {
        new ChannelSearch(exchange, hub, max, onFound).next(after);
    }

    private void next(@Nullable ChannelName after) {
        ChannelListing page = hub.channels(exchange.grant(), after, max - found.size());
        found.addAll(page.channels());
        ChannelName last = page.next();
        if (last == null || found.size() == max) onFound.accept(found);
        else exchange.loop().execute(() -> exchange.run(() -> next(last)));
    }
}
