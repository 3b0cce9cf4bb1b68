package dev.sluice.server.publish;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.Conditions.Newest;
import dev.sluice.server.http.head.HeaderNames;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.RequestHead;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Parses `If-Match` and `If-None-Match` (RFC 9110 §13.1) as conditions on a channel's newest event.
final class Preconditions {
    private static final Pattern STRONG = Pattern.compile("\"([^\"]*)\"");

    private Preconditions() {}

    /// @throws dev.sluice.server.http.head.ProblemException `400` for every form except those that require a
    ///     certain newest event, or no event
    static Newest of(RequestHead request) {
        Optional<String> match = request.header(HeaderNames.IF_MATCH);
        Optional<String> noneMatch = request.header(HeaderNames.IF_NONE_MATCH);
        if (match.isPresent() && noneMatch.isPresent()) {
            throw refused("If-None-Match", "If-Match and If-None-Match can't be combined: send one of them.");
        }
        if (noneMatch.isPresent() && !noneMatch.get().equals("*")) {
            throw refused("If-None-Match", "If-None-Match is '*' here, and asks that the channel has no event yet.");
        }
        return match.<Newest>map(Preconditions::is)
                .orElse(noneMatch.isPresent() ? new Newest.None() : new Newest.Any());
    }

    private static Newest is(String value) {
        Matcher strong = STRONG.matcher(value);
        if (strong.matches() && Cursor.isCursor(strong.group(1))) return new Newest.Is(strong.group(1));
        String why;
        if (value.equals("*")) why = "'*' would hold for any channel that has events";
        else if (value.startsWith("W/")) why = "a weak tag never matches (RFC 9110 §13.1.1)";
        else if (value.contains(",")) why = "only one event can be the newest";
        else why = Problems.quoted(value) + " is not one";
        throw refused("If-Match", "If-Match is the id of one event in quotation marks, as \"k3f-1042\": " + why + ".");
    }

    private static ProblemException refused(String field, String detail) {
        return Problems.BAD_HEADER.refused(field, detail);
    }

    /// Refuses conditions on requests with more than one event.
    ///
    /// @throws dev.sluice.server.http.head.ProblemException if the request has conditions
    static void none(RequestHead request, String what) {
        for (var name : List.of(HeaderNames.IF_MATCH, HeaderNames.IF_NONE_MATCH)) {
            if (request.hasHeader(name)) {
                throw refused(name.toString(), "Conditions are for single events, not for " + what + ": leave it out.");
            }
        }
    }
}
