package dev.sluice.server.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sluice.server.json.InvalidJson;
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

/// The keys that an issuer publishes (JWKS, RFC 7517), read when they are first needed, when a token has a
/// `kid` that is not among them, and from time to time. While the issuer does not answer, the last ones stay
/// in use.
///
/// Anybody can make up a `kid`, so that alone must cost the issuer nothing: it is asked at most once a
/// minute, and what it did not have is remembered.
final class JwksKeySource implements KeySource {
    private static final System.Logger LOG = System.getLogger(JwksKeySource.class.getName());

    /// Between two requests to the issuer, whatever they were for and however they ended.
    static final Duration PAUSE = Duration.ofMinutes(1);

    /// How long a key that the issuer has withdrawn may stay in use.
    static final Duration AGE_MAX = Duration.ofMinutes(15);

    /// How long a `kid` is remembered as unknown. It is used at once if the issuer's keys have it when they
    /// are read for another reason.
    static final Duration UNKNOWN_TIME = Duration.ofMinutes(10);

    /// With 255 characters each: half a megabyte.
    static final int UNKNOWN_MAX = 1_000;

    /// @param keys     by their `kid`, and the only one also by [JwksDocument#ONLY]
    /// @param failed   whether the last attempt to read them failed
    /// @param loadedMs when they were read
    private record Keys(Map<String, SignatureCheck> keys, boolean failed, long loadedMs) {
        Lookup find(@Nullable String kid) {
            SignatureCheck check = keys.get(Objects.requireNonNullElse(kid, JwksDocument.ONLY));
            if (check != null) return new Lookup.Found(check);
            return failed ? new Lookup.Unavailable() : new Lookup.Unknown();
        }
    }

    private final URI url;
    private final SigningAlgorithm algorithm;
    private final LongSupplier elapsedMs;
    private final Cache<String, Boolean> unknown;
    private final AtomicReference<@Nullable CompletableFuture<Void>> reading = new AtomicReference<>();
    private volatile Keys current = new Keys(Map.of(), false, 0);
    private volatile long nextMs = Long.MIN_VALUE; // When the issuer may be asked again.

    /// @param elapsedMs monotonic milliseconds
    JwksKeySource(URI url, SigningAlgorithm algorithm, LongSupplier elapsedMs) {
        this.url = url;
        this.algorithm = algorithm;
        this.elapsedMs = elapsedMs;
        this.unknown = Caffeine.newBuilder()
                .maximumSize(UNKNOWN_MAX)
                .expireAfterWrite(UNKNOWN_TIME)
                .ticker(() -> elapsedMs.getAsLong() * 1_000_000)
                .executor(Runnable::run)
                .build();
    }

    @Override
    public Lookup find(@Nullable String kid) {
        Keys keys = current;
        Lookup lookup = keys.find(kid);
        if (lookup instanceof Lookup.Found) {
            if (elapsedMs.getAsLong() - keys.loadedMs() >= AGE_MAX.toMillis()) refresh(); // Meanwhile these do.
            return lookup;
        }
        if (kid != null && unknown.getIfPresent(kid) != null) return lookup;
        CompletableFuture<Void> refreshed = refresh();
        return refreshed == null
                ? current.find(kid)
                : new Lookup.Pending(refreshed.thenApply(_ -> foundAfterwards(kid)));
    }

    private Lookup foundAfterwards(@Nullable String kid) {
        Lookup lookup = current.find(kid);
        if (kid != null && lookup instanceof Lookup.Unknown) unknown.put(kid, true);
        return lookup;
    }

    /// Reads the keys, or joins the one who does; null if it is too early. The stage never fails.
    private @Nullable CompletableFuture<Void> refresh() {
        if (elapsedMs.getAsLong() < nextMs) return reading.get();
        var mine = new CompletableFuture<Void>();
        CompletableFuture<Void> others = reading.compareAndExchange(null, mine);
        if (others != null) return others;
        // Another one may have begun and ended since the time was compared.
        if (elapsedMs.getAsLong() < nextMs) {
            reading.set(null);
            mine.complete(null);
            return null;
        }
        nextMs = elapsedMs.getAsLong() + PAUSE.toMillis();
        Thread.ofVirtual().name("sluice jwks").start(() -> {
            read();
            reading.set(null);
            mine.complete(null);
        });
        return mine;
    }

    private void read() {
        Keys last = current;
        try {
            Map<String, SignatureCheck> keys = JwksDocument.keys(JwksDownload.read(url), algorithm);
            if (keys.isEmpty()) { // Withdrawn, so no longer in use.
                LOG.log(Level.WARNING, "the issuer has no keys algorithm=" + algorithm + " url=" + shown());
            }
            current = new Keys(keys, false, elapsedMs.getAsLong());
            if (last.failed()) LOG.log(Level.INFO, "the issuer's keys are read again url=" + shown());
        } catch (InterruptedException | IOException | InvalidJson | RuntimeException failed) {
            current = new Keys(last.keys(), true, last.loadedMs());
            if (last.failed()) return; // Logged once for each failure of the issuer, not each minute.
            LOG.log(
                    Level.WARNING,
                    "the issuer's keys can't be read; the last ones stay in use, and it is asked again at most once a"
                            + " minute url=" + shown() + " keys=" + last.keys().size() + " why=\""
                            + failed.getMessage() + "\"");
        }
    }

    private String shown() {
        return KeyMaterial.KeySet.shown(url);
    }
}
