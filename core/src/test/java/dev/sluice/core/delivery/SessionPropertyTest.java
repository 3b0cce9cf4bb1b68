package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.encoded.Bytes;
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

/// Whatever a line takes at a time: messages stay whole, each subscription's in its order, and a heartbeat speaks of
/// nothing as had that has not been sent.
class SessionPropertyTest {
    private static final int SEEDS = 300;
    private static final int CHANNELS = 4;

    /// One subscription's words stand behind its name.
    record Named(Wire wire, String name) implements Wire, Session.Opening {
        @Override
        public int form() {
            return wire.form();
        }

        @Override
        public byte[] lead() {
            return RecordingWire.words("of-" + name);
        }

        @Override
        public void event(Event event, Bytes out) {
            wire.event(event, out);
        }

        @Override
        public byte @Nullable [] gap(Gap gap) {
            return wire.gap(gap);
        }

        @Override
        public byte @Nullable [] heartbeat(Cursor at, Lag behind) {
            throw new AssertionError("the session's own speaks for all");
        }

        @Override
        public byte @Nullable [] closed(ChannelName channel, Cursor at) {
            return wire.closed(channel, at);
        }

        @Override
        public byte @Nullable [] end(Ending ending) {
            return RecordingWire.words("over-" + name);
        }

        @Override
        public byte[] begins(Cursor at, @Nullable Gap gap) {
            return RecordingWire.words("begins-" + name);
        }

        @Override
        public byte[] ended(Cursor at) {
            return RecordingWire.words("ended-" + name);
        }

        @Override
        public byte[] missing(Gap gap) {
            return RecordingWire.words("missing-" + name);
        }

        @Override
        public byte[] unavailable(String why) {
            return RecordingWire.words("unavailable-" + name);
        }

        @Override
        public byte[] tooFar(String why) {
            throw new AssertionError(why);
        }
    }

    static final class Voice implements Session.Voice {
        @Override
        public byte[] heartbeat(Cursor at, Map<String, Lag> behind) {
            return RecordingWire.words("beat:" + at.text() + ":" + String.join(",", behind.keySet()) + ",");
        }

        @Override
        public void closed() {}
    }

    @Test
    void saysEverythingWholeInOrderAndNothingAhead() {
        for (int seed = 0; seed < SEEDS; seed++) {
            try (Rig fresh = Rig.start()) {
                run(fresh, seed);
            }
        }
    }

    private static void run(Rig rig, int seed) {
        Random random = new Random(seed);
        FakeSink sink = new FakeSink();
        sink.taking(offered -> random.nextInt(4) == 0 ? offered : random.nextInt(offered + 1));
        Session session = new Session(rig.dispatcher(), new Voice(), _ -> sink, 1_000);
        Map<String, List<Cursor>> published = new HashMap<>();
        List<String> own = new ArrayList<>();
        for (int i = 0; i < CHANNELS; i++) {
            String name = "c" + i;
            published.put(name, new ArrayList<>());
            rig.loops.getFirst().execute(() -> {
                Named wire = new Named(rig.wire, name);
                session.subscribe(name, Subscription.latest(Selection.of(name)), wire, wire);
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
                    String text = "own-" + own.size();
                    own.add(text);
                    rig.loops.getFirst().execute(() -> session.say(RecordingWire.words(text)));
                }
                case 3 -> rig.loops.getFirst().execute(session::writable);
                default -> rig.pass(Duration.ofMillis(600));
            }
            if (random.nextBoolean()) rig.settleFor(random.nextInt(6));
            else rig.settle();
        }
        sink.takingAll();
        for (int i = 0; i < 3; i++) {
            rig.loops.getFirst().execute(session::writable);
            rig.settle();
        }
        Said.All all = Said.parse(sink.bytes());
        assertThat(all.left()).as("seed " + seed).isZero();
        check(seed, all.whole(), published, own);
    }

    private static void check(int seed, List<Said> said, Map<String, List<Cursor>> published, List<String> own) {
        Map<String, List<Cursor>> seen = new HashMap<>();
        published.keySet().forEach(name -> seen.put(name, new ArrayList<>()));
        List<String> heard = new ArrayList<>();
        String name = null;
        for (Said each : said) {
            switch (each) {
                case Said.AnEvent(Cursor id, String channel, String _) -> {
                    assertThat(name).as("seed %d, the lead of %s", seed, id).isEqualTo(channel);
                    seen.get(channel).add(id);
                }
                case Said.Words(String text) when text.startsWith("beat:") -> heartbeat(seed, text, published, seen);
                case Said.Words(String text) -> {
                    if (text.startsWith("own-")) heard.add(text);
                }
                default -> throw new AssertionError("seed " + seed + ": " + each);
            }
            name = each instanceof Said.Words(String text) && text.startsWith("of-") ? text.substring(3) : null;
        }
        assertThat(seen).as("seed " + seed).isEqualTo(published);
        assertThat(heard).as("seed " + seed).isEqualTo(own);
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
