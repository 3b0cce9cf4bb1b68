package dev.sluice.sense.live;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Publishes changes on a separate thread, so that checks never wait for the hub. While the hub does not
/// answer, the newest state of each check and all alerts are queued, but only the newest [#SAMPLES_MAX]
/// samples.
public final class LiveFeed implements AutoCloseable {
    /// The channels of Sense.
    public static final String CHANNELS = "sense/**";

    public static final String STATE = "sense/state";
    public static final String ALERTS = "sense/alerts";
    public static final String INCIDENTS = "sense/incidents";
    public static final String SELF = "sense/self";
    private static final String SAMPLES = "sense/samples/";

    /// Enough for a few seconds of ten thousand checks.
    static final int SAMPLES_MAX = 16_384;

    /// The maximum number of alerts that wait for the hub; the database has all of them.
    private static final int ALERTS_MAX = 10_000;

    private static final Duration RETRY = Duration.ofSeconds(1);

    private static final System.Logger LOG = System.getLogger(LiveFeed.class.getName());

    private record Publication(
            String channel,
            String type,
            @Nullable String key,
            @Nullable Map<String, Object> data) {}

    private final HubWriter hub;
    private final Map<String, Publication> states = new LinkedHashMap<>();
    private final ArrayDeque<Publication> alerts = new ArrayDeque<>();
    private final ArrayDeque<Publication> samples = new ArrayDeque<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread thread = Thread.ofVirtual().name("sense live").unstarted(this::loop);
    private final Set<String> refusedChannels = new HashSet<>(); // Each refused channel is logged once.
    private boolean isFailing;
    private long dropped;

    public LiveFeed(HubWriter hub) {
        this.hub = hub;
    }

    public void start() {
        thread.start();
    }

    /// @param state null if the check was removed
    public void state(String check, @Nullable Map<String, Object> state) {
        add(() -> {
            states.remove(check); // Removed first, so that the states stay in the order of their changes.
            states.put(check, new Publication(STATE, "state", check, state));
        });
    }

    public void alert(String type, String check, Map<String, Object> alert) {
        addAlert(new Publication(ALERTS, type, check, alert));
    }

    /// Publishes a change of an incident, during it or after it.
    public void incident(String type, long id, Map<String, Object> incident) {
        addAlert(new Publication(INCIDENTS, type, String.valueOf(id), incident));
    }

    private void addAlert(Publication alert) {
        add(() -> {
            if (alerts.size() == ALERTS_MAX) {
                alerts.removeFirst();
                dropped++;
            }
            alerts.addLast(alert);
        });
    }

    public void sample(String check, Map<String, Object> sample) {
        add(() -> {
            if (samples.size() == SAMPLES_MAX) {
                samples.removeFirst();
                dropped++;
            }
            samples.addLast(new Publication(SAMPLES + check, "sample", null, sample));
        });
    }

    /// Publishes the state of Sense itself.
    public void self(Map<String, Object> figures) {
        add(() -> states.put("", new Publication(SELF, "self", "self", figures)));
    }

    private void add(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /// Returns the number of events that the hub has not received.
    public long dropped() {
        lock.lock();
        try {
            return dropped;
        } finally {
            lock.unlock();
        }
    }

    private void loop() {
        try {
            while (true) publish(next());
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private Publication next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                Optional<Publication> state = states.values().stream().findFirst();
                if (state.isPresent()) {
                    states.remove(states.keySet().iterator().next());
                    return state.get();
                }
                if (!alerts.isEmpty()) return alerts.removeFirst();
                if (!samples.isEmpty()) return samples.removeFirst();
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private void publish(Publication publication) throws InterruptedException {
        while (true) {
            try {
                hub.publish(publication.channel, publication.type, publication.key, publication.data);
                if (isFailing) LOG.log(Level.INFO, "the hub accepts events again");
                isFailing = false;
                return;
            } catch (
                    IllegalArgumentException
                            refused) { // Other events must not wait for one that will never be accepted.
                drop(publication.channel, refused);
                return;
            } catch (RuntimeException failed) {
                if (!isFailing) LOG.log(Level.WARNING, "the hub does not accept events: " + failed.getMessage());
                isFailing = true;
                if (isSuperseded(publication)) return;
                Thread.sleep(RETRY);
            }
        }
    }

    private void drop(String channel, IllegalArgumentException refused) {
        String name = channel.startsWith(SAMPLES) ? SAMPLES : channel;
        if (refusedChannels.add(name))
            LOG.log(Level.ERROR, "the hub refuses an event of " + name + ": " + refused.getMessage());
        lock.lock();
        try {
            dropped++;
        } finally {
            lock.unlock();
        }
    }

    /// Returns true if a newer publication replaces this one.
    private boolean isSuperseded(Publication publication) {
        lock.lock();
        try {
            return publication.channel.startsWith(SAMPLES)
                    || (publication.key != null
                            && publication.channel.equals(STATE)
                            && states.containsKey(publication.key));
        } finally {
            lock.unlock();
        }
    }

    /// Stops publishing. Unpublished states of checks are published after the next start.
    @Override
    public void close() {
        thread.interrupt();
    }
}
