package dev.sluice.core.delivery;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.operator.DeliveryStatus;
import dev.sluice.core.delivery.operator.StreamPage;
import dev.sluice.core.delivery.operator.StreamQuery;
import dev.sluice.core.delivery.schedule.Loop;
import dev.sluice.core.delivery.schedule.SlicedTask;
import dev.sluice.core.delivery.schedule.SwapRemoveList;
import dev.sluice.core.delivery.stream.EndReason;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/// Finds and ends readers of one event loop, in slices between which the loop serves its sockets. May be used
/// from any thread.
final class SlicedTasks {
    private final Dispatcher dispatcher;
    private final Loop loop;
    private final SubscriptionIndex index;
    private final SwapRemoveList<Session> sessions;

    SlicedTasks(Dispatcher dispatcher, Loop loop, SubscriptionIndex index, SwapRemoveList<Session> sessions) {
        this.dispatcher = dispatcher;
        this.loop = loop;
        this.index = index;
        this.sessions = sessions;
    }

    /// Ends the readers whose grants are revoked.
    ///
    /// @return the number of streams and polls ended
    CompletableFuture<Integer> revoke(Predicate<Grant> isRevoked) {
        return dismiss(reader -> isRevoked.test(reader.grant()), new EndReason.Revoked());
    }

    /// Ends the readers that their grants no longer permit.
    ///
    /// @return the number of streams and polls ended
    CompletableFuture<Integer> review() {
        return dismiss(reader -> !AccessCheck.permits(reader), new EndReason.Revoked());
    }

    /// Dismisses readers.
    ///
    /// @return their number
    CompletableFuture<Integer> dismiss(Predicate<Reader> isMeant, EndReason.Dismissal reason) {
        Revocation revocation = new Revocation(dispatcher, walk(), isMeant, reason);
        begin(revocation);
        return revocation.ended();
    }

    /// Finds the streams that match a query.
    CompletableFuture<StreamPage> streams(StreamQuery query) {
        StreamSearch search = new StreamSearch(walk(), query);
        begin(search);
        return search.page();
    }

    /// Compares the readers of a channel with a place in the log.
    CompletableFuture<DeliveryStatus> delivery(ChannelName channel, Cursor place) {
        DeliverySearch search = new DeliverySearch(walk(), channel, place);
        begin(search);
        return search.status();
    }

    /// Ends the readers one after the other: see [Hub#drain].
    ///
    /// @return the number of streams and polls, once the end of all is decided
    CompletableFuture<Integer> drain(Duration lead, Duration over, LongSupplier retryAfterMs) {
        long beginMs = dispatcher.nowMs() + lead.toMillis(); // From the request, even if the loop runs late.
        CompletableFuture<Integer> ended = new CompletableFuture<>();
        begin(new StreamCollector(
                walk(), streams -> new DrainSchedule(dispatcher, streams, retryAfterMs, ended).begin(beginMs, over)));
        return ended;
    }

    private ReaderTraversal walk() {
        return new ReaderTraversal(index, sessions);
    }

    private void begin(SlicedTask task) {
        loop.execute(() -> runSlice(task));
    }

    private void runSlice(SlicedTask task) {
        if (!task.run()) loop.after(0, () -> runSlice(task));
    }
}
