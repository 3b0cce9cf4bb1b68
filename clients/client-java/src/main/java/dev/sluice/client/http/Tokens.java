package dev.sluice.client.http;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The token of a client, requested from the program when it is needed. Safe for use by many threads. */
public final class Tokens {
    /** Stale tokens in a row after which a stream or request ends: a new one will not be any better. */
    private static final int REFUSED_MAX = 5;

    private static final int UNAUTHORIZED = 401;

    private final @Nullable Supplier<String> source;
    private @Nullable String current;

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
                current = checked(source.get());
            } catch (RuntimeException reason) {
                throw new IOException("There is no token: " + reason.getMessage(), reason);
            }
        }
        return Optional.of(current);
    }

    /** Trims a token, which often ends in a line feed. The exception of a header would repeat one that it cannot carry. */
    private static String checked(@Nullable String token) throws IOException {
        var text = token == null ? "" : token.strip();
        if (text.isEmpty()) throw new IOException("There is no token: the program returned none.");
        if (text.chars().anyMatch(each -> each < ' ' || each > '~')) {
            throw new IOException("There is no token: the program returned something that cannot be one.");
        }
        return text;
    }

    /** Requests a new token for the next request: a connection that is about to begin shall last. */
    public synchronized void renew() {
        current = null;
    }

    /** Returns an empty count for one stream or request: a revocation refuses the token of all streams at once. */
    public Refusals refusals() {
        return new Refusals();
    }

    /** The tokens of one stream or request that were refused in a row. For one thread. */
    public final class Refusals {
        private int inARow;

        private Refusals() {}

        /** Records that the hub took a token. */
        public void reset() {
            inARow = 0;
        }

        /**
         * Returns the pause before the next request, which will carry a new token. The first pause is zero; all
         * together take half a minute, because a clock may be wrong, or a key may be new. Empty if another token
         * would not help.
         */
        public Optional<Duration> renewedAfter(HttpStatusException refusal) {
            if (source == null || refusal.status() != UNAUTHORIZED) return Optional.empty();
            // Even if the kept token is not stale: the program may have another one by now.
            if (++inARow > (refusal.isAboutStaleToken() ? REFUSED_MAX : 1)) return Optional.empty();
            renew();
            return Optional.of(inARow == 1 ? Duration.ZERO : Duration.ofSeconds(1L << (inARow - 1)));
        }
    }
}
