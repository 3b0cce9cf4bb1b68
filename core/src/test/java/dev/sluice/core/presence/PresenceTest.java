package dev.sluice.core.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Place;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.TestClock;
import dev.sluice.core.log.TestLog;
import dev.sluice.core.memory.MemoryLog;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The heart of presence, under a clock that the test moves.
final class PresenceTest {
    private static final ChannelName CHAT = new ChannelName("chat/7");
    private static final Selection SHADOW = Selection.of("$presence/chat/7");

    private final TestClock wall = new TestClock();
    private final AtomicLong elapsedMs = new AtomicLong(1);
    private final Log kept = MemoryLog.builder(wall).open();
    private final TakingLog log = new TakingLog(kept, elapsedMs::get);
    private final List<String> troubles = new ArrayList<>();
    private PresenceSettings settings = PresenceSettings.DEFAULTS;
    private Presence presence = open();

    private Presence open() {
        Trouble trouble = new Trouble() {
            @Override
            public void begins(ChannelName channel, String why) {
                troubles.add(channel + ": " + why);
            }

            @Override
            public void isOver() {
                troubles.add("over");
            }

            @Override
            public void isUnreadable(ChannelName channel, Throwable why) {
                throw new AssertionError(why);
            }
        };
        return Presence.open(log, settings, Runnable::run, elapsedMs::get, trouble);
    }

    @AfterEach
    void close() {
        presence.close();
        kept.close();
    }

    private void pass(Duration time) {
        long end = elapsedMs.get() + time.toMillis();
        while (elapsedMs.get() < end) {
            long step = Math.min(250, end - elapsedMs.get());
            elapsedMs.addAndGet(step);
            wall.advance(Duration.ofMillis(step));
            presence.tick();
        }
    }

    private void passSeconds(int seconds) {
        pass(Duration.ofSeconds(seconds));
    }

    private Members list() {
        return TestLog.get(presence.members(CHAT));
    }

    private List<String> names() {
        return list().members().stream().map(Members.Member::client).toList();
    }

    private List<Event> events(Cursor after) {
        List<Event> events = new ArrayList<>();
        Place place = Place.at(after);
        while (true) {
            switch (kept.read(place, SHADOW, Filter.NONE, 1_000, 1 << 20)) {
                case Read.Batch(List<Entry> entries, Cursor next) -> {
                    for (Entry entry : entries) events.add((Event) entry);
                    place = place.moved(next);
                }
                case Read.CaughtUp _ -> {
                    return events;
                }
                case Read.Missing _, Read.Elsewhere _ -> throw new AssertionError("it is all here");
            }
        }
    }

    /// As `+alice` and `-alice`, with everything else about them as it must be.
    private List<String> written(Cursor after) {
        List<String> words = new ArrayList<>();
        for (Event event : events(after)) {
            assertThat(event.type()).isEqualTo("presence");
            String data = new String(event.content().bytes(), StandardCharsets.UTF_8);
            assertThat(data).isEqualTo(event.isKeyEnd() ? "" : "{\"client\":\"" + event.key() + "\"}");
            words.add((event.isKeyEnd() ? "-" : "+") + event.key());
        }
        return words;
    }

    @Test
    void countsConnectionsAndNamesAMemberOnce() {
        Cursor begin = log.head();
        Membership first = presence.join(CHAT, "alice");
        Membership second = presence.join(CHAT, "alice");
        assertThat(names()).containsExactly("alice");
        first.close();
        first.close();
        passSeconds(60);
        assertThat(names()).containsExactly("alice");
        second.close();
        passSeconds(9);
        assertThat(names()).containsExactly("alice");
        passSeconds(2);
        assertThat(list().members()).isEmpty();
        assertThat(written(begin)).containsExactly("+alice", "-alice");
        assertThat(log.batches).hasSize(2);
    }

    @Test
    void writesNothingOfAReconnect() {
        Membership line = presence.join(CHAT, "alice");
        Cursor behindAlice = log.head();
        for (int i = 0; i < 5; i++) {
            line.close();
            passSeconds(9);
            line = presence.join(CHAT, "alice");
            passSeconds(9);
        }
        presence.join(CHAT, "bob");
        assertThat(written(behindAlice)).containsExactly("+bob");
    }

