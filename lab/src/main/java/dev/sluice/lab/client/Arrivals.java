package dev.sluice.lab.client;

import java.io.IOException;
import java.net.InetSocketAddress;

/// Reads what clients publish, directly from the hub and past the lines.
public final class Arrivals implements AutoCloseable {
    private static final long LOOK_MS = 2;

    private final Client client;
    private final Tally tally;

    private Arrivals(Client client, Tally tally) {
        this.client = client;
        this.tally = tally;
    }

    /// Begins to read. Blocks until the hub has accepted the subscription.
    ///
    /// @throws IOException if it does not
    public static Arrivals start(InetSocketAddress hub, int size) throws IOException, InterruptedException {
        var tally = new Tally();
        var route = Route.to(hub, RequestHeaders.BARE, null, tally);
        var reader = new Reader(tally, size, false);
        var stream = new HttpStream(route, "/channels/" + Outgoing.CHANNEL, Format.LINES);
        var arrivals = new Arrivals(Client.start(stream, route, reader), tally);
        while (tally.ready() == 0) {
            Exception failure = tally.failure();
            if (failure != null) throw new IOException("the lab's hub refused a reader", failure);
            Thread.sleep(LOOK_MS);
        }
        return arrivals;
    }

    public Tally tally() {
        return tally;
    }

    @Override
    public void close() {
        client.close();
    }
}
