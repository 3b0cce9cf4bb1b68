package dev.sluice.server.auth.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sluice.core.encoding.LogField;
import dev.sluice.server.auth.identity.KeyMaterial;
import dev.sluice.server.auth.identity.SigningAlgorithm;
import dev.sluice.server.json.InvalidJsonException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The keys that an issuer publishes (JWKS, RFC 7517), read when they are first needed, when a token has a `kid`
/// that is not among them, and from time to time. While the issuer does not answer, the last keys stay in use.
///
/// An issuer may sign with a key before it publishes that key, or before a cache in front of it does. So a
/// missing `kid` is [unavailable][KeySource.Lookup.Unavailable] at first, and unknown only if it is still
/// missing some minutes later. Anyone can invent a `kid`, so there is a pause between requests to the issuer,
/// which doubles up to a minute while they bring nothing new.
final class JwksKeySource implements KeySource {
    private static final System.Logger LOG = System.getLogger(JwksKeySource.class.getName());

    /// The minimum pause between two requests to the issuer, regardless of their purpose and outcome.
    static final Duration PAUSE_MIN = Duration.ofSeconds(5);

    /// The maximum pause, after several requests that brought nothing new.
    static final Duration PAUSE_MAX = Duration.ofMinutes(1);

    /// The maximum time for which a key that the issuer has withdrawn stays in use.
    static final Duration AGE_MAX = Duration.ofMinutes(15);

    /// The time within which the issuer must publish a key with which it signs.
    static final Duration PUBLISH_TIME = Duration.ofMinutes(3);

    /// The time for which a missing `kid` is remembered. If a later read of the keys finds it, it is used at
    /// once.
    static final Duration MISSING_TIME = Duration.ofMinutes(10);

    /// The maximum number of missing `kid`s: half a megabyte with 255 characters each. A `kid` that a flood of
    /// others evicts stays unavailable for longer.
    static final int MISSING_MAX = 1_000;

    /// @param keys     the keys by their `kid`; a single key also by [JwksDocument#ONLY]
    /// @param failed   whether the last attempt to read them failed
    /// @param loadedMs the time at which they were read
    private record Keys(Map<String, SignatureCheck> keys, boolean failed, long loadedMs) {
        @Nullable
        SignatureCheck find(@Nullable String kid) {
            return keys.get(Objects.requireNonNullElse(kid, JwksDocument.ONLY));
        }
    }

    private final URI url;
    private final SigningAlgorithm algorithm;
    private final LongSupplier elapsedMs;

    /// The time at which each `kid` was first found missing.
    private final Cache<String, Long> missing;

    private final AtomicReference<@Nullable CompletableFuture<Void>> reading = new AtomicReference<>();
    private volatile Keys current = new Keys(Map.of(), false, 0);
    private volatile long nextMs = Long.MIN_VALUE; // The time from which the issuer may be asked again.
    private volatile long pauseMs = PAUSE_MIN.toMillis(); // Written by the thread that reads the keys.

    /// @param elapsedMs monotonic milliseconds
    JwksKeySource(URI url, SigningAlgorithm algorithm, LongSupplier elapsedMs) {
        this.url = url;
        this.algorithm = algorithm;
        this.elapsedMs = elapsedMs;
        this.missing = Caffeine.newBuilder()
                .maximumSize(MISSING_MAX)
                .expireAfterWrite(MISSING_TIME)
                .ticker(() -> elapsedMs.getAsLong() * 1_000_000)
                .executor(Runnable::run)
                .build();
    }

    @Override
    public boolean has(@Nullable String kid) {
        return current.find(kid) != null;
    }

    @Override
    public Lookup find(@Nullable String kid) {
        Keys keys = current;
        SignatureCheck check = keys.find(kid);
        if (check != null) {
            long ageMs = elapsedMs.getAsLong() - keys.loadedMs();
            if (ageMs < AGE_MAX.toMillis()) {
                // Read again a little early, so that tokens of a busy hub wait neither for the issuer nor its timeout.
                if (ageMs >= AGE_MAX.minus(PAUSE_MAX).toMillis()) refresh();
                return new Lookup.Found(check);
            }
        } else if (kid != null && !keys.failed() && isUnknown(missing.getIfPresent(kid), keys)) {
            return new Lookup.Unknown();
        }
        CompletableFuture<Void> refreshed = refresh();
        // With a key at hand, no token waits for an issuer that does not answer.
        if (refreshed == null || (check != null && keys.failed())) return findNow(kid);
        return new Lookup.Pending(refreshed.thenApply(_ -> findNow(kid)));
    }

