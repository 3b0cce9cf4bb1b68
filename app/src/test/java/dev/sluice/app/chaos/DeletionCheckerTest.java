package dev.sluice.app.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.chaos.DeletionChecker.Deletion;
import dev.sluice.app.chaos.Violation.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DeletionCheckerTest {
    private static final Entry END = new Entry("9", "end");
    private static final Entry REMOVED = new Entry("3", "");

    private static final List<Deletion> DELETIONS = List.of(new Deletion("gone/0/0", "a", "DELETE"));

    private static List<Kind> found(List<Entry> one, List<Entry> other) {
        return DeletionChecker.check(DELETIONS, List.of(one, other)).stream()
                .map(Violation::kind)
                .toList();
    }

    @Test
    void nothingIsFoundWhenWhatWasDeletedIsGone() {
        assertThat(found(List.of(REMOVED, END), List.of(REMOVED, END))).isEmpty();
    }

    @Test
    void anEventThatIsThereAfterItsDeletionIsFoundOnEachNode() {
        List<Entry> log = List.of(new Entry("7", "a"), END);
        assertThat(found(log, log)).containsExactly(Kind.DELETED_BUT_THERE, Kind.DELETED_BUT_THERE);
    }

    @Test
    void nodesThatKeepDifferentEventsAreFound() {
        assertThat(found(List.of(END), List.of(REMOVED, END))).containsExactly(Kind.NODES_DIFFER);
    }
}
