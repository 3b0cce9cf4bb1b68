package dev.sluice.core.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
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

/// Presence under a clock that the test advances.
final class PresenceTest {
    private static final ChannelName CHAT = new ChannelName("chat/7");
    private static final Selection SHADOW = Selection.of("$presence/chat/7");

    private final TestClock wall = new TestClock();
    private final AtomicLong elapsedMs = new AtomicLong(1);
    private final Log memory = MemoryLog.builder(wall).open();
    private final BatchRecordingLog log = new BatchRecordingLog(memory, elapsedMs::get);
    private final List<String> failures = new ArrayList<>();
    private PresenceSettings settings = PresenceSettings.DEFAULTS;
    private Presence presence = open();

    private Presence open() {
        PresenceListener listener = new PresenceListener() {
            @Override
            public void onWritesFailing(ChannelName channel, String reason) {
                failures.add(channel + ": " + reason);
            }

            @Override
            public void onWritesRecovered() {
                failures.add("recovered");
            }

            @Override
            public void onUnreadable(ChannelName channel, Throwable failure) {
                throw new AssertionError(failure);
            }
        };
        return Presence.open(log, settings, Runnable::run, elapsedMs::get, listener);
    }

    @AfterEach
    void close() {
        presence.close();
        memory.close();
    }

    private void advance(Duration time) {
        long end = elapsedMs.get() + time.toMillis();
        while (elapsedMs.get() < end) {
            long step = Math.min(250, end - elapsedMs.get());
            elapsedMs.addAndGet(step);
            wall.advance(Duration.ofMillis(step));
            presence.tick();
        }
    }

    private void advanceSeconds(int seconds) {
        advance(Duration.ofSeconds(seconds));
    }

    private Members list() {
        return TestLog.get(presence.members(Grant.EVERYTHING, CHAT));
    }

    private List<String> names() {
        return list().members().stream().map(Members.Member::client).toList();
    }

    private List<Event> events(Cursor after) {
        List<Event> events = new ArrayList<>();
        ReadCursor place = ReadCursor.at(after);
        while (true) {
            switch (memory.read(place, SHADOW, Filter.NONE, 1_000, 1 << 20)) {
                case Read.Batch(List<Entry> entries, Cursor next) -> {
                    for (Entry entry : entries) events.add((Event) entry);
                    place = place.moved(next);
                }
                case Read.CaughtUp _ -> {
                    return events;
                }
                case Read.Missing _, Read.Pending _ -> throw new AssertionError("this log keeps everything in memory");
            }
        }
    }

    /// The events written as `+alice` and `-alice`, after checking their other fields.
    private List<String> written(Cursor after) {
        List<String> changes = new ArrayList<>();
        for (Event event : events(after)) {
            assertThat(event.type()).isEqualTo("presence");
            String data = new String(event.content().bytes(), StandardCharsets.UTF_8);
            assertThat(data).isEqualTo(event.isKeyEnd() ? "" : "{\"client\":\"" + event.key() + "\"}");
            changes.add((event.isKeyEnd() ? "-" : "+") + event.key());
        }
        return changes;
    }

    @Test
    void listsAMemberOnceHoweverManyConnectionsItHas() {
        Cursor begin = log.head();
        Membership first = presence.join(CHAT, "alice");
        Membership second = presence.join(CHAT, "alice");
        assertThat(names()).containsExactly("alice");
        first.close();
        first.close();
        advanceSeconds(60);
        assertThat(names()).containsExactly("alice");
        second.close();
        advanceSeconds(9);
        assertThat(names()).containsExactly("alice");
        advanceSeconds(2);
        assertThat(list().members()).isEmpty();
        assertThat(written(begin)).containsExactly("+alice", "-alice");
        assertThat(log.batches).hasSize(2);
    }

    @Test
    void writesNothingWhenAMemberReconnects() {
        Membership membership = presence.join(CHAT, "alice");
        Cursor afterAlice = log.head();
        for (int i = 0; i < 5; i++) {
            membership.close();
            advanceSeconds(9);
            membership = presence.join(CHAT, "alice");
            advanceSeconds(9);
        }
        presence.join(CHAT, "bob");
        assertThat(written(afterAlice)).containsExactly("+bob");
    }

    @Test
    void writesTenThousandMembersInBoundedBatches() {
        List<Membership> crowd = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) crowd.add(presence.join(CHAT, "client " + i));
        advanceSeconds(30);
        assertThat(names()).hasSize(10_000).startsWith("client 0", "client 1").endsWith("client 9999");
        crowd.forEach(Membership::close);
        advanceSeconds(60);
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
    void writesNothingForAMemberThatJoinsAndLeavesBetweenTwoBatches() {
        settings = new PresenceSettings(Duration.ofMillis(250), 10);
        presence = open();
        Cursor begin = log.head();
        presence.join(CHAT, "alice");
        presence.join(CHAT, "bob").close();
        presence.join(CHAT, "carol");
        advanceSeconds(5);
        assertThat(written(begin)).containsExactly("+alice", "+carol");
    }

    @Test
    void keepsChangesThatTheLogRefused() {
        Membership alice = presence.join(CHAT, "alice");
        advanceSeconds(2);
        Cursor afterAlice = log.head();
        log.isFull = true;
        presence.join(CHAT, "bob");
        presence.join(new ChannelName("elsewhere"), "bob");
        alice.close();
        advanceSeconds(30);
        assertThat(names()).containsExactly("alice");
        assertThat(failures).containsExactly("chat/7: no room here");
        log.isFull = false;
        advanceSeconds(2);
        assertThat(written(afterAlice)).containsExactlyInAnyOrder("+bob", "-alice");
        assertThat(names()).containsExactly("bob");
        assertThat(failures).containsExactly("chat/7: no room here", "recovered");
    }

