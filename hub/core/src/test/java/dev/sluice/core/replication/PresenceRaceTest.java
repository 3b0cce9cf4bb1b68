package dev.sluice.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.index.EntryIterator;
import dev.sluice.core.index.Index;
import dev.sluice.core.log.TestLog;
import dev.sluice.core.presence.Members;
import dev.sluice.core.presence.Membership;
import dev.sluice.core.presence.Presence;
import dev.sluice.core.presence.PresenceListener;
import dev.sluice.core.presence.PresenceSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// One node whose log is applied on a thread of its own, while clients come and go and others ask for the list.
final class PresenceRaceTest implements Order, PresenceListener {
    private static final ChannelName CHANNEL = new ChannelName("chat");
    private static final ChannelName SHADOW = new ChannelName("$presence/chat");
    private static final int ROUNDS = 3_000;
    private static final int CLIENTS = 12;

    private final ExecutorService applying = Executors.newSingleThreadExecutor();
    private final ExecutorService owner = Executors.newSingleThreadExecutor();
    private final AtomicLong elapsedMs = new AtomicLong(1);
    private final Index index = MemoryNode.index(MemoryNode.LIMITS);
    private final ReplicatedLog log = MemoryNode.log(
            new ReplicatedLog.Identity(1, 1),
            this,
            index,
            MemoryNode.LIMITS,
            MemoryNode.RULES,
            InstantSource.system(),
            Duration.ofMinutes(1));
    private long placed;

    @Override
    public void propose(byte[] proposal) {
        applying.execute(() ->
                log.placed(new Position(++placed, 0), InstantSource.system().millis(), proposal));
    }

    @Override
    public boolean isLeader() {
        return true;
    }

    @Override
    public void onWritesFailing(ChannelName channel, String reason) {}

    @Override
    public void onWritesRecovered() {}

    @Override
    public void onUnreadable(ChannelName channel, Throwable failure) {}

    @Test
    void eachListFollowsFromThePreviousOneAndTheEventsBetween() {
        PresenceSettings settings = new PresenceSettings(Duration.ofMillis(1), 100);
        try (applying;
                owner;
                Presence presence = Presence.open(log, settings, owner, elapsedMs::get, this)) {
            List<Membership> memberships = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) memberships.add(presence.join(CHANNEL, "client " + i));
            Members before = TestLog.get(presence.members(Grant.EVERYTHING, CHANNEL));
            for (int i = 0; i < ROUNDS; i++) {
                int client = i % CLIENTS;
                if (i / CLIENTS % 2 == 0) memberships.get(client).close();
                else memberships.set(client, presence.join(CHANNEL, "client " + client));
                elapsedMs.addAndGet(500);
                owner.execute(presence::tick);
                // While the changes are being applied.
                Members next = TestLog.get(presence.members(Grant.EVERYTHING, CHANNEL));
                requireStep(before, next);
                before = next;
            }
            assertThat(before.at().position()).as("changes").isGreaterThan(CLIENTS);
        }
    }

    private void requireStep(Members before, Members next) {
        Set<String> members = names(before);
        long upTo = next.at().position();
        try (EntryIterator entries = index.source().after(before.at().position(), upTo)) {
            for (Entry entry = entries.next(); entry != null; entry = entries.next()) {
                if (!(entry instanceof Event event) || !entry.channel().equals(SHADOW)) continue;
                boolean isChange = event.isKeyEnd() ? members.remove(event.key()) : members.add(event.key());
                assertThat(isChange).as("%s changes %s", event, before).isTrue();
            }
        }
        assertThat(members).as("members at %s", next.at()).isEqualTo(names(next));
    }

    private static Set<String> names(Members list) {
        Set<String> names = new LinkedHashSet<>();
        for (Members.Member each : list.members()) names.add(each.client());
        return names;
    }
}
