package dev.sluice.server.search;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Event;
import dev.sluice.core.search.ScanRange;
import dev.sluice.server.http.head.Parameters;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.subscribe.StartParser;
import dev.sluice.server.subscribe.SubscribeParser;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The parameters of a search. `docs/protocol.md` §5.
///
/// @param types   the types of the events to search; empty for all types
/// @param limit   the number of matches at which the search ends; 0 to count only
/// @param buckets the number of steps of the histogram; 0 for no histogram
record SearchRequest(ScanRange range, EventQuery query, Set<String> types, int limit, int buckets) {
    static final int LIMIT_MAX = 1_000;
    static final int LIMIT_DEFAULT = 100;
    static final int BUCKETS_MAX = 120;

    private static final Set<String> PARAMETERS =
            Set.of("q", "type", "since", "until", "after", "before", "order", "limit", "buckets");

    /// @throws dev.sluice.server.http.head.ProblemException if a parameter is invalid
    static SearchRequest of(RequestHead head, InstantSource clock) {
        Parameters query = head.parameters();
        boolean isInPath = head.path().segments().size() > 1;
        query.allow(PARAMETERS, isInPath ? Set.of() : Set.of("name"));
        List<String> names = isInPath ? List.of(head.path().after(1)) : query.all("name");
        if (names.isEmpty())
            throw Problems.BAD_PARAMETER.refused(
                    "name", "Which channels? Name one in the path, as /search/NAME, or several with name=.");
        var range = new ScanRange(
                SubscribeParser.channels(names, isInPath ? "path" : "name"),
                query.choice("order", Map.of("newest", true, "oldest", false)).orElse(true),
                time(query, "since", clock),
                time(query, "until", clock),
                cursor(query, "after"),
                cursor(query, "before"));
        return new SearchRequest(
                range,
                EventQuery.parse(query.text("q").orElse("")),
                Set.copyOf(query.list("type").stream().distinct().toList()),
                query.integer("limit", 0, LIMIT_MAX).orElse(LIMIT_DEFAULT),
                query.integer("buckets", 1, BUCKETS_MAX).orElse(0));
    }

    private static @Nullable Long time(Parameters query, String name, InstantSource clock) {
        return query.has(name) ? StartParser.time(query, name, clock) : null;
    }

    private static @Nullable String cursor(Parameters query, String name) {
        String text = query.text(name).orElse(null);
        if (text != null && !Cursor.isCursor(text)) throw query.wrong(name, "an id or cursor as the hub gave it");
        return text;
    }

    boolean matches(Event event) {
        return (types.isEmpty() || types.contains(event.type())) && query.matches(event);
    }
}
