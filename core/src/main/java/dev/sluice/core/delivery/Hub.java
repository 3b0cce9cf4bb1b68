package dev.sluice.core.delivery;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.encoded.SegmentPool;
import dev.sluice.core.log.Appended;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Publication;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/// A log and the event loops that deliver it. May be used from any thread.
///
/// ```
/// publisher ──► log ──grew──► hub ──wakes once──► each loop's Dispatcher ──turn──► Subscriber ──► Sink
/// ```
public final class Hub implements AutoCloseable {
    private final Log log;
    private final HubSettings settings;
    private final ReaderCount readers = new ReaderCount();
    private final SegmentPool segments;
    private final List<Dispatcher> dispatchers;
    private final Log.Listening listening;

    /// @param loops   on which the readers live
    /// @param clockMs milliseconds that never go back, for timers
    public Hub(Log log, HubSettings settings, List<? extends Loop> loops, LongSupplier clockMs) {
        this.log = log;
        this.settings = settings;
        this.segments = new SegmentPool(settings.encodedBytes(), loops);
        this.dispatchers = loops.stream()
                .map(loop -> new Dispatcher(this, loop, segments, clockMs))
                .toList();
        this.listening = log.onGrowth(this::grew);
    }

    /// Places an event in the log; who publishes waits for no reader.
    public CompletionStage<Appended> publish(Publication publication) {
        return log.append(publication);
    }

    /// Places several events one behind the other, or none of them.
    public CompletionStage<Appended.Batch> publishAll(List<Publication> publications) {
        return log.appendAll(publications);
    }

    public Log log() {
        return log;
    }

    public HubSettings settings() {
        return settings;
    }

    /// Who reads now, on all event loops.
    public ReaderCount readers() {
        return readers;
    }

    /// Native memory that encoded events hold now, in bytes.
    public long encodedBytes() {
        return segments.heldBytes();
    }

    /// One for each event loop, in the order of the loops.
    public List<Dispatcher> dispatchers() {
        return dispatchers;
    }

    /// Gives back the memory of what all readers have passed. Call it about once a second, from any thread.
    public void maintain() {
        for (Dispatcher dispatcher : dispatchers) dispatcher.execute(dispatcher::report);
        dispatchers.stream().map(Dispatcher::passed).min(Cursor::compareTo).ifPresent(segments::passed);
    }

    private void grew() {
        for (Dispatcher dispatcher : dispatchers) dispatcher.wake();
    }

    /// Stops following the log. The log is its owner's to close.
    @Override
    public void close() {
        listening.close();
    }
}
