package dev.sluice.core.delivery.operator;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The readers of a channel that have passed a place in the log, and those that have not yet. Each subscription
/// of a session counts.
///
/// @param passed the number of readers that have everything up to the place
/// @param before the number of readers that have not
/// @param last   the readers of these that are furthest behind, at most [#SHOWN_MAX]
public record DeliveryStatus(int passed, int before, List<StreamStatus> last) {
    public static final int SHOWN_MAX = 20;

    public static final DeliveryStatus NONE = new DeliveryStatus(0, 0, List.of());

    /// Combines the results of two event loops.
    public DeliveryStatus and(DeliveryStatus other) {
        List<StreamStatus> both = new ArrayList<>(last);
        both.addAll(other.last);
        List<StreamStatus> most = both.stream()
                .sorted(Comparator.comparingLong(
                                (StreamStatus each) -> each.backlog().lag().events())
                        .reversed())
                .limit(SHOWN_MAX)
                .toList();
        return new DeliveryStatus(passed + other.passed, before + other.before, most);
    }
}
