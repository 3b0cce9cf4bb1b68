package dev.sluice.client.transport;

import dev.sluice.client.http.HttpStatusException;
import dev.sluice.client.http.NotAHubException;
import java.io.IOException;

/** One connection of a subscription. Read by one thread; may be closed by any thread. */
public interface Source extends AutoCloseable {
    /** The source of a selection that has already ended (the hub answered 204). */
    Source OVER = new Source() {
        @Override
        public Arrival next() {
            return new Arrival.Over();
        }

        @Override
        public void close() {}
    };

    /**
     * Waits for the next item.
     *
     * @throws IOException        if the connection is lost: broken, silent for too long, or ended without an end marker
     * @throws HttpStatusException   if the hub refuses the subscription
     * @throws MalformedException if the received data violates the protocol
     */
    Arrival next() throws IOException, InterruptedException, HttpStatusException, NotAHubException, MalformedException;

    /** Closes the connection. Further calls have no effect. */
    @Override
    void close();
}
