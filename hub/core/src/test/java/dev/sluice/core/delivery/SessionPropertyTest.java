package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.stream.EndReason;
import dev.sluice.core.delivery.stream.Rejection;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import dev.sluice.core.delivery.stream.Wire;
import dev.sluice.core.encoding.ByteBuilder;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.Lag;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// However many bytes a connection accepts: messages stay complete, each subscription is in order, and no
/// heartbeat passes events that were not sent.
public class SessionPropertyTest {
    private static final int SEEDS = 300;
    private static final int CHANNELS = 4;

    /// A wire whose prefix and replies carry the name of a subscription.
    public record NamedWire(Wire wire, String name) implements Wire, Session.SubscribeReplies {
        @Override
        public int formatId() {
            return wire.formatId();
        }

        @Override
        public byte[] prefix() {
            return RecordingWire.control("of-" + name);
        }

        @Override
        public void event(Event event, ByteBuilder out) {
            wire.event(event, out);
        }

        @Override
        public byte @Nullable [] gap(Gap gap) {
            return wire.gap(gap);
        }

        @Override
        public byte @Nullable [] heartbeat(Cursor at, Lag lag) {
            throw new AssertionError("the session formats heartbeats");
        }

        @Override
        public byte @Nullable [] closed(ChannelName channel, Cursor at) {
            return wire.closed(channel, at);
        }

        @Override
        public String transport() {
            return "test";
        }

        @Override
        public byte @Nullable [] end(EndReason.Reported reason) {
            if (reason instanceof EndReason.Reconnect) return new byte[0]; // The session reports it.
            String how = reason instanceof EndReason.Dismissal ? reason.kind() + "-" : "over-";
            return RecordingWire.control(how + name);
        }

        @Override
        public byte[] begins(Cursor at, @Nullable Gap gap) {
            return RecordingWire.control("begins-" + name);
        }

        @Override
        public byte[] ended(Cursor at) {
            return RecordingWire.control("ended-" + name);
        }

        @Override
        public byte[] refused(Rejection refusal) {
            return RecordingWire.control(
                    switch (refusal) {
                        case Rejection.Missing _ -> "missing-" + name;
                        case Rejection.Unavailable _ -> "unavailable-" + name;
                        case Rejection.TooFar(String reason) -> throw new AssertionError(reason);
                        case Rejection.Dismissed(EndReason.Dismissal reason) -> reason.kind() + "-" + name;
                    });
        }
    }

    public static final class TestCallbacks implements Session.Callbacks {
        @Override
        public byte[] heartbeat(Cursor at, Map<String, Lag> behind) {
            return RecordingWire.control("beat:" + at.text() + ":" + String.join(",", behind.keySet()) + ",");
        }

        @Override
        public byte[] end(EndReason.Dismissal reason) {
            return RecordingWire.control(reason.kind().name());
        }

        @Override
        public void closed() {}

        @Override
        public String transport() {
            return "test";
        }
    }

    @Test
    void sendsMessagesCompletelyInOrderAndHeartbeatsNotAhead() {
        for (int seed = 0; seed < SEEDS; seed++) {
            try (Rig fresh = Rig.start()) {
                run(fresh, seed);
            }
        }
    }

    private static void run(Rig rig, int seed) {
        Random random = new Random(seed);
        FakeSink sink = new FakeSink();
        sink.accepting(offered -> random.nextInt(4) == 0 ? offered : random.nextInt(offered + 1));
        Session session =
                new Session(rig.dispatcher(), Grant.EVERYTHING, new TestCallbacks(), _ -> sink, 1_000, Session.AGELESS);
        Map<String, List<Cursor>> published = new HashMap<>();
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < CHANNELS; i++) {
            String name = "c" + i;
            published.put(name, new ArrayList<>());
            rig.loops.getFirst().execute(() -> {
                NamedWire wire = new NamedWire(rig.wire, name);
                session.subscribe(Grant.EVERYTHING, name, SubscriptionSpec.latest(Selection.of(name)), wire, wire);
            });
        }
        rig.settle();
        for (int step = 0; step < 60; step++) {
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    String channel = "c" + random.nextInt(CHANNELS);
                    int length = random.nextInt(10) == 0 ? 100_000 : random.nextInt(200);
                    published.get(channel).add(rig.publish(channel, "x".repeat(length)));
                }
                case 2 -> {
                    String text = "own-" + sent.size();
                    sent.add(text);
                    rig.loops.getFirst().execute(() -> session.enqueue(RecordingWire.control(text)));
                }
                case 3 -> rig.loops.getFirst().execute(session::writable);
                default -> rig.pass(Duration.ofMillis(600));
            }
            if (random.nextBoolean()) rig.runTasks(random.nextInt(6));
            else rig.settle();
        }
        sink.acceptingAll();
        for (int i = 0; i < 3; i++) {
            rig.loops.getFirst().execute(session::writable);
            rig.settle();
        }
        WireOutput.All all = WireOutput.parse(sink.bytes());
        assertThat(all.leftover()).as("seed " + seed).isZero();
        check(seed, all.complete(), published, sent);
    }

    private static void check(
            int seed, List<WireOutput> output, Map<String, List<Cursor>> published, List<String> sent) {
        Map<String, List<Cursor>> seen = new HashMap<>();
        published.keySet().forEach(name -> seen.put(name, new ArrayList<>()));
        List<String> controlFrames = new ArrayList<>();
        String name = null;
        for (WireOutput each : output) {
            switch (each) {
                case WireOutput.AnEvent(Cursor id, String channel, String _) -> {
                    assertThat(name).as("seed %d, the prefix of %s", seed, id).isEqualTo(channel);
                    seen.get(channel).add(id);
                }
                case WireOutput.Control(String text)
                when text.startsWith("beat:") -> heartbeat(seed, text, published, seen);
                case WireOutput.Control(String text) -> {
                    if (text.startsWith("own-")) controlFrames.add(text);
                }
                default -> throw new AssertionError("seed " + seed + ": " + each);
            }
            name = each instanceof WireOutput.Control(String text) && text.startsWith("of-") ? text.substring(3) : null;
        }
        assertThat(seen).as("seed " + seed).isEqualTo(published);
        assertThat(controlFrames).as("seed " + seed).isEqualTo(sent);
    }

    private static void heartbeat(
            int seed, String text, Map<String, List<Cursor>> published, Map<String, List<Cursor>> seen) {
        String[] parts = text.split(":", -1);
        Cursor at = Cursor.parse(parts[1]).orElseThrow();
        published.forEach((name, ids) -> {
            if (parts[2].contains(name + ",")) return;
            long had = ids.stream().filter(id -> !at.isBefore(id)).count();
            assertThat(seen.get(name).size())
                    .as("seed %d, %s at %s", seed, name, text)
                    .isGreaterThanOrEqualTo((int) had);
        });
    }
}
