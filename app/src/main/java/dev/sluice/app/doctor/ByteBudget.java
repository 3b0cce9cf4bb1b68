package dev.sluice.app.doctor;

import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;

/// The bytes that a run of the doctor may still receive over TLS, on all of its connections.
final class ByteBudget {
    /// A run on a fault-free connection receives 12 kB, and a run that watches for a minute 20 kB.
    static final int RUN = 8 << 20;

    private final int all;
    private final AtomicLong left;

    ByteBudget(int all) {
        this.all = all;
        left = new AtomicLong(all);
    }

    /// @throws SSLException if it is used up
    void take(int bytes) throws SSLException {
        if (left.addAndGet(-bytes) < 0) {
            throw new SSLException("the server sends without an end: more than " + (all >> 20) + " MiB");
        }
    }
}
