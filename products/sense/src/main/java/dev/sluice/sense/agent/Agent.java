package dev.sluice.sense.agent;

import dev.sluice.client.ClientBuilder;
import dev.sluice.client.Publication;
import dev.sluice.client.RefusedException;
import dev.sluice.sense.json.SenseJson;
import dev.sluice.sense.link.HubSender;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Publishes samples of a machine to `sense/samples/NAME`, in their order. What the hub has not got waits in memory: a
/// full or broken disk is among the things that an agent reports.
///
/// A group of samples is sent until the hub has answered, with one idempotency key, so that one whose answer was lost
/// is stored once. Only if the hub answers nothing for longer than it remembers keys (five minutes) after it had stored
/// a group may that group be stored twice; `run` and `seq` of a sample then are the same.
public final class Agent implements AutoCloseable {
    /// The type of the events.
    public static final String TYPE = "server";

    /// The channel of a server is this with its name.
    public static final String CHANNELS = "sense/samples/";

    private static final System.Logger LOG = System.getLogger(Agent.class.getName());

    /// A hub accepts a thousand events at once, and up to 8 MiB.
    private static final int GROUP_MAX = 100;

    private static final int TOO_LARGE = 413;

    private final String channel;
    private final Duration interval;
    private final Probe probe;
    private final InstantSource clock;
    private final HubSender hub;
    private final SampleBuffer buffer;
    private final String run = HexFormat.of().formatHex(random());
    private final Thread sampler =
            Thread.ofPlatform().daemon().name("sense-agent").unstarted(this::sample);
    private long sequence;
    private boolean isDropping; // Of the sampler.
    private boolean isAccepted;

    /// @param name     of the server
    /// @param interval between two samples
    /// @param client   of the hub
    public Agent(String name, Duration interval, Probe probe, InstantSource clock, ClientBuilder client) {
        this(name, interval, probe, clock, new HubSender(client, _ -> {}), SampleBuffer.BYTES_MAX);
    }

    Agent(String name, Duration interval, Probe probe, InstantSource clock, HubSender hub, long bytesMax) {
        this.buffer = new SampleBuffer(bytesMax);
        this.channel = CHANNELS + name;
        this.interval = interval;
        this.probe = probe;
        this.clock = clock;
        this.hub = hub;
    }

    private static byte[] random() {
        byte[] bytes = new byte[6];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    /// Measures and publishes until this thread is interrupted.
    ///
    /// @throws RefusedException if the hub refuses the first samples: key or name are wrong
    public void run() throws InterruptedException {
        sampler.start();
        try {
            while (true) send(buffer.take(GROUP_MAX));
        } finally {
            close();
        }
    }

    private void sample() {
        long next = System.nanoTime();
        try {
            while (true) {
                try {
                    add(SenseJson.write(next()));
                } catch (RuntimeException failed) { // One figure that can't be read must not end all others.
                    LOG.log(Level.ERROR, "this machine could not be measured", failed);
                }
                next = Math.max(next + interval.toNanos(), System.nanoTime());
                TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void add(String sample) {
        buffer.add(sample);
        if (isDropping || buffer.dropped() == 0) return;
        isDropping = true;
        LOG.log(Level.WARNING, "the hub has not taken samples for too long: the oldest are dropped, and counted");
    }

    private Map<String, Object> next() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("at", clock.instant().truncatedTo(ChronoUnit.MILLIS).toString());
        all.put("run", run);
        all.put("seq", ++sequence);
        all.put("interval_ms", interval.toMillis());
        if (buffer.dropped() > 0) all.put("dropped", buffer.dropped());
        all.putAll(probe.measure());
        return all;
    }

    /// Returns when the hub has the samples. A key or name that is wrong is reported at the first ones, to whoever
    /// starts the agent; later it may be mended at the hub.
    private void send(List<String> samples) throws InterruptedException {
        List<Publication> group = samples.stream()
                .map(json -> Publication.json(channel, json).type(TYPE))
                .toList();
        if (isAccepted) {
            buffer.refused(hub.deliver(group));
            return;
        }
        try {
            hub.send(group);
        } catch (RefusedException refused) {
            if (refused.problem().status() != TOO_LARGE) throw refused;
            buffer.refused(hub.deliver(group)); // By a proxy, perhaps, that takes smaller bodies.
        }
        isAccepted = true;
        LOG.log(Level.INFO, "the hub takes samples");
    }

    /// Returns how many samples wait for being sent.
    public int waiting() {
        return buffer.size();
    }

    /// Returns how many samples were dropped so far, or refused.
    long dropped() {
        return buffer.dropped();
    }

    /// Ends measuring and sending. Samples that wait are lost.
    @Override
    public void close() {
        sampler.interrupt();
        hub.close();
    }
}
