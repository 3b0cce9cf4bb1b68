package dev.sluice.client.transport;

import dev.sluice.client.http.NotAHubException;
import dev.sluice.client.http.RefusalException;
import java.io.IOException;

/** One connection of a subscription. Read by one thread; closed by any. */
public interface Source extends AutoCloseable {
    /** The source of a selection that has ended already, so that the hub answered 204. */
    Source OVER = new Source() {
        @Override
        public Arrival next() {
            return new Arrival.Over();
        }

        @Override
        public void close() {}
    };

    /**
     * Waits for what comes next.
     *
     * @throws IOException        if the connection is lost: cut, silent for too long, or ended without an end
     * @throws RefusalException   if the hub says no
     * @throws MalformedException if what came breaks the contract
     */
    Arrival next() throws IOException, InterruptedException, RefusalException, NotAHubException, MalformedException;

    /** Gives the connection up. May be called again. */
    @Override
    void close();
}
