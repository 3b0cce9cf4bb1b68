package dev.sluice.core.delivery;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Place;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.Resolved;
import dev.sluice.core.log.SearchRefused;
import dev.sluice.core.log.Start;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Finds where a reading begins: what a brought cursor means here, and whether something is missing behind it. Runs on
/// the reader's event loop; the reader is registered before, so that nothing that comes meanwhile is lost.
final class Beginning {
    /// What was found.
    sealed interface Found {
        /// @param at     where it begins, and what it knows of
        /// @param filter which events it wants
        /// @param gap    what is missing in front of it; null: nothing
        /// @param ended  whether all its channels have ended and it had everything
        record At(Place at, Filter filter, @Nullable Gap gap, boolean ended) implements Found {}

        /// The log could not say now.
        record Unavailable(String why) implements Found {}

        /// The log would have to look for too long, whenever it is asked.
        record TooFar(String why) implements Found {}
    }

    private final Dispatcher loop;
    private final Subscription asked;
    private final Consumer<Found> found;
    private boolean done;
    private Wheel.@Nullable Timer limit;
    private CompletionStage<?> awaited = CompletableFuture.completedStage(null);

    private Beginning(Dispatcher loop, Subscription asked, Consumer<Found> found) {
        this.loop = loop;
        this.asked = asked;
        this.found = found;
    }

    /// Calls `found` once, on this loop: at once where the log knows at once.
    ///
    /// @return what to [#close] when nobody wants to know any more
    static Beginning find(Dispatcher loop, Subscription asked, Consumer<Found> found) {
        Beginning beginning = new Beginning(loop, asked, found);
        beginning.begin();
        return beginning;
    }

    /// Lets the log stop looking.
    void close() {
        if (done) return;
        done = true;
        if (limit != null) limit.cancel();
        awaited.toCompletableFuture().cancel(false);
    }

    private void begin() {
        Log log = loop.log();
        Filter types = Filter.types(asked.types());
        Filter plain = asked.conflate() ? new Filter(asked.types(), true, null) : types;
        switch (asked.from()) {
            case Subscription.From.Resume(String text) -> {
                CompletionStage<Resolved> place = log.resolve(text);
                // One ahead of the log may never come. What the log looks for ends by itself, here and below.
                long limitMs = loop.hub().settings().resolve().toMillis();
                if (!place.toCompletableFuture().isDone()) limit = loop.at(loop.nowMs() + limitMs, this::late);
                await(place, resolved -> {
                    if (limit != null) limit.cancel();
                    switch (resolved) {
                        case Resolved.At(Cursor cursor) -> look(Place.at(cursor), plain, null);
                        case Resolved.Lost(Place resume) ->
                            look(resume, plain, new Gap(text, resume.cursor(), Gap.Reason.EPOCH));
                    }
                });
            }
            case Subscription.From.At(Start start) ->
                await(log.locate(start, asked.selection(), types), place -> look(place, plain, null));
            case Subscription.From.Snapshot() -> {
                Filter newest = new Filter(asked.types(), asked.conflate(), log.head());
                await(log.locate(new Start.Earliest(), asked.selection(), types), place -> look(place, newest, null));
            }
        }
    }

    /// A gap must be told before anything else, so the first read is made before the first word.
    private void look(Place place, Filter filter, @Nullable Gap gap) {
        Read first = loop.log().read(place, asked.selection(), filter, 1, 1);
        if (first instanceof Read.Elsewhere(CompletionStage<Read> later)) {
            await(later, read -> looked(read, place, filter, gap));
        } else {
            looked(first, place, filter, gap);
        }
    }

    private void looked(Read read, Place place, Filter filter, @Nullable Gap gap) {
        if (read instanceof Read.Missing(Gap missing, Place resume)) {
            // Two holes in a row are one for the reader: from where it came to where it can go on.
            Gap whole = gap == null ? missing : new Gap(gap.after(), missing.resume(), gap.reason());
            answer(new Found.At(resume, filter, whole, false));
            return;
        }
        answer(new Found.At(place, filter, gap, gap == null && hasEnded(loop.log(), asked, place.cursor())));
    }

    /// Whether all channels of a selection have ended at or before a place.
    static boolean hasEnded(Log log, Subscription asked, Cursor at) {
        if (!asked.selection().isNamed()) return false;
        for (ChannelName name : asked.selection().names()) {
            Cursor end = log.channel(name).end();
            if (end == null || at.isBefore(end)) return false;
        }
        return true;
    }

    private <T> void await(CompletionStage<T> stage, Consumer<T> then) {
        awaited = stage;
        CompletableFuture<T> future = stage.toCompletableFuture();
        if (future.isDone() && !future.isCompletedExceptionally()) {
            then.accept(future.resultNow());
            return;
        }
        stage.whenComplete((value, failure) -> loop.execute(() -> {
            if (done) return;
            if (failure != null) answer(failed(failure));
            else then.accept(value);
        }));
    }

    private static Found failed(Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        if (!(cause instanceof SearchRefused refused)) return new Found.Unavailable("the log failed to find the place");
        String why = String.valueOf(refused.getMessage());
        return switch (refused.reason()) {
            case TOO_LONG -> new Found.TooFar(why);
            case TOO_MANY -> new Found.Unavailable(why);
        };
    }

    private long late(long nowMs) {
        if (!done) {
            awaited.toCompletableFuture().cancel(false);
            answer(new Found.Unavailable("this place lies ahead of what this node has"));
        }
        return Wheel.NEVER;
    }

    private void answer(Found answer) {
        if (done) return;
        done = true;
        if (limit != null) limit.cancel();
        found.accept(answer);
    }
}
