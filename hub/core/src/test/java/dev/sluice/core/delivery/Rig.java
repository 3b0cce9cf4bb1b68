package dev.sluice.core.delivery;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.delivery.channel.HubSettings;
import dev.sluice.core.delivery.stream.ClosedStream;
import dev.sluice.core.delivery.stream.Overflow;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import dev.sluice.core.delivery.stream.Wire;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventFields;
import dev.sluice.core.event.EventType;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.Start;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.core.memory.MemoryLogBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A hub on fake event loops and a clock that tests advance: nothing happens by itself, and everything always in
/// the same order.
public final class Rig implements AutoCloseable {
    static final long START_MS = 1_000_000;
    private static final int TICK_MS = 250;

    public final List<FakeLoop> loops = new ArrayList<>();
    public final Log log;

    /// The log itself, without a wrapper.
    final Log direct;

    public final Hub hub;

    /// The streams that have ended, in order.
    public final List<ClosedStream> ended = new ArrayList<>();

    public final RecordingWire wire = new RecordingWire(1);
    private long nowMs = START_MS;
    private Duration wallAhead = Duration.ZERO;

    private Rig(Consumer<MemoryLogBuilder> configure, UnaryOperator<Log> wrapper, HubSettings settings, int loopCount) {
        for (int i = 0; i < loopCount; i++) loops.add(new FakeLoop());
        MemoryLogBuilder builder =
                MemoryLog.builder(() -> Instant.ofEpochMilli(nowMs)).epoch(new Epoch("e1"));
        configure.accept(builder);
        this.direct = builder.open();
        this.log = wrapper.apply(direct);
        this.hub = new Hub(this.log, settings, loops, () -> nowMs, this::now, new Random(1), ended::add);
    }

    public static Rig start() {
        return with(_ -> {});
    }

    static Rig retainingEvents(int events) {
        return with(log -> log.retention(_ -> Retention.events(events)));
    }

    static Rig with(Consumer<MemoryLogBuilder> configure) {
        return with(configure, HubSettings.DEFAULT, 1);
    }

    public static Rig with(HubSettings settings) {
        return with(_ -> {}, settings, 1);
    }

    public static Rig with(Consumer<MemoryLogBuilder> configure, HubSettings settings, int loopCount) {
        return new Rig(configure, log -> log, settings, loopCount);
    }

    /// A memory log behind a wrapper.
    public static Rig wrapping(UnaryOperator<Log> wrapper) {
        return wrapping(wrapper, _ -> {}, HubSettings.DEFAULT, 1);
    }

    public static Rig wrapping(
            UnaryOperator<Log> wrapper, Consumer<MemoryLogBuilder> configure, HubSettings settings, int loopCount) {
        return new Rig(configure, wrapper, settings, loopCount);
    }

    public static HubSettings overflow(long events, Overflow.Then then) {
        HubSettings defaults = HubSettings.DEFAULT;
        Overflow rule = new Overflow(events, Long.MAX_VALUE, then);
        return new HubSettings(
                defaults.encodedBytes(), defaults.answersBytes(), defaults.stall(), defaults.resolve(), _ -> rule);
    }

    public Dispatcher dispatcher() {
        return dispatcher(0);
    }

    Dispatcher dispatcher(int loop) {
        return hub.dispatchers().get(loop);
    }

    public long nowMs() {
        return nowMs;
    }

    /// The time of day of the fake clock.
    Instant now() {
        return Instant.ofEpochMilli(nowMs).plus(wallAhead);
    }

    /// Sets the time of day.
    void setWall(Duration ahead) {
        wallAhead = ahead;
    }

    /// Runs all loops until none has a task.
    public Rig settle() {
        boolean busy = true;
        while (busy) {
            busy = false;
            for (FakeLoop loop : loops) {
                busy |= loop.waiting() > 0;
                loop.runAll();
            }
        }
        return this;
    }

    /// Runs this many tasks of the first loop.
    void runTasks(int tasks) {
        for (int i = 0; i < tasks; i++) loops.getFirst().runOne();
    }

    /// Advances the clock as a server does: with a tick every 250 ms.
    public Rig pass(Duration time) {
        long endMs = nowMs + time.toMillis();
        while (nowMs < endMs) {
            nowMs = Math.min(endMs, nowMs + TICK_MS);
            for (int i = 0; i < loops.size(); i++) loops.get(i).execute(dispatcher(i)::tick);
            settle();
        }
        return this;
    }

    /// Advances the clock without a tick.
    void jump(Duration time) {
        nowMs += time.toMillis();
    }

    public Cursor publish(String channel, String data) {
        return append(Draft.event(new ChannelName(channel), EventType.MESSAGE, text(data)));
    }

    public Cursor publish(String channel, String type, @Nullable String key, String data) {
        return append(Draft.event(new ChannelName(channel), type, EventFields.ofKey(key), text(data)));
    }

    public Cursor endChannel(String channel) {
        return append(Draft.end(new ChannelName(channel)));
    }

    public void delete(String channel) {
        if (!get(log.delete(new ChannelName(channel)))) throw new AssertionError("nothing to delete in " + channel);
    }

    void forget(String channel, Cursor id) {
        if (!get(log.forget(new ChannelName(channel), id))) throw new AssertionError("nothing to forget at " + id);
    }

    Cursor append(Draft draft) {
        AppendResult outcome = get(log.append(new Publication(draft, Conditions.NONE)));
        if (outcome instanceof AppendResult.Placed placed) return placed.id();
        throw new AssertionError("not placed: " + outcome);
    }

    public static Content text(String data) {
        return new Content(ContentKind.TEXT, "text/plain", data.getBytes(StandardCharsets.UTF_8));
    }

    static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    /// A subscription from the oldest retained event on.
    public static SubscriptionSpec earliest(Selection selection) {
        return SubscriptionSpec.latest(selection).from(new SubscriptionSpec.From.At(new Start.Earliest()));
    }

    static SubscriptionSpec of(Selection selection, boolean conflate, boolean coalesce, boolean gapFails) {
        return new SubscriptionSpec(
                selection, Set.of(), new SubscriptionSpec.From.At(new Start.Earliest()), conflate, coalesce, gapFails);
    }

    public static SubscriptionSpec resume(Selection selection, Cursor from) {
        return SubscriptionSpec.latest(selection).from(new SubscriptionSpec.From.Resume(from.text()));
    }

    /// A client of new events of these channels, whose socket accepts everything.
    public Client follow(String... selection) {
        return open(SubscriptionSpec.latest(Selection.of(selection)));
    }

    public Client open(SubscriptionSpec subscription) {
        return open(subscription, wire, new FakeSink());
    }

    /// A client with this grant, whose socket accepts everything.
    Client open(Grant grant, SubscriptionSpec subscription) {
        return open(grant, subscription, wire, new FakeSink());
    }

    Client open(Grant grant, SubscriptionSpec subscription, Wire format, FakeSink sink) {
        Client client = new Client(this, sink);
        client.grant = grant;
        loops.getFirst().execute(() -> client.open(dispatcher(), subscription, format));
        return client;
    }

    public Client open(SubscriptionSpec subscription, Wire wire, FakeSink sink) {
        return open(0, subscription, wire, sink);
    }

    public Client open(int loop, SubscriptionSpec subscription, Wire wire, FakeSink sink) {
        Client client = new Client(this, sink);
        loops.get(loop).execute(() -> client.open(dispatcher(loop), subscription, wire));
        return client;
    }

    @Override
    public void close() {
        hub.close();
        log.close();
    }
}
