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

/// Measures a machine and publishes samples to `sense/samples/NAME` in order. Samples that the hub has not
/// accepted wait in memory, not on disk, because a full or broken disk is one of the things that an agent
/// reports.
///
/// A group of samples is sent with one idempotency key until the hub answers, so a group whose answer was
/// lost is stored once. It can be stored twice only if the hub stores it and then does not answer for longer
/// than it remembers keys (five minutes). The two copies then have the same `run` and `seq`.
public final class Agent implements AutoCloseable {
    /// The type of the sample events.
    public static final String TYPE = "server";

    /// The prefix of a server's channel; the server's name follows.
    public static final String CHANNELS = "sense/samples/";

    private static final System.Logger LOG = System.getLogger(Agent.class.getName());

    /// A hub accepts up to a thousand events and 8 MiB at once.
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
    private boolean isDropping; // Used by the sampler thread only.
    private boolean isAccepted;

    /// @param name     the name of the server
    /// @param interval the time between two samples
    /// @param client   connects to the hub
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
    /// @throws RefusedException if the hub refuses the first samples because the key or the name is wrong
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
                } catch (RuntimeException failed) { // A figure that can't be read must not stop the agent.
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
        LOG.log(Level.WARNING, "the hub has not accepted samples for too long: the oldest are dropped and counted");
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

    /// Returns once the hub has stored the samples. A wrong key or name is reported only for the first
    /// samples, to the person who starts the agent; later it may be corrected at the hub.
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
            buffer.refused(hub.deliver(group)); // A proxy in between may allow smaller bodies only.
        }
        isAccepted = true;
        LOG.log(Level.INFO, "the hub accepts samples");
    }

    /// Returns the number of samples that wait to be sent.
    public int waiting() {
        return buffer.size();
    }

    /// Returns the number of samples that were dropped or refused so far.
    long dropped() {
        return buffer.dropped();
    }

    /// Stops measuring and sending. Waiting samples are lost.
    @Override
    public void close() {
        sampler.interrupt();
        hub.close();
    }
}
