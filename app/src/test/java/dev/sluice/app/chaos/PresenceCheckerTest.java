package dev.sluice.app.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.chaos.Violation.Kind;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PresenceCheckerTest {
    private static List<Kind> found(Set<String> one, Set<String> other) {
        return PresenceChecker.check(Set.of("a", "b"), List.of(one, other)).stream()
                .map(Violation::kind)
                .toList();
    }

    @Test
    void nothingIsFoundWhenAllNodesListThoseWhoAreConnected() {
        assertThat(found(Set.of("a", "b"), Set.of("b", "a"))).isEmpty();
    }

    @Test
    void aMemberWithoutConnectionOnAllNodesIsFound() {
        assertThat(found(Set.of("a", "b", "c"), Set.of("a", "b", "c")))
                .containsExactly(Kind.PRESENT_WITHOUT_CONNECTION, Kind.PRESENT_WITHOUT_CONNECTION);
    }

    @Test
    void aConnectedClientThatAllNodesLackIsFound() {
        assertThat(found(Set.of("a"), Set.of("a")))
                .containsExactly(Kind.CONNECTED_BUT_ABSENT, Kind.CONNECTED_BUT_ABSENT);
    }

    @Test
    void aNodeThatListsNobodyIsFound() {
        assertThat(found(Set.of("a", "b"), Set.of())).containsExactly(Kind.CONNECTED_BUT_ABSENT, Kind.NODES_DIFFER);
    }
}
