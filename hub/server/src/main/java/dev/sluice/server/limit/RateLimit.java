package dev.sluice.server.limit;

import java.time.Duration;

/// A rate that a client may not exceed for long.
///
/// @param setting the name of the setting, for problems
/// @param tokens  the number of tokens that flow into a bucket in each period; 0 for no limit
/// @param burst   the time in which an empty bucket fills; the tokens of this time may be taken at once
public record RateLimit(String setting, long tokens, Duration period, Duration burst) {
    /// Clients publish in bursts, and a page opens several connections at once.
    private static final Duration BURST_OF_SECONDS = Duration.ofSeconds(5);

    public RateLimit {
        if (tokens < 0) throw new IllegalArgumentException("tokens must be 0 or more, was " + tokens);
    }

    /// A limit per second, with bursts of five seconds.
    public static RateLimit perSecond(String setting, long tokens) {
        return new RateLimit(setting, tokens, Duration.ofSeconds(1), BURST_OF_SECONDS);
    }

    /// A limit per minute, which may be used up at once.
    public static RateLimit perMinute(String setting, long tokens) {
        return new RateLimit(setting, tokens, Duration.ofMinutes(1), Duration.ofMinutes(1));
    }

    public boolean isSet() {
        return tokens > 0;
    }

    /// The time in which this many tokens flow in. Exact up to 2³¹ tokens.
    long nanos(long amount) {
        return amount <= Integer.MAX_VALUE && period.toNanos() <= Integer.MAX_VALUE
                ? amount * period.toNanos() / tokens
                : (long) ((double) amount * period.toNanos() / tokens);
    }
}
