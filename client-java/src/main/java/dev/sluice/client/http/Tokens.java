package dev.sluice.client.http;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The token of a client, requested from the program when it is needed. Safe for use by many threads. */
public final class Tokens {
    /** Refused tokens in a row after which a client gives up: a new one will not be any better. */
    private static final int REFUSED_MAX = 5;

    private static final int UNAUTHORIZED = 401;

    private final @Nullable Supplier<String> source;
    private @Nullable String current;
    private int refusedInARow;

    /** @param source null if the client shows no token */
    public Tokens(@Nullable Supplier<String> source) {
        this.source = source;
    }

    /**
     * Returns the token for the next request; empty if the client shows none. Blocks as long as the program takes.
     *
     * @throws IOException if the program has none now
     */
    public synchronized Optional<String> current() throws IOException {
        if (source == null) return Optional.empty();
        if (current == null) {
            try {
                current = source.get();
            } catch (RuntimeException reason) {
                throw new IOException("There is no token: " + reason.getMessage(), reason);
            }
            if (current == null) throw new IOException("There is no token: the program returned null.");
        }
        return Optional.of(current);
    }

    /** Requests a new token for the next request: a connection that is about to begin shall last. */
    public synchronized void renew() {
        current = null;
    }

    /** Records that the hub took a token. */
    public synchronized void taken() {
        refusedInARow = 0;
    }

    /** Returns true if the next request is worth trying, because it will carry a new token. */
    public synchronized boolean isRenewedAfter(RefusalException refusal) {
        if (source == null || refusal.status() != UNAUTHORIZED || ++refusedInARow > REFUSED_MAX) return false;
        current = null;
        return true;
    }
}
