package dev.sluice.pusher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/// What the subscriptions to a presence channel know of its members.
final class MemberListTest {
    private final SubscriptionLimit limit = new SubscriptionLimit(() -> 1);
    private final MemberList first = new MemberList(limit);
    private final MemberList second = new MemberList(limit);

    private static String read(String text) {
        return new StringBuilder(text).toString(); // As from the log: another object each time.
    }

    @Test
    void sharesItsTextsWithTheOtherListsOfTheChannel() {
        for (MemberList each : new MemberList[] {first, second}) {
            each.setInfo(read("alice"), read("{\"name\":\"Alice\"}"));
            each.add(read("alice"));
        }
        assertThat(first.info("alice")).isSameAs(second.info("alice"));
        assertThat(first.infos().keySet().iterator().next())
                .isSameAs(second.infos().keySet().iterator().next());
    }

    @Test
    void countsEqualTextsOnceUntilNoListHasThem() {
        String large = "x".repeat(PusherSettings.SUBSCRIPTION_BYTES / 3); // Two bytes for each.
        first.setInfo("alice", read(large));
        second.setInfo("alice", read(large));
        second.add("alice");
        assertThatThrownBy(() -> second.setInfo("bob", large + "y")).isInstanceOf(RefusedException.class);
        second.close();
        second.setInfo("bob", large + "y");
        assertThat(second.add("bob")).isFalse();
        assertThatThrownBy(() -> limit.take(1)).isInstanceOf(RefusedException.class);
        first.setInfo("alice", "{}");
        first.add("alice");
        first.remove("alice");
        first.removeInfo("alice");
        limit.take(1);
    }
}
