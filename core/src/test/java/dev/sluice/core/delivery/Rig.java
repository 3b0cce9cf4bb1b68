package dev.sluice.core.delivery;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventType;
import dev.sluice.core.log.Appended;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Filter;
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
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A hub on fake event loops and a clock that tests move: nothing happens by itself, and everything in the same order
/// each time.
final class Rig implements AutoCloseable {
    static final long BEGIN_MS = 1_000_000;
    private static final int TICK_MS = 250;

    final List<FakeLoop> loops = new ArrayList<>();
    final Log log;

    /// The same without whatever stands in front of it.
    final Log direct;

    final Hub hub;
    final RecordingWire wire = new RecordingWire(1);
    private long nowMs = BEGIN_MS;

    private Rig(Consumer<MemoryLogBuilder> how, UnaryOperator<Log> front, HubSettings settings, int loopCount) {
        for (int i = 0; i < loopCount; i++) loops.add(new FakeLoop());
        MemoryLogBuilder builder =
                MemoryLog.builder(() -> Instant.ofEpochMilli(nowMs)).epoch(new Epoch("e1"));
        how.accept(builder);
        this.direct = builder.open();
        this.log = front.apply(direct);
        this.hub = new Hub(this.log, settings, loops, () -> nowMs);
    }

    static Rig start() {
        return with(_ -> {});
    }

    static Rig keeping(int events) {
        return with(log -> log.retention(_ -> Retention.events(events)));
    }

    static Rig with(Consumer<MemoryLogBuilder> how) {
        return with(how, HubSettings.DEFAULT, 1);
    }

    static Rig with(HubSettings settings) {
        return with(_ -> {}, settings, 1);
    }

    static Rig with(Consumer<MemoryLogBuilder> how, HubSettings settings, int loopCount) {
        return new Rig(how, log -> log, settings, loopCount);
    }

    /// The log in memory behind something that stands in front of it.
    static Rig behind(UnaryOperator<Log> front) {
        return behind(front, _ -> {}, HubSettings.DEFAULT, 1);
    }

    static Rig behind(UnaryOperator<Log> front, Consumer<MemoryLogBuilder> how, HubSettings settings, int loopCount) {
        return new Rig(how, front, settings, loopCount);
    }

    static HubSettings overflow(long events, Overflow.Then then) {
        HubSettings defaults = HubSettings.DEFAULT;
        Overflow rule = new Overflow(events, Long.MAX_VALUE, then);
        return new HubSettings(
                defaults.encodedBytes(), defaults.answersBytes(), defaults.stall(), defaults.resolve(), _ -> rule);
    }

    Dispatcher dispatcher() {
        return dispatcher(0);
    }

    Dispatcher dispatcher(int loop) {
        return hub.dispatchers().get(loop);
    }

    long nowMs() {
        return nowMs;
    }

    /// Runs all loops until none has anything to do.
    Rig settle() {
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

    /// Runs so many tasks of the first loop.
    void settleFor(int tasks) {
        for (int i = 0; i < tasks; i++) loops.getFirst().runOne();
    }

    /// Lets time pass as a server does: a tick every 250 ms.
    Rig pass(Duration time) {
        long endMs = nowMs + time.toMillis();
        while (nowMs < endMs) {
            nowMs = Math.min(endMs, nowMs + TICK_MS);
            for (int i = 0; i < loops.size(); i++) loops.get(i).execute(dispatcher(i)::tick);
            settle();
        }
        return this;
    }

    /// Moves the clock and nothing else.
    void jump(Duration time) {
        nowMs += time.toMillis();
    }

    Cursor publish(String channel, String data) {
        return place(Draft.event(new ChannelName(channel), EventType.MESSAGE, text(data)));
    }

    Cursor publish(String channel, String type, @Nullable String key, String data) {
        return place(new Draft(new ChannelName(channel), type, key, null, text(data), false, false));
    }

    Cursor endOf(String channel) {
        return place(Draft.end(new ChannelName(channel)));
    }

    void delete(String channel) {
        if (!get(log.delete(new ChannelName(channel)))) throw new AssertionError("nothing to delete in " + channel);
    }

    void forget(String channel, Cursor id) {
        if (!get(log.forget(new ChannelName(channel), id))) throw new AssertionError("nothing to forget at " + id);
    }

    Cursor place(Draft draft) {
        Appended outcome = get(log.append(new Publication(draft, Conditions.NONE)));
        if (outcome instanceof Appended.Placed(Cursor id)) return id;
        throw new AssertionError("not placed: " + outcome);
    }

    static Content text(String data) {
        return new Content(Content.Kind.TEXT, "text/plain", data.getBytes(StandardCharsets.UTF_8));
    }

    Cursor earliest(String... selection) {
        return get(log.locate(new Start.Earliest(), Selection.of(selection), Filter.NONE))
                .cursor();
    }

    static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    /// Everything from the oldest kept on.
    static Subscription earliest(Selection selection) {
        return Subscription.latest(selection).from(new Subscription.From.At(new Start.Earliest()));
    }

    static Subscription of(Selection selection, boolean conflate, boolean coalesce, boolean gapFails) {
        return new Subscription(
                selection, Set.of(), new Subscription.From.At(new Start.Earliest()), conflate, coalesce, gapFails);
    }

    static Subscription resume(Selection selection, Cursor from) {
        return Subscription.latest(selection).from(new Subscription.From.Resume(from.text()));
    }

    /// A client of everything that comes to these channels, whose socket takes all.
    Client follow(String... selection) {
        return open(Subscription.latest(Selection.of(selection)));
    }

    Client open(Subscription asked) {
        return open(asked, wire, new FakeSink());
    }

    Client open(Subscription asked, Wire spelling, FakeSink sink) {
        return open(0, asked, spelling, sink);
    }

    Client open(int loop, Subscription asked, Wire spelling, FakeSink sink) {
        Client client = new Client(this, sink);
        loops.get(loop).execute(() -> client.open(dispatcher(loop), asked, spelling));
        return client;
    }

    @Override
    public void close() {
        hub.close();
        log.close();
    }
}
