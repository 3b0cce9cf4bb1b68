package dev.sluice.core.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ChannelMembersTest {
    private final ChannelMembers members = new ChannelMembers(new ChannelName("chat"));

    /// The log decides the batch, then says whom this server holds: the owner may get both in the other order.
    @Test
    void ignoresAnOutcomeThatArrivesAfterTheMembersOfTheLog() {
        MemberState alice = members.add("alice");
        alice.isPresent = true;
        members.settle(alice);
        List<MemberLeases.Change> batch = members.next(new Cursor(new Epoch("e"), 0), 0);
        assertThat(batch).containsExactly(new MemberLeases.Change("alice", true));

        members.hold(Set.of("alice")).forEach(members::settle);
        members.done(new MemberLeases.Outcome.Placed(false, 0, Set.of())).forEach(members::settle);
        assertThat(alice.isHeld).isTrue();

        alice.isPresent = false;
        members.settle(alice);
        assertThat(members.next(new Cursor(new Epoch("e"), 1), 1_000))
                .as("she leaves")
                .containsExactly(new MemberLeases.Change("alice", false));
        members.done(new MemberLeases.Outcome.Placed(false, 0, Set.of())).forEach(members::settle);
        assertThat(members.isEmpty()).isTrue();
    }
}