    /// Looks a key up in the keys that were read last.
    private Lookup findNow(@Nullable String kid) {
        Keys keys = current;
        SignatureCheck check = keys.find(kid);
        if (check != null) return new Lookup.Found(check);
        long nowMs = elapsedMs.getAsLong();
        if (!keys.failed()) {
            if (kid == null || isUnknown(missing.get(kid, _ -> nowMs), keys)) return new Lookup.Unknown();
        }
        return new Lookup.Unavailable(Math.max(nextMs - nowMs, 0));
    }

    /// Returns true if the keys were last read long after the `kid` was first missing, and still lacked it.
    private static boolean isUnknown(@Nullable Long sinceMs, Keys keys) {
        return sinceMs != null && keys.loadedMs() - sinceMs >= PUBLISH_TIME.toMillis();
    }

    /// Reads the keys, or joins a read in progress; null if it is too early. The stage never fails.
    private @Nullable CompletableFuture<Void> refresh() {
        if (elapsedMs.getAsLong() < nextMs) return reading.get();
        var mine = new CompletableFuture<Void>();
        CompletableFuture<Void> others = reading.compareAndExchange(null, mine);
        if (others != null) return others;
        // Another read may have begun and ended since the time was compared.
        long nowMs = elapsedMs.getAsLong();
        if (nowMs < nextMs) {
            reading.set(null);
            mine.complete(null);
            return null;
        }
        if (nowMs - PAUSE_MAX.toMillis() >= nextMs) pauseMs = PAUSE_MIN.toMillis();
        nextMs = nowMs + pauseMs;
        Thread.ofVirtual().name("sluice jwks").start(() -> {
            try {
                if (read()) {
                    pauseMs = PAUSE_MIN.toMillis();
                    nextMs = nowMs + pauseMs;
                } else {
                    pauseMs = Math.min(2 * pauseMs, PAUSE_MAX.toMillis());
                }
            } finally { // Also after an error: otherwise the keys would never be read again.
                reading.set(null);
                mine.complete(null);
            }
        });
        return mine;
    }

    /// @return true if there is a new key
    private boolean read() {
        Keys last = current;
        try {
            Map<String, SignatureCheck> keys = JwksDocument.keys(JwksDownload.read(url), algorithm);
            if (keys.isEmpty()) { // All keys are withdrawn, so they are no longer in use.
                LOG.log(Level.WARNING, "the issuer has no keys algorithm=" + algorithm + " url=" + shown());
            }
            long nowMs = elapsedMs.getAsLong();
            for (String kid : last.keys().keySet()) {
                // The issuer has withdrawn the key, so the hub does not wait for it.
                if (!keys.containsKey(kid)) missing.put(kid, nowMs - PUBLISH_TIME.toMillis());
            }
            current = new Keys(keys, false, nowMs);
            if (last.failed()) LOG.log(Level.INFO, "the issuer's keys are read again url=" + shown());
            return !last.keys().keySet().containsAll(keys.keySet());
        } catch (InterruptedException | IOException | InvalidJsonException | RuntimeException | Error failed) {
            current = new Keys(last.keys(), true, last.loadedMs());
            if (last.failed()) return false; // Logged once for each failure of the issuer, not each minute.
            LOG.log(
                    Level.WARNING,
                    "the issuer's keys can't be read; the last ones stay in use, and it is asked again at most once in"
                            + " some seconds url=" + shown() + " keys="
                            + last.keys().size() + " why="
                            + LogField.quoted(failed.getMessage()));
            return false;
        }
    }

    private String shown() {
        return KeyMaterial.KeySet.shown(url);
    }
}
