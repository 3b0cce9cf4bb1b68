package dev.sluice.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What the subscriptions to a presence channel know of its members.
final class MemberListTest {
    private static String read(String text) {
        return new StringBuilder(text).toString(); // As from the log: another object each time.
    }

    @Test
    void sharesItsTextsWithTheOtherListsOfTheChannel() {
        var first = new MemberList();
        var second = new MemberList();
        for (MemberList each : new MemberList[] {first, second}) {
            each.setInfo(read("alice"), read("{\"name\":\"Alice\"}"));
            each.add(read("alice"));
        }
        assertThat(first.info("alice")).isSameAs(second.info("alice"));
        assertThat(first.infos().keySet().iterator().next())
                .isSameAs(second.infos().keySet().iterator().next());
    }
}