    @Test
    void tellsTenThousandInBoundedBatches() {
        List<Membership> crowd = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) crowd.add(presence.join(CHAT, "client " + i));
        passSeconds(30);
        assertThat(names()).hasSize(10_000).startsWith("client 0", "client 1").endsWith("client 9999");
        crowd.forEach(Membership::close);
        passSeconds(60);
        assertThat(list().members()).isEmpty();
        assertThat(log.batches).hasSize(1 + 10 + 10);
        for (int i = 0; i < log.batches.size(); i++) {
            assertThat(log.batches.get(i).changes()).isLessThanOrEqualTo(1_000);
            if (i > 0) {
                assertThat(log.batches.get(i).atMs() - log.batches.get(i - 1).atMs())
                        .isGreaterThanOrEqualTo(1_000);
            }
        }
    }

    @Test
    void writesNothingOfWhoComesAndGoesBetweenTwoBatches() {
        settings = new PresenceSettings(Duration.ofMillis(250), 10);
        presence = open();
        Cursor begin = log.head();
        presence.join(CHAT, "alice");
        presence.join(CHAT, "bob").close();
        presence.join(CHAT, "carol");
        passSeconds(5);
        assertThat(written(begin)).containsExactly("+alice", "+carol");
    }

    @Test
    void forgetsNothingThatALogDidNotTake() {
        Membership alice = presence.join(CHAT, "alice");
        passSeconds(2);
        Cursor behindAlice = log.head();
        log.isFull = true;
        presence.join(CHAT, "bob");
        presence.join(new ChannelName("elsewhere"), "bob");
        alice.close();
        passSeconds(30);
        assertThat(names()).containsExactly("alice");
        assertThat(troubles).containsExactly("chat/7: no room here");
        log.isFull = false;
        passSeconds(2);
        assertThat(written(behindAlice)).containsExactlyInAnyOrder("+bob", "-alice");
        assertThat(names()).containsExactly("bob");
        assertThat(troubles).containsExactly("chat/7: no room here", "over");
    }

    @Test
    void listsWhatWhoReadsOnIsNotToldAgain() {
        presence.join(CHAT, "alice");
        passSeconds(2);
        log.isSlow = true;
        presence.join(CHAT, "bob"); // In the log, and not acknowledged.
        presence.join(CHAT, "carol"); // Waits.
        Members list = list();
        assertThat(names()).containsExactly("alice");
        assertThat(written(list.at())).containsExactly("+bob");
        log.acknowledge();
        assertThat(names()).containsExactly("alice", "bob");
        assertThat(written(list().at())).isEmpty();
        passSeconds(2);
        assertThat(names()).containsExactly("alice", "bob", "carol");
        Event told = events(list.at()).getLast();
        assertThat(list().members().getLast()).isEqualTo(new Members.Member("carol", told.timeMs()));
    }

    @Test
    void takesWhomTheLogHasAsLingeringAtTheStart() {
        presence.join(CHAT, "alice");
        presence.join(CHAT, "bob");
        passSeconds(2);
        Members before = list();
        presence.close();
        wall.advance(Duration.ofDays(3));
        kept.maintain();
        presence = open();
        assertThat(list().members()).isEqualTo(before.members());
        passSeconds(5);
        presence.join(CHAT, "alice");
        passSeconds(6);
        assertThat(written(before.at())).containsExactly("-bob");
        assertThat(list().members()).containsExactly(before.members().getFirst());
    }

    @Test
    void keepsEachMemberInTheLogHoweverManyComeAndGo() {
        presence.join(CHAT, "early \"bird\\");
        List<Membership> crowd = new ArrayList<>();
        for (int i = 0; i < 6_000; i++) crowd.add(presence.join(CHAT, "client " + i));
        passSeconds(30);
        crowd.forEach(Membership::close);
        passSeconds(30);
        assertThat(kept.channel(new ChannelName("$presence/chat/7")).events()).isBetween(10_000L, 11_002L);
        presence.close();
        presence = open();
        assertThat(names()).containsExactly("early \"bird\\");
    }

    @Test
    void isFullAtItsLimitAndNotForEver() {
        settings = new PresenceSettings(Duration.ofSeconds(1), 2);
        presence = open();
        presence.join(CHAT, "alice");
        assertThat(presence.isFull()).isFalse();
        Membership bob = presence.join(new ChannelName("elsewhere"), "bob");
        assertThat(presence.isFull()).isTrue();
        bob.close();
        passSeconds(5);
        assertThat(presence.isFull()).isFalse();
    }

    @Test
    void hasNoPlaceForWhatCouldNotBeAChannelOrAKey() {
        assertThatIllegalArgumentException().isThrownBy(() -> presence.join(new ChannelName("$presence/a"), "alice"));
        assertThatIllegalArgumentException().isThrownBy(() -> presence.join(new ChannelName("a".repeat(246)), "alice"));
        assertThatIllegalArgumentException().isThrownBy(() -> presence.join(CHAT, ""));
        assertThatIllegalArgumentException().isThrownBy(() -> presence.join(CHAT, "a\nb"));
        presence.join(new ChannelName("a".repeat(245)), "a".repeat(255));
    }
}
