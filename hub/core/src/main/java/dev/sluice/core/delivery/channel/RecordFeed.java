package dev.sluice.core.delivery.channel;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.ChannelScan;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.LogReader;
import dev.sluice.core.log.Registration;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Passes on the events of one channel, each at least once and in the order of the log, regardless of the node of
/// the cluster that recorded them. Reading blocks, so the feed has its own thread, which sleeps while the channel
/// is quiet.
public final class RecordFeed implements AutoCloseable {
    private final LogReader log;
    private final ChannelName channel;
    private final Consumer<Event> events;
    private final Consumer<RuntimeException> onFailure;
    private final Semaphore wakeUps = new Semaphore(0);
    private final Thread thread;
    private final Registration headRegistration;
    private volatile ReadCursor place;
    private volatile boolean closed;

    /// Passes on the existing events before it returns. Blocks.
    ///
    /// @param first     receives the existing events, on the thread of the caller
    /// @param events    receives all later ones, on the thread of the feed; it may block
    /// @param onFailure called when the log could not be read or `events` threw; with the next append, the feed
    ///                  reads again from the same place
    public RecordFeed(
            LogReader log,
            ChannelName channel,
            Consumer<Event> first,
            Consumer<Event> events,
            Consumer<RuntimeException> onFailure) {
        this.log = log;
        this.channel = channel;
        this.events = events;
        this.onFailure = onFailure;
        this.place = ChannelScan.read(log, ChannelScan.beginning(log, channel), channel, Filter.NONE, first);
        this.thread = Thread.ofVirtual().name("sluice-feed " + channel.value()).unstarted(this::run);
        this.headRegistration = log.onHeadMoved(this::onHeadMoved);
        onHeadMoved(); // Events may have come before the registration.
        thread.start();
    }

    /// Runs on the appending thread for each group of appends. While the channel is quiet, its only cost is a
    /// lookup.
    private void onHeadMoved() {
        Cursor latest = log.channel(channel).latest();
        if (isUnread(latest)) wakeUps.release();
    }

    private boolean isUnread(@Nullable Cursor latest) {
        return latest != null && place.cursor().isBefore(latest);
    }

    private void run() {
        while (true) {
            wakeUps.acquireUninterruptibly();
            wakeUps.drainPermits(); // Before reading: later appends need another read.
            if (closed) return;
            try {
                place = ChannelScan.read(log, place, channel, Filter.NONE, events);
            } catch (RuntimeException failure) {
                onFailure.accept(failure);
            } catch (Error failure) { // The thread continues, because revocations come through this feed.
                onFailure.accept(new IllegalStateException("reading " + channel + " failed", failure));
            }
        }
    }

    /// Stops once the events that are being read are passed on. Blocks until then, because the log may be closed
    /// afterwards.
    @Override
    public void close() {
        headRegistration.close();
        closed = true;
        wakeUps.release();
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
