package dev.sluice.embed;

import dev.sluice.Event;
import dev.sluice.EventPage;
import dev.sluice.Gap;
import dev.sluice.LogUnavailableException;
import dev.sluice.core.access.Grant;
import dev.sluice.core.delivery.Dispatcher;
import dev.sluice.core.delivery.Hub;
import dev.sluice.core.delivery.Poll;
import dev.sluice.core.delivery.stream.Rejection;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import dev.sluice.core.delivery.stream.SubscriptionSpec.From;
import dev.sluice.core.log.Start;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;

/// Polls of the program itself, inside the process.
final class PageRead {
    private static final long BYTES_MAX = 1 << 20;

    private PageRead() {}

    /// An event loop, at random, so that the reads of a program share them.
    static Dispatcher anyLoop(Hub hub) {
        var loops = hub.dispatchers();
        return loops.get(ThreadLocalRandom.current().nextInt(loops.size()));
    }

    /// Starts a poll. It ends early if the future is cancelled.
    static CompletableFuture<Poll.Result> poll(
            Dispatcher loop, SubscriptionSpec subscription, int eventsMax, long waitMs) {
        CompletableFuture<Poll.Result> answer = new CompletableFuture<>();
        loop.execute(() -> {
            Poll poll = loop.poll(
                    Grant.EVERYTHING, subscription, eventsMax, BYTES_MAX, waitMs, null, _ -> true, answer::complete);
            // Also runs when the future is cancelled.
            answer.whenComplete((_, _) -> loop.execute(poll::close));
        });
        return answer;
    }

    static EventPage read(ChannelQuery query, int limit, long waitMs) throws InterruptedException {
        String from = query.hub().head().text();
        boolean isLatest = query.subscription().from() instanceof From.At(Start.Latest _);
        Poll.Result result = poll(query, limit, waitMs);
        // An operator ends what waits: its wait is over.
        while (!isLatest && result instanceof Poll.Result.Refused(Rejection.Dismissed _))
            result = poll(query, limit, 0);
        return page(query, result, from);
    }

    private static Poll.Result poll(ChannelQuery query, int limit, long waitMs) throws InterruptedException {
        CompletableFuture<Poll.Result> answer = poll(anyLoop(query.hub()), query.subscription(), limit, waitMs);
        try {
            return answer.get();
        } catch (ExecutionException failed) {
            throw new LogUnavailableException("the log cannot be read: try again", failed.getCause());
        } finally {
            answer.cancel(false);
        }
    }

    /// @param from the cursor of the empty page of a reader of the latest events
    private static EventPage page(ChannelQuery query, Poll.Result result, String from) {
        return switch (result) {
            case Poll.Result.Found found ->
                new EventPage(
                        found.events().stream().<Event>map(ReceivedEvent::new).toList(),
                        found.cursor().text(),
                        found.more(),
                        Optional.ofNullable(found.gap()).map(PageRead::gap),
                        found.closed(),
                        query.from(found.place()));
            case Poll.Result.Refused(Rejection.Dismissed _) ->
                new EventPage(List.of(), from, false, Optional.empty(), false, query.after(from));
            case Poll.Result.Refused(Rejection refused) ->
                throw new LogUnavailableException("the log cannot be read: " + refused, null);
            case Poll.Result.OverBudget _ -> throw new IllegalStateException("a program's polls have no budget");
        };
    }

    static Gap gap(dev.sluice.core.log.Gap gap) {
        Gap.Reason reason = switch (gap.reason()) {
            case TRIMMED -> Gap.Reason.TRIMMED;
            case EPOCH -> Gap.Reason.EPOCH;
            case DELETED -> Gap.Reason.DELETED;
            case SKIPPED -> Gap.Reason.SKIPPED;
        };
        return new Gap(gap.after(), gap.resume().text(), reason);
    }
}
