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

/// Publishes what happens, on a thread of its own, so that checks never wait for the hub. While the hub does not
/// answer, the newest state of each check and all alerts wait; of the samples only the newest [#SAMPLES_MAX] do.
public final class LiveFeed implements AutoCloseable {
    /// The channels of Sense.
    public static final String CHANNELS = "sense/**";

    public static final String STATE = "sense/state";
    public static final String ALERTS = "sense/alerts";
    public static final String INCIDENTS = "sense/incidents";
    public static final String SELF = "sense/self";
    private static final String SAMPLES = "sense/samples/";

    /// A few seconds of ten thousand checks.
    static final int SAMPLES_MAX = 16_384;

    /// Alerts that wait for the hub; the database has all of them.
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
    private final Set<String> refusedChannels = new HashSet<>(); // Each is named in the log once.
    private boolean isFailing;
    private long dropped;

    public LiveFeed(HubWriter hub) {
        this.hub = hub;
    }

    public void start() {
        thread.start();
    }

    /// @param state null: the check was removed
    public void state(String check, @Nullable Map<String, Object> state) {
        add(() -> {
            states.remove(check); // So that it is last again: in the order of the changes.
            states.put(check, new Publication(STATE, "state", check, state));
        });
    }

    public void alert(String type, String check, Map<String, Object> alert) {
        addAlert(new Publication(ALERTS, type, check, alert));
    }

    /// Publishes what happened to an incident while it lasts and after it.
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

    /// Publishes how Sense itself does.
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

    /// Returns how many events the hub has not got.
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
                if (isFailing) LOG.log(Level.INFO, "the hub takes events again");
                isFailing = false;
                return;
            } catch (IllegalArgumentException refused) { // Others must not wait for what is never taken.
                drop(publication.channel, refused);
                return;
            } catch (RuntimeException failed) {
                if (!isFailing) LOG.log(Level.WARNING, "the hub does not take events: " + failed.getMessage());
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

    /// Whether a newer publication says the same better.
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

    /// Ends. What has not been published is published after the next start: the state of each check is.
    @Override
    public void close() {
        thread.interrupt();
    }
}
