package dev.sluice.server.publish;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.Log;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/// The ends of channels as the log tells of them. It looks once for a burst of appends, only while somebody waits, and
/// only at channels that grew. May be used from any thread.
public final class ChannelEnds implements Ends, AutoCloseable {
    private record Waiting(ChannelName channel, Runnable ended, AtomicBoolean called) {}

    private final Log log;
    private final Executor executor;
    private final Map<ChannelName, List<Waiting>> waiting = new ConcurrentHashMap<>();
    private final AtomicBoolean looking = new AtomicBoolean();
    private final Log.Listening listening;
    private Cursor looked; // Only whoever holds `this` moves it.

    /// @param executor where it looks; never blocked
    public ChannelEnds(Log log, Executor executor) {
        this.log = log;
        this.executor = executor;
        this.looked = log.head();
        this.listening = log.onGrowth(this::grew);
    }

    @Override
    public Watch watch(ChannelName channel, Runnable ended) {
        var one = new Waiting(channel, ended, new AtomicBoolean());
        waiting.compute(channel, (name, others) -> {
            List<Waiting> all = others == null ? new CopyOnWriteArrayList<>() : others;
            all.add(one);
            return all;
        });
        tellIfEnded(one); // Only now: an end between a look and the registration would be nobody's news.
        return () -> waiting.computeIfPresent(channel, (name, all) -> {
            all.remove(one);
            return all.isEmpty() ? null : all;
        });
    }

    private void grew() {
        if (!waiting.isEmpty() && looking.compareAndSet(false, true)) executor.execute(this::look);
    }

    private synchronized void look() {
        looking.set(false); // Before looking: what comes from now on needs another look.
        Set<ChannelName> grown = new HashSet<>();
        Cursor next = log.grownSince(looked, grown::add);
        looked = next == null ? log.head() : next;
        Set<ChannelName> candidates = next == null ? waiting.keySet() : grown;
        for (ChannelName channel : candidates)
            waiting.getOrDefault(channel, List.of()).forEach(this::tellIfEnded);
    }

    private void tellIfEnded(Waiting one) {
        if (log.channel(one.channel).end() != null && one.called.compareAndSet(false, true)) one.ended.run();
    }

    /// Looks no more.
    @Override
    public void close() {
        listening.close();
    }
}
