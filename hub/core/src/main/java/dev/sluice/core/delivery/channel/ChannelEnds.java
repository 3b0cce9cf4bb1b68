package dev.sluice.core.delivery.channel;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.LogReader;
import dev.sluice.core.log.Registration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/// Detects the ends of channels by the log's change notifications. It checks once for a burst of appends, only
/// while there are listeners, and only channels that have changed. May be used from any thread.
public final class ChannelEnds implements AutoCloseable {
    private record EndListener(ChannelName channel, Runnable onEnd, AtomicBoolean called) {}

    private final LogReader log;
    private final Executor executor;
    private final Map<ChannelName, List<EndListener>> listeners = new ConcurrentHashMap<>();
    private final AtomicBoolean checkScheduled = new AtomicBoolean();
    private final Registration headRegistration;
    private Cursor checkedUpTo; // Guarded by `this`.

    /// @param executor runs the checks, which never block
    public ChannelEnds(LogReader log, Executor executor) {
        this.log = log;
        this.executor = executor;
        this.checkedUpTo = log.head();
        this.headRegistration = log.onHeadMoved(this::onHeadMoved);
    }

    /// Calls `onEnd` once, on any thread, when the channel ends, or at once if it already has.
    public Registration watch(ChannelName channel, Runnable onEnd) {
        var listener = new EndListener(channel, onEnd, new AtomicBoolean());
        listeners.compute(channel, (name, others) -> {
            List<EndListener> all = others == null ? new CopyOnWriteArrayList<>() : others;
            all.add(listener);
            return all;
        });
        notifyIfEnded(listener); // After registering: otherwise an end in between would be missed.
        return () -> listeners.computeIfPresent(channel, (name, all) -> {
            all.remove(listener);
            return all.isEmpty() ? null : all;
        });
    }

    private void onHeadMoved() {
        if (!listeners.isEmpty() && checkScheduled.compareAndSet(false, true)) executor.execute(this::check);
    }

    private synchronized void check() {
        checkScheduled.set(false); // Before checking: later changes need another check.
        Set<ChannelName> changed = new HashSet<>();
        Cursor next = log.changedSince(checkedUpTo, changed::add);
        checkedUpTo = next == null ? log.head() : next;
        Set<ChannelName> candidates = next == null ? listeners.keySet() : changed;
        for (ChannelName channel : candidates)
            listeners.getOrDefault(channel, List.of()).forEach(this::notifyIfEnded);
    }

    private void notifyIfEnded(EndListener listener) {
        if (log.channel(listener.channel).end() != null && listener.called.compareAndSet(false, true))
            listener.onEnd.run();
    }

    /// Stops checking.
    @Override
    public void close() {
        headRegistration.close();
    }
}
