package dev.sluice.server.publish;

import dev.sluice.server.http.Problems;
import dev.sluice.server.http.Refused;
import java.util.concurrent.atomic.AtomicLong;

/// The bytes of all publishes that have come and are not in the log yet. One for the server; may be used from any
/// thread.
public final class UnderWay {
    private final long bytesMax;
    private final AtomicLong bytes = new AtomicLong();

    public UnderWay(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    public long bytes() {
        return bytes.get();
    }

    public Share share() {
        return new Share();
    }

    /// One request's part of it. Given back from wherever the request comes to its end.
    public final class Share {
        private final AtomicLong taken = new AtomicLong();

        /// @throws Refused `503` if there is no room for so many more
        void take(long more) {
            if (bytes.addAndGet(more) > bytesMax) {
                bytes.addAndGet(-more);
                throw new Refused(Problems.FULL
                        .of("The hub takes " + bytesMax
                                + " bytes of publishes at a time, and has them. Publish again in a" + " moment.")
                        .withHeader("Retry-After", "1"));
            }
            taken.addAndGet(more);
        }

        void giveBack(long some) {
            taken.addAndGet(-some);
            bytes.addAndGet(-some);
        }

        /// All that is left; again does nothing.
        public void giveBackAll() {
            bytes.addAndGet(-taken.getAndSet(0));
        }
    }
}