    @Test
    void reportsAnOutageOnceAlthoughItsChangesCancelOut() {
        settings = new PresenceSettings(Duration.ofMillis(250), 10);
        presence.close();
        presence = open();
        log.isFull = true;
        for (int i = 0; i < 3; i++) {
            presence.join(CHAT, "alice").close();
            advanceSeconds(5);
        }
        assertThat(failures).containsExactly("chat/7: no room here");
        log.isFull = false;
        presence.join(CHAT, "bob");
        advanceSeconds(2);
        assertThat(failures).containsExactly("chat/7: no room here", "recovered");
    }

    @Test
    void laterEventsDoNotRepeatTheList() {
        presence.join(CHAT, "alice");
        advanceSeconds(2);
        log.isSlow = true;
        presence.join(CHAT, "bob"); // In the log, but not acknowledged.
        presence.join(CHAT, "carol"); // Waits for the next batch.
        Members list = list();
        assertThat(names()).containsExactly("alice");
        assertThat(written(list.at())).containsExactly("+bob");
        log.acknowledge();
        assertThat(names()).containsExactly("alice", "bob");
        assertThat(written(list().at())).isEmpty();
        advanceSeconds(2);
        assertThat(names()).containsExactly("alice", "bob", "carol");
        Event joined = events(list.at()).getLast();
        assertThat(list().members().getLast()).isEqualTo(new Members.Member("carol", joined.timeMs()));
    }

    @Test
    void membersInTheLogLingerAtTheStart() {
        presence.join(CHAT, "alice");
        presence.join(CHAT, "bob");
        advanceSeconds(2);
        Members before = list();
        presence.close();
        wall.advance(Duration.ofDays(3));
        memory.maintain();
        presence = open();
        assertThat(list().members()).isEqualTo(before.members());
        advanceSeconds(5);
        presence.join(CHAT, "alice");
        advanceSeconds(6);
        assertThat(written(before.at())).containsExactly("-bob");
        assertThat(list().members()).containsExactly(before.members().getFirst());
    }

    @Test
    void keepsEachMemberInTheLogHoweverManyJoinAndLeave() {
        presence.join(CHAT, "early \"bird\\");
        List<Membership> crowd = new ArrayList<>();
        for (int i = 0; i < 6_000; i++) crowd.add(presence.join(CHAT, "client " + i));
        advanceSeconds(30);
        crowd.forEach(Membership::close);
        advanceSeconds(30);
        assertThat(memory.channel(new ChannelName("$presence/chat/7")).events()).isBetween(10_000L, 11_002L);
        presence.close();
        presence = open();
        assertThat(names()).containsExactly("early \"bird\\");
    }

    @Test
    void isFullOnlyWhileItsLimitIsReached() {
        settings = new PresenceSettings(Duration.ofSeconds(1), 2);
        presence = open();
        presence.join(CHAT, "alice");
        assertThat(presence.free()).isOne();
        ChannelName elsewhere = new ChannelName("elsewhere");
        Membership bob = presence.join(elsewhere, "bob");
        assertThat(presence.free()).isZero();
        assertThat(presence.isMember(elsewhere, "bob")).isTrue();
        bob.close();
        advanceSeconds(5);
        assertThat(presence.free()).isOne();
        assertThat(presence.isMember(elsewhere, "bob")).isFalse();
    }

    @Test
    void countsAMemberForTheCallerThatBroughtItUntilItHasLeft() {
        presence.join(CHAT, "carol");
        Membership first = presence.join(CHAT, "alice", "one caller");
        Membership second = presence.join(CHAT, "alice", "one caller");
        Membership bob = presence.join(CHAT, "bob", "one caller");
        presence.join(CHAT, "alice", "other caller").close();
        presence.join(CHAT, "carol", "other caller"); // Nobody counted brought it before.
        assertThat(presence.broughtBy("one caller")).isEqualTo(2);
        assertThat(presence.broughtBy("other caller")).isEqualTo(1);
        assertThat(presence.isCounted(CHAT, "alice")).isTrue();
        first.close();
        bob.close();
        advanceSeconds(9);
        assertThat(presence.broughtBy("one caller")).isEqualTo(2); // One lingers.
        advanceSeconds(5);
        assertThat(presence.broughtBy("one caller")).isEqualTo(1);
        second.close();
        advanceSeconds(20);
        assertThat(presence.broughtBy("one caller")).isZero();
        assertThat(presence.isCounted(CHAT, "alice")).isFalse();
        assertThat(presence.broughtBy("other caller")).isEqualTo(1);
    }

    @Test
    void refusesInvalidChannelsAndClientNames() {
        assertThatIllegalArgumentException().isThrownBy(() -> presence.join(new ChannelName("$presence/a"), "alice"));
        assertThatIllegalArgumentException().isThrownBy(() -> presence.join(new ChannelName("a".repeat(246)), "alice"));
        assertThatIllegalArgumentException().isThrownBy(() -> presence.join(CHAT, ""));
        assertThatIllegalArgumentException().isThrownBy(() -> presence.join(CHAT, "a\nb"));
        presence.join(new ChannelName("a".repeat(245)), "a".repeat(255));
    }
}
