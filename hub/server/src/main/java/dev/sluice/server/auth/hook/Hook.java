package dev.sluice.server.auth.hook;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sluice.core.access.Permission;
import dev.sluice.core.access.Verb;
import dev.sluice.core.budget.Budget;
import dev.sluice.server.limit.ClientKey;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The application's decisions about its callers, each remembered for a time. May be used from any thread, and
/// never blocks.
///
/// While the application does not answer, callers that it has admitted may resume for a while; no others are
/// admitted.
public final class Hook {
    /// The heap that each answer takes in addition to its permissions.
    private static final int OVERHEAD_BYTES = 768;

    /// The heap of a permission in addition to its texts and the segments of its pattern.
    private static final int PERMISSION_BYTES = 160;

    /// The heap of a segment in addition to its characters.
    private static final int SEGMENT_BYTES = 64;

    private final HookSettings settings;
    private final HookClient client;
    private final InstantSource clock;
    private final Cache<ByteBuffer, HookDecision.Allowed> answers;

    /// Grows with each [#forget], so that an answer to an earlier question is not remembered after it.
    private final AtomicInteger generation = new AtomicInteger();

    public Hook(HookSettings settings, InstantSource clock) {
        this.settings = settings;
        this.client = new HookClient(settings, clock);
        this.clock = clock;
        this.answers = Caffeine.newBuilder()
                .maximumWeight(Budget.HOOK_ANSWERS.limit())
                .weigher((ByteBuffer _, HookDecision.Allowed allowed) -> heapBytes(allowed.answer()))
                .expireAfterWrite(settings.cacheMax().plus(settings.grace()))
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
                .executor(Runnable::run)
                .build();
    }

    private static int heapBytes(HookResponse answer) {
        int bytes = OVERHEAD_BYTES;
        for (Verb verb : Verb.values()) {
            for (Permission each : answer.permissions().granted(verb)) {
                bytes += PERMISSION_BYTES
                        + SEGMENT_BYTES * each.channels().segments().size()
                        + 2 * each.channels().value().length()
                        + length(each.type())
                        + length(each.key());
            }
        }
        return bytes;
    }

    private static int length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }

    /// Returns the bytes of heap that the remembered answers take.
    long heapBytes() {
        answers.cleanUp();
        return answers.policy().eviction().orElseThrow().weightedSize().orElseThrow();
    }

    public HookSettings settings() {
        return settings;
    }

    /// Never fails.
    ///
    /// @param caller the caller in whose share of the waiting questions this one counts; empty if only the total
    ///               is limited
    public CompletableFuture<HookDecision> decide(HookQuestion question, Optional<ClientKey> caller) {
        ByteBuffer key = question.key();
        HookDecision.Allowed known = known(key, Duration.ZERO);
        if (known != null) return CompletableFuture.completedFuture(known);
        int asked = generation.get();
        return client.ask(question, caller).thenApply(decision -> settle(question, key, asked, decision));
    }

    private HookDecision settle(HookQuestion question, ByteBuffer key, int asked, HookDecision decision) {
        switch (decision) {
            case HookDecision.Allowed allowed -> {
                if (!settings.cacheMax().isZero() || !settings.grace().isZero()) answers.put(key, allowed);
                if (asked != generation.get()) answers.invalidate(key);
            }
            case HookDecision.Denied _ -> answers.invalidate(key);
            case HookDecision.Unavailable _ -> {
                HookDecision.Allowed last = question.isResume() ? known(key, settings.grace()) : null;
                if (last != null) return last;
            }
            case HookDecision.Busy _ -> {}
        }
        return decision;
    }

    /// Forgets all decisions, so that the application is asked again and a revocation takes effect at once.
    public void forget() {
        generation.incrementAndGet();
        answers.invalidateAll();
    }

    private HookDecision.@Nullable Allowed known(ByteBuffer key, Duration longer) {
        HookDecision.Allowed known = answers.getIfPresent(key);
        if (known == null) return null;
        Instant now = clock.instant();
        Instant expiry = known.answer().expiry();
        boolean isFresh = now.isBefore(known.at().plus(settings.cacheMax()).plus(longer));
        return isFresh && (expiry == null || now.isBefore(expiry)) ? known : null;
    }
}
